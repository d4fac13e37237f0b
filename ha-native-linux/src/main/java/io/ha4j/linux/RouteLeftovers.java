package io.ha4j.linux;

import io.ha4j.VirtualRoute;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes that an earlier run has left: those of IPv4 have no lifetime. When no other process of ha4j lives on this
 * machine, every route with our mark is one; otherwise only those that a group of this process asks for. Loop thread
 * only.
 */
final class RouteLeftovers {
    private static final Logger log = LoggerFactory.getLogger(RouteLeftovers.class);
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_GET_STRICT_CHK = 12; // linux/netlink.h: the kernel filters what it dumps

    private final LinuxSyscalls syscalls;
    private final VipGuard guard;
    private final NetlinkClient client;
    private boolean looked;

    RouteLeftovers(LinuxSyscalls syscalls, VipGuard guard, NetlinkClient client) {
        this.syscalls = syscalls;
        this.guard = guard;
        this.client = client;
    }

    /**
     * Removes them; all of them before the first group begins.
     *
     * @param routes of the group that begins
     */
    void remove(String group, List<VirtualRoute> routes) {
        if (!looked) {
            looked = true;
            if (guard.isAlone()) {
                removeAll(group);
                return;
            }
        }
        for (VirtualRoute route : routes) {
            NetlinkBatch batch = client.batch();
            batch.begin(RouteMessage.RTM_DELROUTE, NetlinkHeader.NLM_F_ACK);
            RouteMessage.packAny(batch, route);
            batch.end();
            send(batch, group);
        }
    }

    private void send(NetlinkBatch batch, String group) {
        NetlinkAck ack = client.send(batch).get(0);
        if (ack.refused() && ack.errno() != Errno.ESRCH) {
            log.warn("{}: cannot remove a route of an earlier run: {}", group, Errno.describe(ack.errno()));
        }
    }

    private void removeAll(String group) {
        List<byte[]> found = new ArrayList<>();
        try (NetlinkClient strict = new NetlinkClient(syscalls, NetlinkClient.NETLINK_ROUTE, "rtnetlink routes")) {
            strict.option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, "NETLINK_GET_STRICT_CHK");
            for (int family : new int[] {SocketAddresses.AF_INET, SocketAddresses.AF_INET6}) {
                List<byte[]> ofFamily = new ArrayList<>();
                strict.dump(
                        RouteMessage.RTM_GETROUTE,
                        RouteMessage.dumpRequest(family),
                        ofFamily::clear,
                        (header, body) -> {
                            byte[] route = RouteMessage.copyOfOurs(body);
                            if (route != null) {
                                ofFamily.add(route);
                            }
                        });
                found.addAll(ofFamily);
            }
        } catch (KernelException e) {
            log.warn("cannot look for routes of an earlier run: {}", e.getMessage());
            return;
        }
        for (byte[] route : found) {
            NetlinkBatch batch = client.batch();
            batch.begin(RouteMessage.RTM_DELROUTE, NetlinkHeader.NLM_F_ACK);
            batch.body().put(route);
            batch.end();
            send(batch, group);
        }
        if (!found.isEmpty()) {
            log.info("removed {} routes, which an earlier run has left", found.size());
        }
    }
}
