package io.ha4j.spi;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A network interface at one moment.
 *
 * @param index the kernel's number of it
 * @param up administratively up and with a carrier (IFF_UP and IFF_LOWER_UP, linux/if.h)
 * @param hardwareAddress as lower-case hexadecimal pairs separated by colons; empty where the link has none
 * @param addresses those on it, primary ones first, without the virtual addresses that ha4j itself has put there
 */
public record Link(String name, int index, boolean up, String hardwareAddress, List<InetAddress> addresses) {
    public Link {
        addresses = List.copyOf(addresses);
    }

    /** The first link-local IPv6 address. */
    public Optional<InetAddress> linkLocalIpv6() {
        return addresses.stream()
                .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
                .findFirst();
    }

    /** The first IPv4 address. */
    public Optional<InetAddress> primaryIpv4() {
        return addresses.stream().filter(Inet4Address.class::isInstance).findFirst();
    }
}
