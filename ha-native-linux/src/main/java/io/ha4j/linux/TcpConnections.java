package io.ha4j.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The TCP connections of this network namespace, of whatever process, as sock_diag(7) tells them. */
final class TcpConnections {
    static final int NETLINK_SOCK_DIAG = 4; // linux/netlink.h

    private static final int SOCK_DIAG_BY_FAMILY = 20; // linux/sock_diag.h
    private static final int REQUEST = 56; // struct inet_diag_req_v2, linux/inet_diag.h
    private static final int MESSAGE = 72; // struct inet_diag_msg
    private static final int IPPROTO_TCP = 6;

    /** All but CLOSE (7), LISTEN (10) and TIME_WAIT (6), which needs no segment any more; linux/tcp_states.h. */
    private static final int STATES = (1 << 13) - 2 & ~(1 << 6 | 1 << 7 | 1 << 10);

    private TcpConnections() {}

    /** Those with one of these local addresses. Takes some 0.5 ms for each thousand connections of the machine. */
    static List<TcpConnection> at(Set<InetAddress> local, NetlinkClient client) {
        List<TcpConnection> all = new ArrayList<>();
        // Sockets of IPv6 have connections over IPv4, too.
        for (int family : new int[] {SocketAddresses.AF_INET, SocketAddresses.AF_INET6}) {
            List<TcpConnection> found = new ArrayList<>();
            client.dump(SOCK_DIAG_BY_FAMILY, request(family), found::clear, (header, body) -> {
                TcpConnection connection = parse(body);
                if (connection != null && local.contains(connection.local())) {
                    found.add(connection);
                }
            });
            all.addAll(found);
        }
        return all;
    }

    private static byte[] request(int family) {
        return ByteBuffer.allocate(REQUEST)
                .order(ByteOrder.nativeOrder())
                .put((byte) family)
                .put((byte) IPPROTO_TCP)
                .putShort((short) 0) // extensions
                .putInt(STATES)
                .array();
    }

    private static @Nullable TcpConnection parse(ByteBuffer body) {
        if (body.remaining() < MESSAGE) {
            return null;
        }
        // family, state, timer, retransmissions, then struct inet_diag_sockid: ports, source, destination
        int length = body.get(0) == SocketAddresses.AF_INET ? 4 : 16;
        byte[] local = new byte[length];
        byte[] remote = new byte[length];
        body.get(8, local).get(24, remote);
        ByteBuffer ports = body.duplicate().order(ByteOrder.BIG_ENDIAN);
        try {
            // An IPv4 address in an IPv6 one becomes an IPv4 address.
            return new TcpConnection(
                    InetAddress.getByAddress(local),
                    ports.getShort(4) & 0xffff,
                    InetAddress.getByAddress(remote),
                    ports.getShort(6) & 0xffff);
        } catch (UnknownHostException e) {
            return null; // cannot be: the length is right
        }
    }
}
