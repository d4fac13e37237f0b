package io.ha4j.spi;

import io.ha4j.Election;
import java.time.Duration;

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
}
