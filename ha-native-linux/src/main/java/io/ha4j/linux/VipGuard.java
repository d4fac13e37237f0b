package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import java.nio.BufferOverflowException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the kernel answer for the addresses of this process's groups only while their signs of life leave the node: two
 * nftables tables, see {@link GuardTables}. It is there while there is a group that has signs of life. What it cannot do
 * leaves the groups with the lifetime of their addresses, and they say so. Loop thread only.
 */
final class VipGuard implements AutoCloseable {
    /** System property; with {@code off} nothing is installed, and only removed what an earlier run has left. */
    static final String SWITCH = "ha4j.guard";

    private static final Logger log = LoggerFactory.getLogger(VipGuard.class);
    private static final long REPAIR_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ADDRESSES_PER_TRANSACTION = 200;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LinuxSyscalls syscalls;
    private final EpollEventLoop loop;
    private final LinkMonitor monitor;
    private final AddressRequests requests;
    private final int lowDescriptor;
    private final Supplier<SocketKeeper> keeper;
    private final String token =
            ProcessHandle.current().pid() + "_" + Integer.toHexString(new SecureRandom().nextInt() | 1 << 31);
    private final GuardTables tables = new GuardTables(token);
    private final DeadPorts ports;
    private final EventLoop.Timer repair;

    private final List<GuardedAddresses> groups = new ArrayList<>();
    private final Map<String, Subscription> links = new HashMap<>();
    private @Nullable NetlinkClient client; // with its socket, the kernel takes the table of the lease away
    private @Nullable NftEvents events;

    private GuardContents contents = GuardContents.empty();
    private boolean leftoversRemoved;
    private String slowness = "";
    private boolean leaseGone;
    private boolean guardGone;
    private long repairedNanos;
    private boolean repairPending;
    private int repairs;
    private boolean told;
    private int numbers; // given out

    /** @param lowDescriptor those up to this one are closed after the guard when the process dies */
    VipGuard(
            LinuxSyscalls syscalls,
            EpollEventLoop loop,
            LinkMonitor monitor,
            NetlinkClient routes,
            Supplier<SocketKeeper> keeper,
            int lowDescriptor) {
        this.lowDescriptor = lowDescriptor;
        this.keeper = keeper;
        this.syscalls = syscalls;
        this.loop = loop;
        this.monitor = monitor;
        requests = new AddressRequests("guard", routes, monitor, () -> 0);
        repair = loop.timer(this::repair);
        ports = new DeadPorts(token, loop, () -> client);
        repairedNanos = loop.nanoTime() - REPAIR_INTERVAL_NANOS;
    }

    /** Begins to recognise the signs of life of a group; does not throw. */
    GuardedAddresses join(AddressOwner.Spec spec, List<LeasedAddress> addresses) {
        GuardedAddresses group =
                new GuardedAddresses(this, ++numbers, spec.group(), addresses, spec.signOfLife(), spec.lease());
        refuse(group, spec);
        if (group.isWeak()) {
            removeLeftovers();
        } else {
            try {
                join(group);
            } catch (HaException e) {
                group.weak(String.valueOf(e.getMessage()));
                tell(group, e);
                closeIfUnused();
            }
        }
        return group;
    }

    private static void refuse(GuardedAddresses group, AddressOwner.Spec spec) {
        if (group.sign() == null) {
            group.weak("the election has no sign of life");
        } else if (!spec.guarded()) {
            group.weak("the guard is refused by the group's settings");
        } else if ("off".equals(System.getProperty(SWITCH))) {
            group.weak("the guard is switched off (" + SWITCH + "=off)");
        }
    }

    private void removeLeftovers() {
        if (!leftoversRemoved) {
            leftoversRemoved = true;
            GuardLeftovers.removeWithoutGuard(syscalls, monitor, requests);
        }
    }

    /** The ports at which connections are refused as soon as the process has ended and its addresses are silent. */
    DeadPorts ports() {
        return ports;
    }

    /**
     * Requires that no other living process on this machine has one of these addresses; where nftables cannot tell, so
     * be it.
     *
     * @throws HaException if one has
     */
    void requireUnclaimed(List<LeasedAddress> addresses, String group) {
        if (!addresses.isEmpty() && client != null) {
            new ForeignClaims(client, tables.lease()).require(addresses, group);
        }
    }

    /** Whether this is the only process of ha4j that lives on this machine; false, too, where nftables cannot tell. */
    boolean isAlone() {
        try {
            return client != null && new ForeignClaims(client, tables.lease()).isAlone();
        } catch (HaException e) {
            log.debug("{}", e.getMessage());
            return false;
        }
    }

    private void tell(GuardedAddresses group, HaException why) {
        if (!told) { // the groups have the reason, each for itself
            told = true;
            log.warn(
                    "{}: no kernel guard, so a node that freezes keeps its addresses until their lifetime ends: {}",
                    group.group(),
                    why.getMessage());
        }
    }

