package io.ha4j;

import java.time.Duration;
import java.util.List;

/**
 * What the active node of a group holds, how it tells the neighbours, and how it loses it.
 *
 * @param guarded whether the kernel may guard the addresses
 * @param connectionDrain zero for none
 */
record Possessions(
        List<VirtualAddress> addresses,
        List<VirtualRoute> routes,
        Announcements announcements,
        boolean guarded,
        Duration connectionDrain) {
    Possessions {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }
}
