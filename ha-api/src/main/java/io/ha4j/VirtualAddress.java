package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An address that moves between nodes, with what {@code ip addr add} can say of it. {@link #of} begins one with the
 * defaults; the other methods change one thing each.
 *
 * @param address the IPv4 or IPv6 address
 * @param prefixLength bits of the network part, in [0, 32] for IPv4 and [0, 128] for IPv6
 * @param interfaceName the interface that carries it; null for the interface of the election
 * @param label the IPv4 address label as {@code ip addr} shows it, at most 15 characters and beginning with the
 *     interface's name; null for none
 * @param advertised whether it is in the advertisements. One that is not moves with the others and is announced as they
 *     are, may be of the other family, and does not count towards the 255 of an advertisement
 * @param scope IPv4: where it is valid, in [0, 255] ({@link #GLOBAL}, {@link #SITE}, {@link #LINK}, {@link #HOST}); the
 *     kernel knows the scope of an IPv6 address by itself, which is {@link #GLOBAL} here
 * @param broadcast IPv4: the broadcast address of its network; null for none
 * @param prefixRoute whether the kernel adds the route to its network ({@code ip addr} says "noprefixroute" when it does not)
 * @param home IPv6: a home address of Mobile IPv6 (RFC 6275)
 * @param deprecated IPv6: never the source of connections that this node opens, unless nothing else is there; so by
 *     default with a prefix of /128, as in keepalived.conf(5)
 */
public record VirtualAddress(
        InetAddress address,
        int prefixLength,
        @Nullable String interfaceName,
        @Nullable String label,
        boolean advertised,
        int scope,
        @Nullable InetAddress broadcast,
        boolean prefixRoute,
        boolean home,
        boolean deprecated) {
    /** Valid everywhere (RT_SCOPE_UNIVERSE, linux/rtnetlink.h). */
    public static final int GLOBAL = 0;

    /** Valid in this site. */
    public static final int SITE = 200;

    /** Valid on this link. */
    public static final int LINK = 253;

    /** Valid in this host. */
    public static final int HOST = 254;

    private static final int LABEL_MAX = 15; // IFNAMSIZ - 1, linux/if.h
    private static final int SCOPE_MAX = 255;
    private static final int BROADCAST_PREFIX_MAX = 30; // RFC 3021: a /31 has none

    public VirtualAddress {
        requireNonNull(address, "address");
        if (address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "address must be a unicast address of a network, but was " + IpText.of(address));
        }
        boolean ipv4 = address instanceof Inet4Address;
        int bits = ipv4 ? 32 : 128;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefixLength of " + IpText.of(address) + " must be in [0, " + bits + "], but was " + prefixLength);
        }
        if (label != null && label.length() > LABEL_MAX) {
            throw new IllegalArgumentException(
                    "label must have at most " + LABEL_MAX + " characters, but was " + label);
        }
        if (scope < 0 || scope > SCOPE_MAX) {
            throw new IllegalArgumentException("scope must be in [0, " + SCOPE_MAX + "], but was " + scope);
        }
        if (!ipv4 && (scope != GLOBAL || broadcast != null)) {
            throw new IllegalArgumentException(
                    "scope and broadcast must not be given with an IPv6 address, but were with " + IpText.of(address));
        }
        if (broadcast != null && !(broadcast instanceof Inet4Address)) {
            throw new IllegalArgumentException("broadcast must be an IPv4 address, but was " + IpText.of(broadcast));
        }
        if (ipv4 && (home || deprecated)) {
            throw new IllegalArgumentException(
                    "home and deprecated must not be given with an IPv4 address, but were with " + IpText.of(address));
        }
    }

    /** An advertised address with the defaults of everything else. */
    public VirtualAddress(
            InetAddress address, int prefixLength, @Nullable String interfaceName, @Nullable String label) {
        this(
                address,
                prefixLength,
                interfaceName,
                label,
                true,
                GLOBAL,
                null,
                true,
                false,
                !(address instanceof Inet4Address) && prefixLength == 128);
    }

    /**
     * Reads {@code ADDRESS[/PREFIX]}; without a prefix it is a host address (/32, /128), as in keepalived.conf.
     *
     * @throws IllegalArgumentException if the text is not a literal address with a valid prefix; names are never
     *     looked up
     */
    public static VirtualAddress of(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        int bits = address instanceof Inet4Address ? 32 : 128;
        return new VirtualAddress(address, slash < 0 ? bits : prefix(text, slash), null, null);
    }

    private static int prefix(String text, int slash) {
        try {
            return Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("prefixLength must be a number, but the address was " + text, e);
        }
    }

    /** The same address on another interface. */
    public VirtualAddress on(String interfaceName) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    /** The same address with an {@code ip addr} label. */
    public VirtualAddress labelled(String label) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    /** The same address, not in the advertisements: keepalived's {@code virtual_ipaddress_excluded}. */
    public VirtualAddress excluded() {
        return new VirtualAddress(
                address, prefixLength, interfaceName, label, false, scope, broadcast, prefixRoute, home, deprecated);
    }

    /**
     * The same IPv4 address with this scope.
     *
     * @throws IllegalArgumentException if it is not in [0, 255] or the address is an IPv6 one
     */
    public VirtualAddress scope(int scope) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    /**
     * The same IPv4 address with this broadcast address.
     *
     * @param broadcast a literal address; {@code +} for the network with all host bits set, {@code -} with none of them
     * @throws IllegalArgumentException if it is none of these, the network has no broadcast address (/31, /32), or the
     *     address is an IPv6 one
     */
    public VirtualAddress broadcast(String broadcast) {
        InetAddress given = broadcast.equals("+") || broadcast.equals("-")
                ? networkBroadcast(broadcast.equals("+"))
                : IpLiteral.parse(broadcast);
        return new VirtualAddress(
                address, prefixLength, interfaceName, label, advertised, scope, given, prefixRoute, home, deprecated);
    }

    private InetAddress networkBroadcast(boolean ones) {
        if (!isIpv4() || prefixLength > BROADCAST_PREFIX_MAX) {
            throw new IllegalArgumentException("broadcast must not be automatic for " + this
                    + (isIpv4() ? ": a network of one or two addresses has none" : ": IPv6 has none"));
        }
        int hostBits = (int) (0xffff_ffffL >>> prefixLength);
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        int network = octets.getInt(0);
        octets.putInt(0, ones ? network | hostBits : network & ~hostBits);
        try {
            return InetAddress.getByAddress(octets.array());
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // four octets are an address
        }
    }

    /** The same address with or without the route to its network. */
    public VirtualAddress prefixRoute(boolean prefixRoute) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    /** The same IPv6 address as a home address, or not. */
    public VirtualAddress home(boolean home) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    /** The same IPv6 address, deprecated or not. */
    public VirtualAddress deprecated(boolean deprecated) {
        return new VirtualAddress(
                address,
                prefixLength,
                interfaceName,
                label,
                advertised,
                scope,
                broadcast,
                prefixRoute,
                home,
                deprecated);
    }

    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** {@code ADDRESS/PREFIX}. */
    @Override
    public String toString() {
        return IpText.of(address) + "/" + prefixLength;
    }
}
