package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.VirtualRoute;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds and removes routes. What is refused is reported after the rest was done. Loop thread only. */
final class RouteRequests {
    private static final Logger log = LoggerFactory.getLogger(RouteRequests.class);

    private final String group;
    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final int lifetimeSeconds;

    RouteRequests(String group, NetlinkClient client, LinkMonitor monitor, int lifetimeSeconds) {
        this.group = group;
        this.client = client;
        this.monitor = monitor;
        this.lifetimeSeconds = lifetimeSeconds;
    }

    /** Adds them; one that is there already, to the same destination and with the same metric, is somebody else's. */
    void add(List<VirtualRoute> routes) {
        List<HaException> refusals = new ArrayList<>();
        for (VirtualRoute route : routes) {
            int errno = send(RouteMessage.RTM_NEWROUTE, NetlinkHeader.NLM_F_EXCL, route, refusals);
            if (errno == Errno.EEXIST) {
                refusals.add(new HaException("add route " + route + ": " + Errno.describe(errno)
                        + ": there is another route to this destination with the same metric, remove it or give this "
                        + "one another metric"));
            }
        }
        throwFirst(refusals);
    }

    /**
     * Puts back those that are gone, and begins the lifetime of IPv6 ones anew: the kernel does that when it is asked to
     * add what is there, and tells nobody.
     */
    void refresh(List<VirtualRoute> routes) {
        List<HaException> refusals = new ArrayList<>();
        for (VirtualRoute route : routes) {
            int flags = route.isIpv4() ? NetlinkHeader.NLM_F_EXCL : 0;
            if (send(RouteMessage.RTM_NEWROUTE, flags, route, refusals) == 0) {
                log.warn("{}: route {} was gone, put it back", group, route);
            }
        }
        throwFirst(refusals);
    }

    /** Removes those that are there. */
    void remove(List<VirtualRoute> routes) {
        List<HaException> refusals = new ArrayList<>();
        for (VirtualRoute route : routes) {
            int unused = send(RouteMessage.RTM_DELROUTE, 0, route, refusals);
        }
        throwFirst(refusals);
    }

    /** @return the errno of what is no refusal: 0, EEXIST of a new one, ESRCH of one that is gone */
    private int send(int type, int flags, VirtualRoute route, List<HaException> refusals) {
        boolean adds = type == RouteMessage.RTM_NEWROUTE;
        String purpose = (adds ? "add route " : "remove route ") + route;
        String name = route.interfaceName();
        LinkMessage link = name == null ? null : monitor.table().byName(name);
        if (name != null && link == null) {
            if (adds) {
                refusals.add(new HaException(
                        purpose + ": " + monitor.noSuchInterface(name).getMessage()));
            }
            return Errno.ESRCH; // it went with its interface
        }
        NetlinkBatch batch = client.batch();
        int create = adds ? NetlinkHeader.NLM_F_CREATE : 0;
        batch.begin(type, flags | create | NetlinkHeader.NLM_F_ACK);
        RouteMessage.pack(batch, route, link == null ? 0 : link.index(), adds ? lifetimeSeconds : 0);
        batch.end();
        NetlinkAck ack = client.send(batch).get(0);
        boolean expected =
                adds ? ack.errno() == Errno.EEXIST : ack.errno() == Errno.ESRCH || ack.errno() == Errno.ENODEV;
        if (ack.refused() && !expected) {
            refusals.add(new KernelException(purpose, ack.errno(), ack.detail()));
        }
        return ack.errno();
    }

    private static void throwFirst(List<HaException> refusals) {
        if (!refusals.isEmpty()) {
            HaException first = refusals.get(0);
            refusals.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
