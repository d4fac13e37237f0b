package io.ha4j.lb;

import io.ha4j.Scheduler;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the backend of a new connection.
 *
 * <p>All event loops of a balancer share one picker. Its state is guarded by its own monitor, held for one scan of the
 * table: a sequence such as round robin's is then exact whatever the number of loops, and two loops never decide upon
 * the same count. A pick allocates nothing.
 */
interface Picker {
    /**
     * Picks one and counts the session in ({@link Target#claim()}) before it returns.
     *
     * @param targets those that take connections, an immutable table
     * @param tried those that this connection was refused by; none of them is picked
     * @return null when there is none left
     */
    @Nullable
    Target pick(List<Target> targets, Collection<Target> tried);

    /** A connection that was picked for this target was refused. */
    default void failed(Target target) {}

    static Picker of(Scheduler scheduler) {
        return switch (scheduler) {
            case ROUND_ROBIN -> new RoundRobin();
            case WEIGHTED_ROUND_ROBIN -> new SmoothRoundRobin();
            case LEAST_CONNECTIONS -> new LeastConnections();
        };
    }
}
