package io.ha4j;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of {@link HaGroup#handOver()}.
 *
 * @param successor the node that is active now; null where none was heard
 * @param took from the announcement (priority 0) to the end; zero when nothing was announced
 * @param detail one readable sentence
 */
public record HandOver(Outcome outcome, @Nullable Peer successor, Duration took, String detail) {
    /** How it ended. */
    public enum Outcome {
        /** The successor was heard, and this node is a backup that does not preempt it. */
        HANDED_OVER,
        /** Nobody took over in time: this node has kept the addresses and is active as before. */
        NO_SUCCESSOR,
        /** This node was not active, so there was nothing to hand over. */
        NOT_ACTIVE,
        /** The group was closed, or had to give up at once (a failed link or check), before a successor was heard. */
        INTERRUPTED
    }
}
