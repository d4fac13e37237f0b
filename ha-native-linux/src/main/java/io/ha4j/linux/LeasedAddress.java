package io.ha4j.linux;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.IpText;
import java.net.InetAddress;

/** One of the addresses of a group, with the interface that carries it. */
record LeasedAddress(VirtualAddress virtual, String interfaceName) {
    /**
     * Our mark in IFA_PROTO (linux/if_addr.h; 1 to 3 are the kernel's). Kernels before 5.18 ignore it: there, only
     * what this process has taken itself is known to be ours.
     */
    static final int ORIGIN = 0xa4;

    static final int HOST_PREFIX = 32; // IPv4

    /** @param groupInterface for addresses that name none */
    static LeasedAddress of(VirtualAddress virtual, String groupInterface) {
        String named = virtual.interfaceName();
        return new LeasedAddress(virtual, named == null ? groupInterface : named);
    }

    /** The same IPv4 address alone, without its network, on that device. */
    LeasedAddress aloneOn(String device) {
        return new LeasedAddress(
                new VirtualAddress(
                        address(),
                        HOST_PREFIX,
                        device,
                        virtual.label(),
                        virtual.advertised(),
                        virtual.scope(),
                        null,
                        virtual.prefixRoute(),
                        false,
                        false),
                device);
    }

    /** The same on another interface, and never the source of a connection that this node opens. */
    LeasedAddress drainingOn(String device) {
        return new LeasedAddress(
                new VirtualAddress(
                        address(),
                        prefixLength(),
                        device,
                        null,
                        virtual.advertised(),
                        virtual.scope(),
                        virtual.broadcast(),
                        virtual.prefixRoute(),
                        virtual.home(),
                        !virtual.isIpv4()),
                device);
    }

    InetAddress address() {
        return virtual.address();
    }

    int prefixLength() {
        return virtual.prefixLength();
    }

    boolean matches(AddressMessage message) {
        return message.address().equals(address()) && message.prefixLength() == prefixLength();
    }

    /** Without duplicate address detection: it would find the node that is giving the address up, and take a second. */
    AddressMessage message(int linkIndex, int lifetimeSeconds) {
        int flags = virtual.isIpv4() ? 0 : AddressMessage.IFA_F_NODAD;
        flags |= virtual.prefixRoute() ? 0 : AddressMessage.IFA_F_NOPREFIXROUTE;
        flags |= virtual.home() ? AddressMessage.IFA_F_HOMEADDRESS : 0;
        flags |= virtual.deprecated() ? AddressMessage.IFA_F_DEPRECATED : 0;
        return new AddressMessage(
                address(),
                prefixLength(),
                linkIndex,
                flags,
                virtual.scope(),
                virtual.broadcast(),
                virtual.label(),
                ORIGIN,
                lifetimeSeconds);
    }

    /** As {@code ip addr} writes it. */
    @Override
    public String toString() {
        return IpText.of(address()) + "/" + prefixLength();
    }
}
