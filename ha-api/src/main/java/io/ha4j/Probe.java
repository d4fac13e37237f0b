package io.ha4j;

import java.time.Duration;

/** Looks at one thing. {@link #cancel()} from any thread, everything else on one thread at a time. */
interface Probe {
    /** Takes as long as it takes, and throws nothing that is to be expected. */
    Reading look() throws InterruptedException;

    /** From the start of the last look to the start of the next. */
    Duration pause();

    /** Ends the look that is going on, if that is possible; there will be no other. */
    default void cancel() {}
}
