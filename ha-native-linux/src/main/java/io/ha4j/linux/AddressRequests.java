package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds and removes addresses, many in one datagram. What is refused is reported after the rest was done.
 * Loop thread only.
 */
final class AddressRequests {
    private static final Logger log = LoggerFactory.getLogger(AddressRequests.class);

    private static final int IFA_RT_PRIORITY = 9; // linux/if_addr.h
    private static final int REQUESTS_PER_DATAGRAM = 200;
    private static final int MOST_TOLD = 10;
    private static final String PROMOTION = "set promote_secondaries";

    private final String group;
    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final IntSupplier lifetimeSeconds;

    /** @param lifetimeSeconds what an address is given at that moment */
    AddressRequests(String group, NetlinkClient client, LinkMonitor monitor, IntSupplier lifetimeSeconds) {
        this.group = group;
        this.client = client;
        this.monitor = monitor;
        this.lifetimeSeconds = lifetimeSeconds;
    }

    /** The interface as of the last event; null if there is none of that name. */
    @Nullable
    LinkMessage linkOf(LeasedAddress address) {
        return monitor.table().byName(address.interfaceName());
    }

    /** Whether this tells of that address, on its interface. */
    boolean isOn(LeasedAddress address, AddressMessage message) {
        LinkMessage link = address.matches(message) ? linkOf(address) : null;
        return link != null && link.index() == message.linkIndex();
    }

    /** Those that are not on this machine by somebody else's doing. */
    List<LeasedAddress> withoutForeign(List<LeasedAddress> addresses) {
        monitor.poll();
        return addresses.stream()
                .filter(address -> monitor.table().find(address.address()).stream()
                        .filter(found -> !found.address().isLinkLocalAddress() || isOnLinkOf(address, found))
                        .allMatch(this::isLeftover))
                .toList();
    }

    private boolean isOnLinkOf(LeasedAddress address, AddressMessage found) {
        LinkMessage link = linkOf(address);
        return link != null && link.index() == found.linkIndex();
    }

    /** Of these, those whose removal has to come first: the kernel takes the new one for the old one. */
    static List<LeasedAddress> replaced(List<LeasedAddress> gone, List<LeasedAddress> added) {
        return gone.stream()
                .filter(old -> added.stream()
                        .anyMatch(address -> address.address().equals(old.address())
                                && address.interfaceName().equals(old.interfaceName())
                                && (!address.virtual().isIpv4() || address.prefixLength() == old.prefixLength())))
                .toList();
    }

    /** Those of some whose address none of the others has. */
    static List<LeasedAddress> withoutAny(List<LeasedAddress> some, List<LeasedAddress> others) {
        Set<InetAddress> known = others.stream().map(LeasedAddress::address).collect(Collectors.toSet());
        return some.stream()
                .filter(address -> !known.contains(address.address()))
                .toList();
    }

    /** Takes in what has happened to the links so far. */
    void catchUp() {
        monitor.poll();
    }

    /** Whether the interface is there and set down. */
    boolean isDown(int linkIndex) {
        LinkMessage link = monitor.table().byIndex(linkIndex);
        return link != null && (link.flags() & LinkMessage.IFF_UP) == 0;
    }

    /** Adds them or, where they are there already, sets their lifetime anew. */
    void add(List<LeasedAddress> addresses) {
        monitor.poll();
        Request request = new Request(AddressMessage.RTM_NEWADDR);
        for (LeasedAddress address : addresses) {
            try {
                LinkMessage link = monitor.require(address.interfaceName());
                request.put(
                        NetlinkHeader.NLM_F_CREATE | NetlinkHeader.NLM_F_REPLACE,
                        address.message(link.index(), lifetimeSeconds.getAsInt()),
                        "add " + address + " to " + link.name());
            } catch (HaException e) {
                request.refused(e);
            }
        }
        request.send();
    }

    /** Their messages with a lifetime anew; without those whose interface is gone. */
    List<AddressMessage> renewals(List<LeasedAddress> addresses) {
        List<AddressMessage> messages = new ArrayList<>(addresses.size());
        for (LeasedAddress address : addresses) {
            LinkMessage link = linkOf(address);
            if (link != null) {
                messages.add(address.message(link.index(), lifetimeSeconds.getAsInt()));
            }
        }
        return messages;
    }

    /** Removes those that are there; interfaces that are gone took theirs with them. */
    void remove(List<LeasedAddress> addresses) {
        monitor.poll();
        Request request = new Request(AddressMessage.RTM_DELADDR);
        // The last one first, and so secondary ones before their primary: the kernel has nothing to promote.
        for (int i = addresses.size() - 1; i >= 0; i--) {
            LeasedAddress address = addresses.get(i);
            LinkMessage link = linkOf(address);
            if (link != null) {
                request.remove(
                        address.message(link.index(), lifetimeSeconds.getAsInt()), address + " from " + link.name());
            }
        }
        request.send();
        monitor.poll(); // these removals are nobody else's
    }

