package io.ha4j.linux;

import java.util.Locale;

/** A setting of a link for IPv4, by its number in linux/ip.h and its name in {@code net.ipv4.conf}. */
enum Ipv4Setting {
    FORWARDING(1),
    RP_FILTER(8),
    ARP_ANNOUNCE(18),
    ARP_IGNORE(19),
    PROMOTE_SECONDARIES(20);

    private final int number; // IPV4_DEVCONF_*

    Ipv4Setting(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
