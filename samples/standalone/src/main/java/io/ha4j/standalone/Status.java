package io.ha4j.standalone;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /status} answers, as JSON with these names. The shape is stable: fields are added, and never renamed
 * or removed. Times are ISO 8601 in UTC; states are those of {@link io.ha4j.GroupState} and
 * {@link io.ha4j.BackendState}.
 *
 * @param routerId {@code router_id} of the configuration; empty when it has none
 * @param configuration the file that was read
 * @param hotRestart null where there is none
 */
record Status(
        String version,
        long pid,
        String startedAt,
        double uptimeSeconds,
        String routerId,
        String configuration,
        @Nullable HotRestart hotRestart,
        List<Group> groups,
        List<VirtualServer> virtualServers) {

    /**
     * How listeners pass from process to process.
     *
     * @param path where the next one asks
     * @param predecessor process id; null for a first start
     * @param inherited the listeners that came from there
     */
    record HotRestart(String path, @Nullable Long predecessor, List<String> inherited) {}

    /**
     * A virtual router.
     *
     * @param since when it came into its state
     * @param reason why, as a sentence
     * @param effectivePriority what it stands with now; {@code priority} is the configured one
     * @param localAddress what its advertisements are sent from
     * @param unicastPeers the nodes that it advertises to; empty with multicast
     * @param active the active node that this backup hears
     * @param routes what moves with the addresses, in the words of ip-route(8)
     * @param addressesHeld whether the addresses and routes are on this node now
     * @param delaySeconds how much longer a start-up or preemption delay keeps this backup from taking over
     * @param counters by their names in RFC 6527 and RFC 2787
     * @param lease what takes the addresses away from this node when it is killed or frozen, as a phrase
     * @param connectionDrain what becomes of its connections when another node becomes active
     * @param mismatches what other nodes lately had otherwise than this one
     * @param checks what it tracks
     * @param virtualMac null when the addresses have the MAC address of their interface
     * @param accept whether this node, when active, accepts packets to the addresses
     * @param syncGroup null if it is in none
     * @param deathDetection null where it has none
     */
    record Group(
            String name,
            String state,
            String since,
            String reason,
            String interfaceName,
            int virtualRouterId,
            int version,
            int priority,
            int effectivePriority,
            double advertisementIntervalSeconds,
            boolean preempt,
            @Nullable String localAddress,
            List<String> unicastPeers,
            @Nullable Peer active,
            List<Address> addresses,
            List<String> routes,
            boolean addressesHeld,
            double delaySeconds,
            Map<String, Long> counters,
            String lease,
            ConnectionDrain connectionDrain,
            List<Mismatch> mismatches,
            List<Check> checks,
            @Nullable VirtualMac virtualMac,
            boolean accept,
            @Nullable String syncGroup,
            @Nullable DeathDetection deathDetection) {}

    /**
     * Fast death detection of a virtual router.
     *
     * @param peers who is connected: the backups of an active node, the designated successor first; of a backup the active
     * @param rank of a backup: 1 for the designated successor; 0 for none
     * @param effective whether the death of the active node would be noticed at once
     * @param remark why not; empty when it is effective
     */
    record DeathDetection(
            int port, List<String> peers, int rank, boolean effective, String remark, Map<String, Long> counters) {}

    /**
     * TCP connections that outlive a hand-over.
     *
     * @param limitSeconds for how long at most; 0 where they are cut off at once
     * @param draining whether some go on here at addresses that were handed over
     * @param connections how many; -1 while they are not counted
     * @param leftSeconds how much longer they may
     * @param predecessor to which this active node passes on what is not its own; null for none
     * @param text all of it as a phrase
     */
    record ConnectionDrain(
            double limitSeconds,
            boolean draining,
            int connections,
            double leftSeconds,
            @Nullable String predecessor,
            String text) {}

    /**
     * The MAC address that moves with the addresses.
     *
     * @param interfaceName the macvlan that has it and carries the addresses
     * @param advertise whether advertisements leave from it
     */
    record VirtualMac(String interfaceName, String address, boolean advertise) {}

    /**
     * Advertisements of another node that do not agree with this one's settings.
     *
     * @param kind one of {@link io.ha4j.Mismatch.Kind}
     */
    record Mismatch(String kind, String from, String detail, String firstSeen, String lastSeen, long count) {}

    /**
     * A check that a virtual router tracks.
     *
     * @param priorityChange what it adds to the priority now
     * @param failed whether the node may not be active because of it
     */
    record Check(
            String name, boolean up, String detail, int weight, boolean reversed, int priorityChange, boolean failed) {}

    /**
     * @param address {@code ADDRESS/PREFIX}
     * @param options what {@code ip addr add} would be told beyond interface and label, empty where nothing
     * @param advertised whether it is in the advertisements
     */
    record Address(
            String address, String interfaceName, @Nullable String label, String options, boolean advertised) {}

    /** The active node, as its latest advertisement showed it. */
    record Peer(String address, int version, int priority, double advertisementIntervalSeconds) {}

    /**
     * A balancer.
     *
     * @param address {@code ADDRESS:PORT} of the configuration
     * @param listening whether it accepts connections now
     * @param scheduler as ipvsadm names it
     * @param group the virtual router whose address it listens at; null for none
     * @param source where connections to real servers come from: {@code kernel}, {@code client}, or addresses
     * @param ended connections that ended, by the reason
     * @param listenerDrops what the kernel dropped because the queue of the listening socket was full
     */
    record VirtualServer(
            String address,
            String protocol,
            List<String> listeners,
            boolean listening,
            String scheduler,
            String forwarding,
            String transport,
            @Nullable String group,
            Limits limits,
            PassiveChecks passiveChecks,
            AcceptProxy acceptProxy,
            Persistence persistence,
            String source,
            long accepted,
            long activeConnections,
            long queued,
            Map<String, Long> ended,
            Datagrams datagrams,
            long listenerDrops,
            long buffered,
            List<EventLoop> eventLoops,
            List<RealServer> realServers,
            List<Name> names) {}

    /**
     * A real server that is given by name.
     *
     * @param addresses those of its addresses that are real servers
     * @param resolvedAt when there last was an answer; null for never
     * @param detail why there is none now; empty when all is well
     */
    record Name(
            String name, List<String> addresses, @Nullable String resolvedAt, String detail) {}

    /** What a virtual server has on one of the event loops that all of them share; the name is the thread's. */
    record EventLoop(String name, long activeConnections, long totalConnections, long bytesIn, long bytesOut) {}

    /** Of UDP: received from clients, sent to clients, not passed on. */
    record Datagrams(long received, long sent, long dropped) {}

    /** Seconds, numbers of connections, bytes; 0 is no limit, for bytes half of the JVM's direct memory. */
    record Limits(
            double connectTimeoutSeconds,
            double idleTimeoutSeconds,
            double halfClosedTimeoutSeconds,
            int maxConnections,
            int maxConnectionsPerSource,
            int maxQueued,
            double queueTimeoutSeconds,
            int maxConnectionRate,
            long maxBuffered) {}

    /** {@code ejectAfter} failed connects in a row; 0 is never, as is a {@code failOpenPercent} of 0. */
    record PassiveChecks(int ejectAfter, double ejectionTimeSeconds, int maxEjectedPercent, int failOpenPercent) {}

    /**
     * @param timeoutSeconds how long a client without connections is remembered; 0 where none is
     * @param maxClients how many are remembered at most
     * @param clients how many are remembered now
     */
    record Persistence(double timeoutSeconds, int ipv4Prefix, int ipv6Prefix, int maxClients, int clients) {}

    /** From where connections have to begin with a PROXY header, and how long that may take. */
    record AcceptProxy(List<String> networks, double timeoutSeconds) {}

    /**
     * @param weight the one that counts: what its check says it is, or else the configured one
     * @param check what checks it, {@code http} or {@code tcp+agent.sh}; empty for nothing
     * @param detail what its check said last
     */
    record RealServer(
            String address,
            int weight,
            int configuredWeight,
            boolean backup,
            int maxConnections,
            String state,
            String check,
            String detail,
            long activeConnections,
            long totalConnections,
            long connectFailures,
            long bytesIn,
            long bytesOut,
            long datagramsIn,
            long datagramsOut) {}
}
