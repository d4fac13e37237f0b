package io.ha4j;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The virtual router's own MAC address, 00-00-5E-00-01-VRID over IPv4 and 00-00-5E-00-02-VRID over IPv6 (RFC 9568 §7.3),
 * on a macvlan interface that exists as long as the group and is up on the active node only. Hosts keep their ARP and
 * neighbour entries over a failover.
 *
 * <p>While such a group runs over IPv4, the interface beneath has {@code arp_ignore} 1 and {@code arp_announce} 2, so that
 * it does not answer for the addresses with its own MAC address; the last group on it puts back what was there.
 *
 * @param interfaceName of the macvlan; null for {@code vrrp.VRID}, over IPv6 {@code vrrp6.VRID}
 * @param advertise whether advertisements leave from the virtual MAC address, as RFC 9568 §7.2 demands (true), or from
 *     that of the interface beneath, for switches that do not like to see it there; unicast advertisements always do
 */
public record VirtualMac(@Nullable String interfaceName, boolean advertise) {
    private static final int NAME_MAX = 15; // IFNAMSIZ - 1, linux/if.h

    private static final String IPV4 = "00:00:5e:00:01:%02x"; // RFC 9568 §7.3
    private static final String IPV6 = "00:00:5e:00:02:%02x";

    /** Named after the virtual router id, with advertisements from the virtual MAC address. */
    public static final VirtualMac DEFAULT = new VirtualMac(null, true);

    public VirtualMac {
        if (interfaceName != null && (interfaceName.isEmpty() || interfaceName.length() > NAME_MAX)) {
            throw new IllegalArgumentException(
                    "interfaceName must have 1 to 15 characters, but was \"" + interfaceName + "\"");
        }
        if (interfaceName != null
                && !interfaceName.matches("(?!\\.\\.?$)[^\\s/:]+")) { // dev_valid_name in net/core/dev.c
            throw new IllegalArgumentException(
                    "interfaceName must have no space, slash or colon, but was \"" + interfaceName + "\"");
        }
    }

    /**
     * The hardware address of a virtual router, such as {@code 00:00:5e:00:01:33}.
     *
     * @param id the virtual router id, in [1, 255]
     */
    public static String address(int id, boolean ipv6) {
        return String.format(Locale.ROOT, ipv6 ? IPV6 : IPV4, id);
    }

    /** The name of the macvlan: the given one, or the usual one for this virtual router id. */
    public String interfaceName(int id, boolean ipv6) {
        return interfaceName != null ? interfaceName : (ipv6 ? "vrrp6." : "vrrp.") + id;
    }
}