    /**
     * Removes what an earlier run has left of these addresses, on whatever interface.
     *
     * @param permanent whether one may be there that is not ours; it stays
     * @throws HaException if an interface does not exist, or an address is there that is not ours; nothing was removed
     */
    void removeLeftovers(List<LeasedAddress> addresses, boolean permanent) {
        Request request = new Request(AddressMessage.RTM_DELADDR);
        for (LeasedAddress address : addresses) {
            int link = monitor.require(address.interfaceName()).index();
            for (AddressMessage found : monitor.table().find(address.address())) {
                if (found.address().isLinkLocalAddress() && found.linkIndex() != link) {
                    continue; // another link, another address (RFC 4007 §6)
                }
                String where = IpText.of(address.address()) + "/" + found.prefixLength() + " from "
                        + monitor.table().nameOf(found.linkIndex());
                if (!isLeftover(found)) {
                    if (permanent) {
                        continue;
                    }
                    throw foreign(found);
                }
                log.info("{}: removing {}, which an earlier run has left", group, where);
                request.remove(found, where);
            }
        }
        request.send();
        monitor.poll();
    }

    /** Removes what was found on this machine; what has gone meanwhile does not matter. */
    void removeFound(List<AddressMessage> found) {
        Request request = new Request(AddressMessage.RTM_DELADDR);
        for (AddressMessage address : found) {
            request.remove(address, address.address().getHostAddress() + "/" + address.prefixLength());
        }
        request.send();
        monitor.poll();
    }

    private boolean isLeftover(AddressMessage found) {
        return found.origin() == LeasedAddress.ORIGIN
                // A kernel that does not know IFA_PROTO: nothing but a lease of ours is that short.
                || (!KernelRelease.current().atLeast(5, 18)
                        && found.lifetimeSeconds() != AddressMessage.FOREVER
                        && found.lifetimeSeconds() <= lifetimeSeconds.getAsInt());
    }

    private HaException foreign(AddressMessage found) {
        String address = IpText.of(found.address());
        String link = monitor.table().nameOf(found.linkIndex());
        return new HaException(address + " is already configured on " + link
                + " of this machine and was not put there by ha4j: remove it (ip addr del " + address + "/"
                + found.prefixLength() + " dev " + link + ") or choose another address");
    }

    /** With the metric of its routes, which a renewal without one would set to 0. */
    static void pack(AddressMessage address, LinkTable links, NetlinkBatch batch) {
        address.pack(batch);
        Integer metric = VirtualMacLink.routeMetric(links.byIndex(address.linkIndex()));
        if (metric != null) {
            batch.u32(IFA_RT_PRIORITY, metric);
        }
    }

    /** Requests of one type, in datagrams of a size that the socket's buffers hold with all answers. */
    private final class Request {
        private final List<HaException> refusals = new ArrayList<>();
        private final List<String> purposes = new ArrayList<>(); // of those that were not sent yet
        private final int type;
        private final Promotions promotions = new Promotions(monitor.table());
        private NetlinkBatch batch = client.batch();

        Request(int type) {
            this.type = type;
        }

        void put(int flags, AddressMessage address, String purpose) {
            batch.begin(type, flags | NetlinkHeader.NLM_F_ACK);
            pack(address, monitor.table(), batch);
            batch.end();
            purposes.add(purpose);
            if (purposes.size() >= REQUESTS_PER_DATAGRAM) {
                flush();
            }
        }

        void remove(AddressMessage address, String what) {
            if (!address.isIpv6() && promotions.begin(address.linkIndex(), batch)) {
                purposes.add(PROMOTION);
            }
            put(0, address, "remove " + what);
        }

        void refused(HaException why) {
            refusals.add(why);
        }

        private void flush() {
            List<NetlinkAck> acks = purposes.isEmpty() ? List.of() : client.send(batch);
            for (int i = 0; i < acks.size(); i++) {
                NetlinkAck ack = acks.get(i);
                boolean alreadyGone = type == AddressMessage.RTM_DELADDR
                        && (ack.errno() == Errno.EADDRNOTAVAIL || ack.errno() == Errno.ENODEV);
                if (ack.refused() && purposes.get(i).equals(PROMOTION)) {
                    log.debug("{}: {}: {}", group, PROMOTION, Errno.describe(ack.errno()));
                } else if (ack.refused() && !alreadyGone) {
                    refusals.add(new KernelException(purposes.get(i), ack.errno(), ack.detail()));
                }
            }
            purposes.clear();
            batch = client.batch();
        }

        /** @throws HaException the first refusal, the others suppressed in it */
        void send() {
            for (int i = promotions.end(batch); i > 0; i--) {
                purposes.add(PROMOTION);
            }
            flush();
            if (!refusals.isEmpty()) {
                HaException first = refusals.get(0);
                refusals.stream().skip(1).limit(MOST_TOLD).forEach(first::addSuppressed);
                throw first;
            }
        }
    }
}
