package io.ha4j.standalone.conf;

import io.ha4j.VirtualAddress;
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
        List<Tracked> tracked,
        Notifications notifications) {
    public VrrpInstance {
        addresses = List.copyOf(addresses);
        tracked = List.copyOf(tracked);
    }

    /** The same on another line. */
    public VrrpInstance at(int line) {
        return new VrrpInstance(line, name, router, addresses, tracked, notifications);
    }
}
