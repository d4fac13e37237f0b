package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which group of this process owns which address. Loop thread only. */
final class AddressClaims {
    /** @param interfaceName of link-local addresses, which differ from link to link (RFC 4007 §6) */
    private record Key(InetAddress address, @Nullable String interfaceName) {
        static Key of(LeasedAddress leased) {
            InetAddress address = leased.address();
            return new Key(address, address.isLinkLocalAddress() ? leased.interfaceName() : null);
        }
    }

    private final Map<Key, String> groups = new HashMap<>();

    /** @throws HaException if another group has it */
    void claim(LeasedAddress address, String group) {
        String owner = groups.putIfAbsent(Key.of(address), group);
        if (owner != null) {
            throw new HaException("address " + IpText.of(address.address()) + " of group " + group
                    + " belongs to group " + owner + " of this process already");
        }
    }

    void giveUp(LeasedAddress address) {
        groups.remove(Key.of(address));
    }

    /** Whether ha4j has put it on this machine, in this process or another. */
    boolean isOurs(AddressMessage address) {
        return address.origin() == LeasedAddress.ORIGIN
                || groups.keySet().stream().anyMatch(key -> key.address.equals(address.address()));
    }
}
