package io.ha4j.spi;

import io.ha4j.Election;
import io.ha4j.VirtualAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind of election. */
public interface ElectionProvider {
    boolean supports(Election election);

    /**
     * Opens what the candidacy needs; it begins with {@link Candidacy#start()}. Loop thread only.
     *
     * @throws io.ha4j.HaException if the system stands in the way; nothing is left open
     * @throws IllegalArgumentException if the addresses do not fit the election
     */
    Candidacy open(Candidacy.Spec spec);

    /** How long addresses may stay on a node after its last sign of life: never longer than a successor waits. */
    Duration lease(Election election);

    /**
     * What leaves an active node by which the others know that it lives; {@link #lease} counts from the last of these.
     *
     * @param addresses what the active node holds
     * @return null if there is nothing that the kernel could recognise
     */
    default @Nullable SignOfLife signOfLife(Election election, List<VirtualAddress> addresses) {
        return null;
    }

    /**
     * The interface that the addresses are to be on, instead of the one that the election uses.
     *
     * @param addresses what the active node holds
     * @return null for the election's own
     */
    default @Nullable VirtualLink virtualLink(Election election, List<VirtualAddress> addresses) {
        return null;
    }

    /** Whether the active node receives packets to the addresses; if not, it only answers for them. */
    default boolean accepts(Election election) {
        return true;
    }
}
