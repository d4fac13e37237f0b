package io.ha4j;

import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer's connections to its backends, and its UDP sessions there, are bound to. Checks of backends are not meant:
 * see {@link CheckRoute#source}.
 *
 * @param client whether it is the client's own address
 * @param addresses fixed ones, at most one of each family
 */
public record SourceAddress(boolean client, List<InetAddress> addresses) {
    /** The address that the kernel chooses by its routes. */
    public static final SourceAddress KERNEL = new SourceAddress(false, List.of());

    /**
     * The client's own address, with another port: the backend sees who it serves (ip(7), {@code IP_TRANSPARENT}). It takes
     * {@link Transport#EPOLL} or {@link Transport#IO_URING}, {@code CAP_NET_ADMIN} or {@code CAP_NET_RAW}, and routes that
     * lead the backend's answers to this machine and into this process: docs/operations.md has them. Behind a trusted proxy ({@link TrustedProxies}) it is the client
     * that the PROXY header names.
     *
     * <p>A backend of the other address family cannot be reached in this way: other backends are tried, and without one
     * the connection is reset and counted as {@code source_family}. A client on this machine's loopback has no address
     * that others could answer: for a backend elsewhere, the kernel chooses.
     */
    public static final SourceAddress CLIENT = new SourceAddress(true, List.of());

    public SourceAddress {
        addresses = List.copyOf(addresses);
        if (client && !addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "source must be the client's or have addresses, not both, but was " + addresses);
        }
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IllegalArgumentException(
                        "source must be an address of one host, but was " + IpText.of(address));
            }
        }
        if (addresses.stream().map(SourceAddress::isIpv4).distinct().count() < addresses.size()) {
            throw new IllegalArgumentException(
                    "source must have at most one address of each family, but was " + text(addresses));
        }
    }

    /**
     * These addresses, one or one of each family. A backend of the other family is reached from what the kernel chooses.
     * The port is chosen at the connect, where the transport is epoll or io_uring: one address then has as many ports for each
     * backend as {@code ip_local_port_range} has (ip(7), {@code IP_BIND_ADDRESS_NO_PORT}). With NIO, and with UDP, it has
     * so many for all of them. While an address is not on this machine, no connection can be made.
     *
     * @param addresses literal ones
     * @throws IllegalArgumentException if one of them is none, a wildcard or multicast, or if two are of one family
     */
    public static SourceAddress of(String... addresses) {
        if (addresses.length == 0) {
            throw new IllegalArgumentException("source must have an address");
        }
        return new SourceAddress(
                false, Stream.of(addresses).map(IpLiteral::parse).toList());
    }

    /** The fixed address of that one's family; null if there is none. */
    public @Nullable InetAddress fixedFor(InetAddress backend) {
        for (InetAddress address : addresses) {
            if (isIpv4(address) == isIpv4(backend)) {
                return address;
            }
        }
        return null;
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static String text(List<InetAddress> addresses) {
        return addresses.stream().map(IpText::of).collect(Collectors.joining(" "));
    }

    /** {@code kernel}, {@code client}, or the addresses. */
    @Override
    public String toString() {
        return client ? "client" : addresses.isEmpty() ? "kernel" : text(addresses);
    }
}
