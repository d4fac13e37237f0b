package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The routes of one group. The kernel tells nobody when it removes an IPv4 route because its interface went down, and a
 * machine may have a million others, so nothing listens: they are looked after once in a second, with an
 * advertisement. Loop thread only.
 */
final class HeldRoutes {
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final RouteRequests requests;
    private List<VirtualRoute> routes;
    private final List<VirtualRoute> added = new ArrayList<>();
    private long refreshedNanos;

    HeldRoutes(EventLoop loop, RouteRequests requests, List<VirtualRoute> routes) {
        this.loop = loop;
        this.requests = requests;
        this.routes = routes;
    }

    List<VirtualRoute> routes() {
        return routes;
    }

    /** Adds what is missing, after the addresses. */
    void hold() {
        if (added.isEmpty()) {
            refreshedNanos = loop.nanoTime();
        }
        HaException failure = null;
        for (VirtualRoute route : routes) {
            if (!added.contains(route)) {
                try {
                    requests.add(List.of(route));
                    added.add(route);
                } catch (HaException e) {
                    failure = failure == null ? e : failure;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Looks after them when it is time. */
    void renew() {
        if (!routes.isEmpty() && loop.nanoTime() - refreshedNanos >= REFRESH_NANOS) {
            refresh();
        }
    }

    /** Now: an interface came back, or addresses were missing. */
    void refresh() {
        refreshedNanos = loop.nanoTime();
        requests.refresh(added);
        hold();
    }

    /** Before the addresses. */
    void release() {
        List<VirtualRoute> gone = List.copyOf(added);
        added.clear();
        requests.remove(gone);
    }

    /** @param held whether what is new is to be added at once */
    void change(List<VirtualRoute> next, boolean held) {
        List<VirtualRoute> gone =
                added.stream().filter(route -> !next.contains(route)).toList();
        routes = next;
        added.removeAll(gone);
        HaException failure = null;
        try {
            requests.remove(gone);
        } catch (HaException e) {
            failure = e;
        }
        if (held) {
            hold();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
