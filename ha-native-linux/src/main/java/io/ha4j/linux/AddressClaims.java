package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Map<InetAddress, Integer> claims = new HashMap<>(); // how many; link-local ones may have several

    /**
     * Makes these the claims of a group that had those.
     *
     * @throws HaException if another group has one of them; nothing has changed then
     */
    void change(List<LeasedAddress> from, List<LeasedAddress> to, String group) {
        Set<Key> before = keys(from);
        for (LeasedAddress address : to) {
            String owner = groups.get(Key.of(address));
            if (owner != null && !before.contains(Key.of(address))) {
                throw new HaException("address " + IpText.of(address.address()) + " of group " + group
                        + " belongs to group " + owner + " of this process already");
            }
        }
        before.forEach(this::giveUp);
        keys(to).forEach(key -> {
            groups.put(key, group);
            claims.merge(key.address, 1, Integer::sum);
        });
    }

    private void giveUp(Key key) {
        if (groups.remove(key) != null) {
            claims.computeIfPresent(key.address, (address, count) -> count == 1 ? null : count - 1);
        }
    }

    private static Set<Key> keys(List<LeasedAddress> addresses) {
        Set<Key> keys = new HashSet<>();
        addresses.forEach(address -> keys.add(Key.of(address)));
        return keys;
    }

    /** Whether ha4j has put it on this machine, in this process or another. */
    boolean isOurs(AddressMessage address) {
        if (address.origin() == LeasedAddress.ORIGIN || KernelRelease.current().atLeast(5, 18)) {
            return address.origin() == LeasedAddress.ORIGIN;
        }
        return address.lifetimeSeconds() != AddressMessage.FOREVER && claims.containsKey(address.address());
    }
}
