package io.ha4j.vrrp;

import io.ha4j.spi.Link;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Optional;

/** The families of addresses; virtual routers of one id in both are independent of one another (RFC 9568 §1.2). */
enum Family {
    /** RFC 9568 §5.1.1.2. */
    IPV4("IPv4", new byte[] {(byte) 224, 0, 0, 18}),
    /** RFC 9568 §5.1.2.2: ff02::12. */
    IPV6("IPv6", new byte[] {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12});

    private final String text;
    private final InetAddress group;

    Family(String text, byte[] group) {
        this.text = text;
        try {
            this.group = InetAddress.getByAddress(group);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static Family of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /** Where advertisements are sent to. */
    InetAddress group() {
        return group;
    }

    /**
     * Where they are sent from (RFC 9568 §5.1.1.1, §5.1.2.1). Not a virtual address where there is another one: Linux
     * drops what comes from an address that it has itself, so a successor would not hear who it took over from.
     */
    Optional<InetAddress> source(Link link, Collection<InetAddress> virtual) {
        Optional<InetAddress> other = link.addresses().stream()
                .filter(address -> Family.of(address) == this && !virtual.contains(address))
                .filter(address -> this == IPV4 || address.isLinkLocalAddress())
                .findFirst();
        return other.isPresent() ? other : this == IPV4 ? link.primaryIpv4() : link.linkLocalIpv6();
    }

    @Override
    public String toString() {
        return text;
    }
}
