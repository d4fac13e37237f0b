package io.ha4j.standalone.conf;

import io.ha4j.Announcements;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import java.util.List;

/**
 * A checked {@code vrrp_instance}.
 *
 * @param line where it begins
 * @param addresses the advertised ones first
 */
public record VrrpInstance(
        int line,
        String name,
        VirtualRouter router,
        List<VirtualAddress> addresses,
        List<VirtualRoute> routes,
        Announcements announcements,
        List<Tracked> tracked,
        Notifications notifications) {
    public VrrpInstance {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        tracked = List.copyOf(tracked);
    }

    /** Without routes, announced as usual, and tracking nothing. */
    public VrrpInstance(int line, String name, VirtualRouter router, List<VirtualAddress> addresses) {
        this(line, name, router, addresses, List.of(), Announcements.DEFAULT, List.of(), Notifications.NONE);
    }

    /** The same on another line. */
    public VrrpInstance at(int line) {
        return new VrrpInstance(line, name, router, addresses, routes, announcements, tracked, notifications);
    }
}
