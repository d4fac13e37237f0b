package io.ha4j;

import org.jspecify.annotations.Nullable;

/**
 * The virtual router's own MAC address, 00-00-5E-00-01-VRID over IPv4 and 00-00-5E-00-02-VRID over IPv6 (RFC 9568 §7.3),
 * on a macvlan interface that exists as long as the group. Hosts keep their ARP entries over a failover.
 *
 * @param interfaceName of the macvlan; null for {@code vrrp.VRID}, over IPv6 {@code vrrp6.VRID}
 * @param advertise whether advertisements leave from the virtual MAC address, as RFC 9568 §7.2 demands (true), or from
 *     that of the interface beneath, for switches that do not like to see it there
 */
public record VirtualMac(@Nullable String interfaceName, boolean advertise) {
    private static final int NAME_MAX = 15; // IFNAMSIZ - 1, linux/if.h

    /** Named after the virtual router id, with advertisements from the virtual MAC address. */
    public static final VirtualMac DEFAULT = new VirtualMac(null, true);

    public VirtualMac {
        if (interfaceName != null && (interfaceName.isEmpty() || interfaceName.length() > NAME_MAX)) {
            throw new IllegalArgumentException(
                    "interfaceName must have 1 to 15 characters, but was \"" + interfaceName + "\"");
        }
    }
}
