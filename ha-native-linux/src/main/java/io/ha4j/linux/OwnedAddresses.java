package io.ha4j.linux;

import io.ha4j.HaException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Which group of this process owns which address. Loop thread only. */
final class OwnedAddresses {
    /**
     * Our mark in IFA_PROTO (linux/if_addr.h; 1 to 3 are the kernel's). Kernels before 5.18 ignore it: there, only
     * what this process has taken itself is known to be ours.
     */
    static final int ORIGIN = 0xa4;

    private final Map<InetAddress, String> groups = new HashMap<>();

    /** @throws HaException if another group has it */
    void claim(InetAddress address, String group) {
        String owner = groups.putIfAbsent(address, group);
        if (owner != null) {
            throw new HaException("address " + address.getHostAddress() + " of group " + group + " belongs to group "
                    + owner + " of this process already");
        }
    }

    void giveUp(InetAddress address) {
        groups.remove(address);
    }

    /** Whether ha4j has put it on this machine, in this process or another. */
    boolean isOurs(AddressMessage address) {
        return address.origin() == ORIGIN || groups.containsKey(address.address());
    }
}
