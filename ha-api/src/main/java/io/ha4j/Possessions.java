package io.ha4j;

import java.util.List;

/** What the active node of a group holds, and how it tells the neighbours. */
record Possessions(List<VirtualAddress> addresses, List<VirtualRoute> routes, Announcements announcements) {
    Possessions {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }
}