    private void join(GuardedAddresses group) {
        boolean first = client == null;
        NetlinkClient client = open();
        if (first) {
            leftoversRemoved = true;
            new GuardLeftovers(client, monitor, requests).remove();
        }
        groups.add(group);
        try {
            install(first, first, List.of(group));
        } catch (HaException e) {
            groups.remove(group);
            throw e;
        }
        for (String device : group.devices()) {
            links.computeIfAbsent(device, name -> monitor.watch(name, link -> linkChanged(name)));
        }
        if (first) {
            ports.install(true);
        }
    }

    private NetlinkClient open() {
        NetlinkClient opened = client;
        if (opened == null) {
            opened = NetlinkClient.above(lowDescriptor, syscalls, NetlinkClient.NETLINK_NETFILTER, "nfnetlink");
            entrust(opened);
            client = opened;
            events = new NftEvents(syscalls, loop, this::isOwnPort, this::removed);
        }
        return opened;
    }

    private void entrust(NetlinkClient opened) {
        try {
            opened.entrust(keeper.get());
            slowness = "";
        } catch (HaException e) {
            slowness = SocketKeeper.slowness(e);
            log.info("the virtual addresses are {}", slowness);
        }
    }

    private boolean isOwnPort(int port) {
        return client != null && port == client.port();
    }

    /** Makes the tables anew where they are gone. One transaction for each group: all groups may be too much for one. */
    private void install(boolean newLease, boolean newGuard, List<GuardedAddresses> of) {
        for (GuardedAddresses group : of) {
            GuardContents next = contents.copy(newLease, newGuard);
            NftTransaction tx = new NftTransaction(requireNonNull(client));
            try {
                if (newLease) {
                    tables.createLease(tx);
                }
                if (newGuard) {
                    tables.createGuard(tx);
                }
                next.add(tx, tables, monitor.table(), group);
            } catch (BufferOverflowException e) {
                throw new HaException("nftables: group " + group.group() + " has too many addresses and interfaces", e);
            }
            tx.commit();
            contents = next;
            newLease = false;
            newGuard = false;
            for (boolean ipv6 : GuardTables.FAMILIES) {
                inParts(group.claims(ipv6), (claims, part) -> tables.claim(claims, ipv6, part));
            }
            if (group.covered()) {
                coverAll(group);
            }
        }
    }

    private void coverAll(GuardedAddresses group) {
        for (boolean ipv6 : GuardTables.FAMILIES) {
            inParts(group.octets(ipv6), (tx, part) -> {
                if (group.isMute()) {
                    tables.keep(tx, ipv6, part, group.timeoutMillis());
                } else {
                    tables.cover(tx, ipv6, part, group.number(), group.timeoutMillis());
                }
            });
        }
    }

    void mute(GuardedAddresses group) {
        for (boolean ipv6 : GuardTables.FAMILIES) {
            inParts(group.octets(ipv6), (tx, part) -> tables.mute(tx, ipv6, part, group.number()));
        }
    }

    /** With its socket the kernel takes away all tables that are made through it as owned; null without a guard. */
    @Nullable
    NetlinkClient client() {
        return client;
    }

    /** A name that no other process has: for tables beside those of the guard. */
    String tableName(String prefix, GuardedAddresses group) {
        return prefix + token + "_" + group.number();
    }

    /** In several transactions, each of which fits a datagram. */
    private void inParts(List<byte[]> addresses, BiConsumer<NftTransaction, List<byte[]>> change) {
        for (int from = 0; from < addresses.size(); from += ADDRESSES_PER_TRANSACTION) {
            int to = Math.min(addresses.size(), from + ADDRESSES_PER_TRANSACTION);
            NftTransaction tx = new NftTransaction(requireNonNull(client));
            change.accept(tx, addresses.subList(from, to));
            tx.commit();
        }
    }

    void cover(GuardedAddresses group) {
        long now = loop.nanoTime();
        if (client == null || group.isWeak() || !group.isDue(now)) {
            return;
        }
        group.covered(true, now);
        try {
            coverAll(group);
        } catch (HaException e) {
            // Somebody took the tables away, and the notification is on its way.
            log.debug("{}: {}", group.group(), e.getMessage());
            guardGone = true;
            repair();
        }
    }

    void uncover(GuardedAddresses group) {
        if (client == null || !group.covered()) {
            return;
        }
        group.covered(false, loop.nanoTime());
        for (boolean ipv6 : GuardTables.FAMILIES) {
            uncover(group, ipv6, group.octets(ipv6));
        }
    }

    private void uncover(GuardedAddresses group, boolean ipv6, List<byte[]> addresses) {
        try {
            inParts(addresses, (tx, part) -> tables.uncover(tx, ipv6, part, group.number()));
        } catch (HaException e) {
            log.debug("{}: {}", group.group(), e.getMessage()); // gone with its table
        }
    }

