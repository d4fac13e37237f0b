package io.ha4j.linux;

import io.ha4j.VirtualAddress;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/** One of the addresses of a group, with the interface that carries it. */
record LeasedAddress(
        Inet4Address address,
        int prefixLength,
        String interfaceName,
        @Nullable String label) {
    /**
     * @param groupInterface for addresses that name none
     * @throws IllegalArgumentException for IPv6, which this module does not have yet
     */
    static LeasedAddress of(VirtualAddress virtual, String groupInterface) {
        if (!(virtual.address() instanceof Inet4Address address)) {
            throw new IllegalArgumentException("address must be IPv4 (IPv6 is not supported yet), but was "
                    + virtual.address().getHostAddress());
        }
        String named = virtual.interfaceName();
        return new LeasedAddress(
                address, virtual.prefixLength(), named == null ? groupInterface : named, virtual.label());
    }

    boolean matches(AddressMessage message) {
        return message.address().equals(address) && message.prefixLength() == prefixLength;
    }

    AddressMessage message(int linkIndex, int lifetimeSeconds) {
        return new AddressMessage(address, prefixLength, linkIndex, 0, label, OwnedAddresses.ORIGIN, lifetimeSeconds);
    }

    /** As {@code ip addr} writes it. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
