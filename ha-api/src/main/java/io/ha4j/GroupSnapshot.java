package io.ha4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment.
 *
 * @param since when it came into its state
 * @param reason why it came into its state, as a sentence
 * @param election as it was configured
 * @param priority what this node stands with now; the configured one until it is changed
 * @param localAddress what its advertisements are sent from, as text; null before it is known
 * @param active the active node that this backup hears; null when this node is active or none was heard
 * @param addresses the advertised ones first
 * @param routes what moves with the addresses
 * @param addressesHeld whether the addresses and routes are on this node now
 * @param delay how much longer a start-up or preemption delay keeps this backup from taking over; zero when none does
 * @param counters by their names in RFC 6527 and RFC 2787, in a stable order
 * @param lease what would take the addresses away if this node were killed or froze while it holds them
 * @param connectionDrain what becomes of its connections when another node becomes active
 * @param mismatches what other nodes have otherwise than this one, those of the last ten minutes, the oldest first
 * @param checks what the group tracks, in the order in which it was given
 * @param deathDetection null where the group has none
 */
public record GroupSnapshot(
        String name,
        GroupState state,
        Instant since,
        String reason,
        Election election,
        int priority,
        @Nullable String localAddress,
        @Nullable Peer active,
        List<VirtualAddress> addresses,
        List<VirtualRoute> routes,
        boolean addressesHeld,
        Duration delay,
        Map<String, Long> counters,
        AddressLease lease,
        ConnectionDrain connectionDrain,
        List<Mismatch> mismatches,
        List<TrackedCheck> checks,
        @Nullable DeathDetectionSnapshot deathDetection) {

    public GroupSnapshot {
        addresses = List.copyOf(addresses);
        mismatches = List.copyOf(mismatches);
        routes = List.copyOf(routes);
        checks = List.copyOf(checks);
    }

    /** The same with these checks. */
    GroupSnapshot with(List<TrackedCheck> checks) {
        return new GroupSnapshot(
                name,
                state,
                since,
                reason,
                election,
                priority,
                localAddress,
                active,
                addresses,
                routes,
                addressesHeld,
                delay,
                counters,
                lease,
                connectionDrain,
                mismatches,
                checks,
                deathDetection);
    }
}
