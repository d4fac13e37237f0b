package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route that moves with the addresses of a group: it is added after them and removed before them. {@link #to} begins
 * one; the other methods change one thing each.
 *
 * @param type what becomes of packets to the destination
 * @param destination the network, with no bit set beyond the prefix
 * @param prefixLength in [0, 32] for IPv4 and [0, 128] for IPv6
 * @param gateway the next hop; null for a network that is on the link
 * @param interfaceName the interface that packets leave by; null lets the kernel find it by the gateway
 * @param source the address that packets of this node get as their source; null lets the kernel choose
 * @param scope IPv4: how far the destination is, in [0, 255]; null for the usual, {@link VirtualAddress#LINK} without
 *     gateway and {@link VirtualAddress#GLOBAL} with one
 * @param table the routing table, in [1, 2^31 - 1]
 * @param metric the lower one wins, 0 or more; 0 is the kernel's default, which is 1024 for IPv6
 */
public record VirtualRoute(
        Type type,
        InetAddress destination,
        int prefixLength,
        @Nullable InetAddress gateway,
        @Nullable String interfaceName,
        @Nullable InetAddress source,
        @Nullable Integer scope,
        int table,
        int metric) {
    /** The table that is used when no rule says otherwise (RT_TABLE_MAIN, linux/rtnetlink.h). */
    public static final int MAIN_TABLE = 254;

    /** What becomes of packets to the destination. */
    public enum Type {
        /** They are sent on. */
        UNICAST,
        /** They are dropped without a word. */
        BLACKHOLE,
        /** They are refused as unreachable. */
        UNREACHABLE,
        /** They are refused as prohibited. */
        PROHIBIT
    }

    public VirtualRoute {
        requireNonNull(type, "type");
        requireNonNull(destination, "destination");
        boolean ipv4 = destination instanceof Inet4Address;
        int bits = ipv4 ? 32 : 128;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefixLength of " + IpText.of(destination) + " must be in [0, " + bits
                    + "], but was " + prefixLength);
        }
        requireNoHostBits(destination, prefixLength);
        requireFamily("gateway", gateway, ipv4);
        requireFamily("source", source, ipv4);
        if (type == Type.UNICAST && gateway == null && interfaceName == null) {
            throw new IllegalArgumentException("a gateway or an interface must be given for the route to "
                    + IpText.of(destination) + "/" + prefixLength);
        }
        if (type != Type.UNICAST && (gateway != null || interfaceName != null)) {
            throw new IllegalArgumentException("gateway and interface must not be given for the " + name(type)
                    + " route to " + IpText.of(destination) + "/" + prefixLength);
        }
        if (interfaceName != null && (interfaceName.isEmpty() || interfaceName.length() > 15)) {
            throw new IllegalArgumentException(
                    "interfaceName must have 1 to 15 characters, but was \"" + interfaceName + "\"");
        }
        if (scope != null && (!ipv4 || scope < 0 || scope > 255)) {
            throw new IllegalArgumentException("scope must be in [0, 255] and of an IPv4 route, but was " + scope
                    + " of " + IpText.of(destination) + "/" + prefixLength);
        }
        if (table < 1) {
            throw new IllegalArgumentException("table must be in [1, 2147483647], but was " + table);
        }
        if (metric < 0) {
            throw new IllegalArgumentException("metric must be in [0, 2147483647], but was " + metric);
        }
    }

    private static void requireNoHostBits(InetAddress destination, int prefixLength) {
        byte[] octets = destination.getAddress();
        for (int bit = prefixLength; bit < octets.length * 8; bit++) {
            if ((octets[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw new IllegalArgumentException("destination must have no bit set beyond its prefix, but was "
                        + IpText.of(destination) + "/" + prefixLength);
            }
        }
    }

    private static void requireFamily(String name, @Nullable InetAddress address, boolean ipv4) {
        if (address != null && address instanceof Inet4Address != ipv4) {
            throw new IllegalArgumentException(
                    name + " must be of the destination's family, but was " + IpText.of(address));
        }
    }

    /**
     * A route to a network, {@code ADDRESS[/PREFIX]}, that still needs a gateway, an interface or another type.
     *
     * @throws IllegalArgumentException if the text is not a literal address with a valid prefix
     */
    public static Destination to(String network) {
        int slash = network.indexOf('/');
        InetAddress address = IpLiteral.parse(slash < 0 ? network : network.substring(0, slash));
        try {
            int bits = address instanceof Inet4Address ? 32 : 128;
            return new Destination(address, slash < 0 ? bits : Integer.parseInt(network.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("prefixLength must be a number, but the network was " + network, e);
        }
    }

    /** Where a route leads to; its methods say how. */
    public record Destination(InetAddress address, int prefixLength) {
        /** Through this gateway, a literal address. */
        public VirtualRoute via(String gateway) {
            return route(Type.UNICAST, IpLiteral.parse(gateway), null);
        }

        /** Through this gateway on this interface. */
        public VirtualRoute via(String gateway, String interfaceName) {
            return route(Type.UNICAST, IpLiteral.parse(gateway), interfaceName);
        }

        /** On the link of this interface. */
        public VirtualRoute dev(String interfaceName) {
            return route(Type.UNICAST, null, interfaceName);
        }

        /** Nowhere. */
        public VirtualRoute blackhole() {
            return route(Type.BLACKHOLE, null, null);
        }

        /** Nowhere, and senders are told that it is unreachable. */
        public VirtualRoute unreachable() {
            return route(Type.UNREACHABLE, null, null);
        }

        /** Nowhere, and senders are told that it is prohibited. */
        public VirtualRoute prohibit() {
            return route(Type.PROHIBIT, null, null);
        }

        private VirtualRoute route(Type type, @Nullable InetAddress gateway, @Nullable String interfaceName) {
            return new VirtualRoute(type, address, prefixLength, gateway, interfaceName, null, null, MAIN_TABLE, 0);
        }
    }

    /** The same route with this source address, a literal one. */
    public VirtualRoute source(String source) {
        return new VirtualRoute(
                type, destination, prefixLength, gateway, interfaceName, IpLiteral.parse(source), scope, table, metric);
    }

    /** The same IPv4 route with this scope. */
    public VirtualRoute scope(int scope) {
        return new VirtualRoute(type, destination, prefixLength, gateway, interfaceName, source, scope, table, metric);
    }

    /** The same route in this table. */
    public VirtualRoute table(int table) {
        return new VirtualRoute(type, destination, prefixLength, gateway, interfaceName, source, scope, table, metric);
    }

    /** The same route with this metric. */
    public VirtualRoute metric(int metric) {
        return new VirtualRoute(type, destination, prefixLength, gateway, interfaceName, source, scope, table, metric);
    }

    public boolean isIpv4() {
        return destination instanceof Inet4Address;
    }

    private static String name(Type type) {
        return switch (type) {
            case UNICAST -> "unicast";
            case BLACKHOLE -> "blackhole";
            case UNREACHABLE -> "unreachable";
            case PROHIBIT -> "prohibit";
        };
    }

    /** As ip-route(8) writes it: {@code 10.1.0.0/16 via 10.0.0.1 dev eth0 src 10.0.0.100 table 100 metric 5}. */
    @Override
    public String toString() {
        return (type == Type.UNICAST ? "" : name(type) + " ")
                + IpText.of(destination) + "/" + prefixLength
                + (gateway == null ? "" : " via " + IpText.of(gateway))
                + (interfaceName == null ? "" : " dev " + interfaceName)
                + (source == null ? "" : " src " + IpText.of(source))
                + (scope == null ? "" : " scope " + scope)
                + (table == MAIN_TABLE ? "" : " table " + table)
                + (metric == 0 ? "" : " metric " + metric);
    }
}
