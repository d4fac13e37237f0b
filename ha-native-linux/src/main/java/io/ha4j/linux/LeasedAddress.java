package io.ha4j.linux;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.IpText;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One of the addresses of a group, with the interface that carries it. */
record LeasedAddress(
        InetAddress address,
        int prefixLength,
        String interfaceName,
        @Nullable String label) {
    /** @param groupInterface for addresses that name none */
    static LeasedAddress of(VirtualAddress virtual, String groupInterface) {
        String named = virtual.interfaceName();
        return new LeasedAddress(
                virtual.address(), virtual.prefixLength(), named == null ? groupInterface : named, virtual.label());
    }

    boolean matches(AddressMessage message) {
        return message.address().equals(address) && message.prefixLength() == prefixLength;
    }

    /** Without duplicate address detection: it would find the node that is giving the address up, and take a second. */
    AddressMessage message(int linkIndex, int lifetimeSeconds) {
        return new AddressMessage(
                address,
                prefixLength,
                linkIndex,
                address instanceof Inet6Address ? AddressMessage.IFA_F_NODAD : 0,
                label,
                OwnedAddresses.ORIGIN,
                lifetimeSeconds);
    }

    /** As {@code ip addr} writes it. */
    @Override
    public String toString() {
        return IpText.of(address) + "/" + prefixLength;
    }
}
