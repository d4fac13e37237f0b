package io.ha4j.linux;

import io.ha4j.spi.Link;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The links of this machine and their addresses, as told by rtnetlink. Does no I/O; one owner. */
final class LinkTable {
    /** What makes an address one of its own. */
    private record Key(int linkIndex, int prefixLength, InetAddress address) {
        static Key of(AddressMessage message) {
            return new Key(message.linkIndex(), message.prefixLength(), message.address());
        }
    }

    private final Predicate<AddressMessage> ours;
    private final Map<Integer, LinkMessage> links = new LinkedHashMap<>(); // by index
    private final Map<Key, AddressMessage> addresses = new LinkedHashMap<>();
    private long changes;

    /** @param ours whether ha4j has put an address there; {@link #link} does not show those */
    LinkTable(Predicate<AddressMessage> ours) {
        this.ours = ours;
    }

    void clearLinks() {
        links.clear();
    }

    void clearAddresses() {
        addresses.clear();
    }

    /**
     * Takes one message; those of other types and malformed ones change nothing.
     *
     * @return the address that is gone, if the message says so of one that was there
     */
    @Nullable
    AddressMessage apply(NetlinkHeader header, ByteBuffer body) {
        switch (header.type()) {
            case LinkMessage.RTM_NEWLINK, LinkMessage.RTM_DELLINK -> {
                LinkMessage link = LinkMessage.parse(body);
                // A port that leaves its bridge is an RTM_DELLINK of family AF_BRIDGE; the link stays.
                if (link != null && link.family() == SocketAddresses.AF_UNSPEC) {
                    apply(link, header.type() == LinkMessage.RTM_NEWLINK);
                }
                return null;
            }
            case AddressMessage.RTM_NEWADDR, AddressMessage.RTM_DELADDR -> {
                AddressMessage address = AddressMessage.parse(body);
                return address == null ? null : apply(address, header.type() == AddressMessage.RTM_NEWADDR);
            }
            default -> {
                return null;
            }
        }
    }

    /** How often something changed that {@link #link} may show. */
    long changes() {
        return changes;
    }

    private void apply(LinkMessage link, boolean exists) {
        changes++;
        if (exists) {
            links.put(link.index(), link);
        } else {
            links.remove(link.index());
            addresses.values().removeIf(address -> address.linkIndex() == link.index());
        }
    }

    private @Nullable AddressMessage apply(AddressMessage address, boolean exists) {
        Key key = Key.of(address);
        AddressMessage before = exists ? addresses.put(key, address) : addresses.remove(key);
        boolean renewed = exists && before != null && before.flags() == address.flags();
        if (!renewed && !ours.test(address)) {
            changes++;
        }
        return exists ? null : before;
    }

    /** Everything that is on the machine now. */
    List<AddressMessage> addresses() {
        return List.copyOf(addresses.values());
    }

    /** On whatever interface. */
    List<AddressMessage> find(InetAddress address) {
        return addresses.values().stream()
                .filter(a -> a.address().equals(address))
                .toList();
    }

    List<String> names() {
        return links.values().stream().map(LinkMessage::name).toList();
    }

    @Nullable
    LinkMessage byName(String name) {
        for (LinkMessage link : links.values()) {
            if (link.name().equals(name)) {
                return link;
            }
        }
        return null;
    }

    @Nullable
    LinkMessage byIndex(int index) {
        return links.get(index);
    }

    String nameOf(int index) {
        LinkMessage link = links.get(index);
        return link == null ? "interface " + index : link.name();
    }

    @Nullable
    Link link(String name) {
        LinkMessage link = byName(name);
        if (link == null) {
            return null;
        }
        List<InetAddress> visible = addresses.values().stream()
                .filter(address -> address.linkIndex() == link.index() && address.usable() && !ours.test(address))
                .sorted(Comparator.comparing(AddressMessage::secondary)) // stable, primary ones first
                .map(AddressMessage::address)
                .toList();
        return new Link(name, link.index(), link.up(), link.hardwareAddress(), visible);
    }
}
