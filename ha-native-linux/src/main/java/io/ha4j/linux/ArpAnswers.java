package io.ha4j.linux;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Whether the kernel's settings let it answer ARP requests for addresses that it has (ip-sysctl: arp_ignore). */
final class ArpAnswers {
    private static final int SAME_NETWORK_ONLY = 2; // and the address has to be on the interface that asks
    private static final int NONE = 8;
    private static final int HOST_PREFIX = 32;

    private ArpAnswers() {}

    /** Why hosts do not learn where one of these is; empty if nothing is in the way. The files are in memory. */
    static String obstacle(List<LeasedAddress> addresses) {
        for (LeasedAddress address : addresses) {
            if (address.address() instanceof Inet4Address) {
                String link = address.interfaceName();
                String why = obstacle(ignore(link).orElse(0), address.prefixLength());
                if (!why.isEmpty()) {
                    return "net.ipv4.conf." + link + ".arp_ignore (or of \"all\") is " + why;
                }
            }
        }
        return "";
    }

    private static String obstacle(int ignore, int prefixLength) {
        if (ignore >= NONE) {
            return ignore + ": nobody gets an answer who asks where an IPv4 address is; set it to 0 or 1";
        } else if (ignore == SAME_NETWORK_ONLY && prefixLength == HOST_PREFIX) {
            return ignore
                    + " and an address is a /32: nobody gets an answer who asks where that is; set it to 0 or 1, or"
                    + " give the address the prefix length of its network";
        }
        return "";
    }

    /** What is in force there; empty where the kernel does not tell. */
    static OptionalInt ignore(String link) {
        try {
            return OptionalInt.of(Math.max(value("all"), value(link)));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static int value(String link) throws IOException {
        return Integer.parseInt(Files.readString(Path.of("/proc/sys/net/ipv4/conf", link, "arp_ignore"))
                .strip());
    }
}
