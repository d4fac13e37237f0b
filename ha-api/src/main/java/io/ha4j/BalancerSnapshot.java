package io.ha4j;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A balancer at one moment. With UDP, connections are sessions.
 *
 * @param listeners where it accepts connections, with the ports that were really bound
 * @param listening whether it accepts connections now
 * @param accepted connections accepted since the start
 * @param active connections that are open now
 * @param queued those of them that wait for a backend with room
 * @param ended connections that ended, by the reason ({@code finished}, {@code client_reset}, {@code backend_reset},
 *     {@code no_backend}, {@code connect_failed}, {@code idle_timeout}, …; all of them, even with a count of 0), in a
 *     stable order
 * @param datagrams what was passed on; all 0 with TCP
 * @param names those of {@link Backend#named}
 * @param listenerDrops what the kernel itself dropped at the listening sockets, as a rule because this process was too slow
 *     and their queue full: attempts to connect, which clients repeat after a second, or datagrams. Counted by each
 *     socket since it was opened; with epoll only, else 0
 * @param buffered bytes that wait in this process for those who read too slowly: {@link ConnectionLimits#maxBuffered()}
 * @param eventLoops what this balancer has on each of the event loops that all balancers of the process share; a new TCP
 *     connection is given to the one with the fewest of all balancers, and all sessions of a UDP balancer are on one
 * @param limits what it was started with
 * @param passiveChecks what it was started with
 * @param trustedProxies what it was started with
 * @param persistence what it was started with
 * @param persistentClients clients whose backend is remembered
 * @param source what it was started with
 */
public record BalancerSnapshot(
        String name,
        Protocol protocol,
        List<InetSocketAddress> listeners,
        boolean listening,
        Scheduler scheduler,
        Transport transport,
        ConnectionLimits limits,
        PassiveChecks passiveChecks,
        TrustedProxies trustedProxies,
        Persistence persistence,
        int persistentClients,
        SourceAddress source,
        long accepted,
        long active,
        long queued,
        Map<String, Long> ended,
        Datagrams datagrams,
        long listenerDrops,
        long buffered,
        List<EventLoopSnapshot> eventLoops,
        List<BackendSnapshot> backends,
        List<NameSnapshot> names) {

    public BalancerSnapshot {
        listeners = List.copyOf(listeners);
        backends = List.copyOf(backends);
        names = List.copyOf(names);
        eventLoops = List.copyOf(eventLoops);
    }

    /**
     * What a balancer has on one event loop, at one moment. Each loop counts for itself, so that what belongs together may be
     * apart by what happens at that moment.
     *
     * @param name its thread's
     * @param active connections that are open now
     * @param total connections since the start
     * @param bytesIn bytes from clients
     * @param bytesOut bytes from backends
     */
    public record EventLoopSnapshot(String name, long active, long total, long bytesIn, long bytesOut) {}

    /**
     * A name whose addresses are backends ({@link Backend#named}), at one moment.
     *
     * @param name unresolved
     * @param addresses those that are backends for its sake
     * @param resolvedAt when the resolver last had an answer; null for never
     * @param detail why it has none now; empty when all is well
     */
    public record NameSnapshot(
            InetSocketAddress name,
            List<InetSocketAddress> addresses,
            @Nullable Instant resolvedAt,
            String detail) {
        public NameSnapshot {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * UDP datagrams since the start.
     *
     * @param received from clients
     * @param sent to clients
     * @param dropped from or to clients: there was no session for them, no backend, no room in a socket's buffer, or
     *     they are longer than the other address family allows
     */
    public record Datagrams(long received, long sent, long dropped) {}

    /**
     * A backend at one moment.
     *
     * @param weight the one that counts, even while a slow start is under way: what its check says it is, or else as it
     *     was set
     * @param configuredWeight as it was set
     * @param maxConnections 0 for no limit
     * @param check the name of its check; empty for none
     * @param detail what its check said last
     * @param active connections that are open now
     * @param total connections that were passed to it since the start
     * @param connectFailures connections that it did not accept; with UDP, sessions in which it was unreachable
     * @param bytesIn bytes from clients to it
     * @param bytesOut bytes from it to clients
     * @param datagramsIn with UDP, datagrams from clients to it
     * @param datagramsOut with UDP, datagrams from it to clients
     */
    public record BackendSnapshot(
            InetSocketAddress address,
            int weight,
            int configuredWeight,
            boolean backup,
            int maxConnections,
            BackendState state,
            String check,
            String detail,
            long active,
            long total,
            long connectFailures,
            long bytesIn,
            long bytesOut,
            long datagramsIn,
            long datagramsOut) {}
}
