package io.ha4j.standalone.conf;

import io.ha4j.Announcements;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked {@code vrrp_instance}.
 *
 * @param line where it begins
 * @param addresses the advertised ones first
 * @param kernelGuard whether the kernel may guard its addresses
 * @param connectionDrain how long connections may outlive a hand-over; zero for not at all
 * @param syncGroup null if it is in none
 */
public record VrrpInstance(
        int line,
        String name,
        VirtualRouter router,
        List<VirtualAddress> addresses,
        List<VirtualRoute> routes,
        Announcements announcements,
        List<Tracked> tracked,
        Notifications notifications,
        boolean kernelGuard,
        Duration connectionDrain,
        @Nullable VrrpSyncGroup syncGroup) {
    public VrrpInstance {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        tracked = List.copyOf(tracked);
    }

    /** Without routes, announced as usual, and tracking nothing. */
    public VrrpInstance(int line, String name, VirtualRouter router, List<VirtualAddress> addresses) {
        this(
                line,
                name,
                router,
                addresses,
                List.of(),
                Announcements.DEFAULT,
                List.of(),
                Notifications.NONE,
                true,
                Duration.ZERO,
                null);
    }

    /** The same on another line. */
    public VrrpInstance at(int line) {
        return new VrrpInstance(
                line,
                name,
                router,
                addresses,
                routes,
                announcements,
                tracked,
                notifications,
                kernelGuard,
                connectionDrain,
                syncGroup);
    }

    /** The same in a sync group, tracking this. */
    VrrpInstance in(VrrpSyncGroup syncGroup, List<Tracked> tracked) {
        return new VrrpInstance(
                line,
                name,
                router,
                addresses,
                routes,
                announcements,
                tracked,
                notifications,
                kernelGuard,
                connectionDrain,
                syncGroup);
    }
}
