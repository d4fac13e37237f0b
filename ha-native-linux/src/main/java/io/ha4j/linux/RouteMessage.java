package io.ha4j.linux;

import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@code struct rtmsg} and the attributes we use (linux/rtnetlink.h). */
final class RouteMessage {
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int HEADER = 12;

    /** Our mark in rtm_protocol; /etc/iproute2/rt_protos gives it to nobody. {@code ip route show proto 164} lists ours. */
    static final int ORIGIN = 0xa4;

    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int PROTOCOL_AT = 5;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int RTA_EXPIRES = 23; // IPv6 only

    private RouteMessage() {}

    /**
     * Appends the body of a request to add or remove it.
     *
     * @param linkIndex of its interface; 0 if it names none
     * @param lifetimeSeconds for an IPv6 route; the kernel has none for IPv4
     */
    static void pack(NetlinkBatch batch, VirtualRoute route, int linkIndex, int lifetimeSeconds) {
        batch.body()
                .put((byte) (route.isIpv4() ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6))
                .put((byte) route.prefixLength())
                .put((byte) 0) // length of a source network
                .put((byte) 0) // TOS
                .put((byte) (route.table() < 256 ? route.table() : 0))
                .put((byte) ORIGIN)
                .put((byte) scope(route))
                .put((byte) type(route.type()))
                .putInt(0);
        batch.octets(RTA_DST, route.destination().getAddress()).u32(RTA_TABLE, route.table());
        if (route.gateway() != null) {
            batch.octets(RTA_GATEWAY, route.gateway().getAddress());
        }
        if (linkIndex != 0) {
            batch.u32(RTA_OIF, linkIndex);
        }
        if (route.source() != null) {
            batch.octets(RTA_PREFSRC, route.source().getAddress());
        }
        if (route.metric() != 0) {
            batch.u32(RTA_PRIORITY, route.metric());
        }
        if (!route.isIpv4() && lifetimeSeconds > 0) {
            batch.u32(RTA_EXPIRES, lifetimeSeconds);
        }
    }

    /** Appends the body of a request to remove what we have added to this destination, whatever it leads to. */
    static void packAny(NetlinkBatch batch, VirtualRoute route) {
        batch.body()
                .put((byte) (route.isIpv4() ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6))
                .put((byte) route.prefixLength())
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) (route.table() < 256 ? route.table() : 0))
                .put((byte) ORIGIN)
                .put((byte) RT_SCOPE_NOWHERE) // of any scope
                .put((byte) 0) // of any type
                .putInt(0);
        batch.octets(RTA_DST, route.destination().getAddress()).u32(RTA_TABLE, route.table());
        if (route.metric() != 0) {
            batch.u32(RTA_PRIORITY, route.metric());
        }
    }

    private static int scope(VirtualRoute route) {
        if (route.scope() != null) {
            return route.scope();
        }
        boolean onLink = route.isIpv4() && route.type() == VirtualRoute.Type.UNICAST && route.gateway() == null;
        return onLink ? VirtualAddress.LINK : VirtualAddress.GLOBAL;
    }

    private static int type(VirtualRoute.Type type) {
        return switch (type) {
            case UNICAST -> 1; // RTN_*
            case BLACKHOLE -> 6;
            case UNREACHABLE -> 7;
            case PROHIBIT -> 8;
        };
    }

    /** The header of a request for all routes of a family that we have added. */
    static byte[] dumpRequest(int family) {
        byte[] header = new byte[HEADER];
        header[0] = (byte) family;
        header[PROTOCOL_AT] = (byte) ORIGIN;
        return header;
    }

    /** A copy of a route of ours as the kernel told it, to be sent back as it is; null if it is not ours. */
    static byte @Nullable [] copyOfOurs(ByteBuffer body) {
        if (body.remaining() < HEADER || (body.get(PROTOCOL_AT) & 0xff) != ORIGIN) {
            return null;
        }
        byte[] copy = new byte[body.remaining()];
        body.get(0, copy);
        return copy;
    }
}