    /** The group has got these addresses. Does not throw: what cannot be guarded is weak, and says so. */
    void joined(GuardedAddresses group, List<LeasedAddress> added) {
        if (client == null || group.isWeak()) {
            return;
        }
        try {
            install(false, false, List.of(group));
            for (String device : group.devices()) {
                links.computeIfAbsent(device, name -> monitor.watch(name, link -> linkChanged(name)));
            }
        } catch (HaException e) {
            group.weak(String.valueOf(e.getMessage()));
            log.warn("{}: no kernel guard of {}: {}", group.group(), added, e.getMessage());
        }
    }

    /** These are no longer addresses of the group. */
    void dropped(GuardedAddresses group, List<LeasedAddress> gone) {
        if (client == null || gone.isEmpty()) {
            return;
        }
        for (boolean ipv6 : GuardTables.FAMILIES) {
            List<byte[]> octets = GuardedAddresses.octets(gone, ipv6);
            if (group.covered()) {
                uncover(group, ipv6, octets);
            }
            unclaim(GuardedAddresses.claims(gone, ipv6), ipv6);
        }
    }

    private void unclaim(List<byte[]> octets, boolean ipv6) {
        try {
            inParts(octets, (tx, part) -> tables.unclaim(tx, ipv6, part));
        } catch (HaException e) {
            log.debug("{}", e.getMessage()); // gone with its table
        }
    }

    void leave(GuardedAddresses group) {
        uncover(group);
        if (!groups.remove(group) || client == null) {
            return;
        }
        if (groups.isEmpty()) {
            closeIfUnused();
            return;
        }
        for (boolean ipv6 : GuardTables.FAMILIES) {
            unclaim(group.claims(ipv6), ipv6);
        }
        GuardTables.Renewal kind = contents.renewalOf(group);
        if (kind != null) {
            try {
                NftTransaction tx = new NftTransaction(client);
                tables.removeSign(tx, kind, requireNonNull(group.sign()).id(), group.number());
                tx.commit();
            } catch (HaException e) {
                log.debug("{}: {}", group.group(), e.getMessage());
            }
        }
    }

    /**
     * Chains go with their device; when one of that name comes back, everything is made anew. All leases end with that:
     * the others' addresses are silent until their next sign of life.
     */
    private void linkChanged(String device) {
        LinkMessage link = monitor.table().byName(device);
        Integer known = contents.indexOf(device);
        if (link != null && (known == null || known != link.index())) {
            leaseGone = true;
            guardGone = true;
            repair();
        }
    }

    private void removed(String table) {
        boolean any = table.equals(NftEvents.ANY_TABLE);
        leaseGone |= any || table.equals(tables.lease());
        guardGone |= any || table.equals(tables.guard());
        if (!leaseGone && !guardGone) {
            return;
        }
        if (!any) {
            if (!repairPending) {
                repairs++;
                log.warn(
                        "somebody removed the kernel guard of the virtual addresses from nftables (table netdev {}),"
                                + " putting it back",
                        table);
            }
        }
        repairPending = true;
        repair.arm(Math.max(loop.nanoTime(), repairedNanos + REPAIR_INTERVAL_NANOS)); // in case somebody means it
    }

    private void repair() {
        repairPending = false;
        repairedNanos = loop.nanoTime();
        if (client == null) {
            return;
        }
        try {
            install(leaseGone, guardGone, groups);
            ports.install(guardGone);
            leaseGone = false;
            guardGone = false;
            groups.forEach(group -> group.weak(""));
        } catch (HaException e) {
            groups.forEach(group -> group.weak("cannot put the guard back: " + e.getMessage()));
            log.warn("cannot put the kernel guard of the virtual addresses back: {}", e.getMessage());
            leaseGone = true;
            guardGone = true;
            repair.arm(repairedNanos + RETRY_NANOS);
        }
    }

    /** What befell it, and what is weaker than it could be; empty for nothing. */
    String remark() {
        String removals = repairs == 0
                ? ""
                : "somebody removed it from nftables, it was put back (" + (repairs == 1 ? "once" : repairs + " times")
                        + ")";
        return Stream.of(slowness, removals).filter(text -> !text.isEmpty()).collect(Collectors.joining("; "));
    }

    private void closeIfUnused() {
        if (groups.isEmpty()) {
            close();
        }
    }

    @Override
    public void close() {
        repair.cancel();
        links.values().forEach(Subscription::close);
        links.clear();
        if (events != null) {
            events.close();
            events = null;
        }
        NetlinkClient client = this.client;
        if (client == null) {
            return;
        }
        this.client = null;
        deleteTables(client);
        client.close(); // and with it, whatever else happened, the table of the lease
        contents = GuardContents.empty();
        groups.clear();
    }

    private void deleteTables(NetlinkClient client) {
        try {
            NftTransaction tx = new NftTransaction(client);
            tables.delete(tx);
            tx.commit();
        } catch (HaException e) {
            log.debug("{}", e.getMessage()); // somebody was faster
        }
    }
}
