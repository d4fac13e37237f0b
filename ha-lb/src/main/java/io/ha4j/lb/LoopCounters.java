package io.ha4j.lb;

import io.ha4j.BalancerSnapshot;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one balancer has on one event loop. Each loop counts for itself: nothing here is written by two threads, and
 * {@link #snapshot()} may be called by any.
 */
final class LoopCounters {
    private static final int LINE = 64 / Long.BYTES; // of a processor's cache, which two loops are not to share

    private static final int BEGUN = LINE;
    private static final int ENDED = LINE + 1;
    private static final int BYTES_IN = LINE + 2;
    private static final int BYTES_OUT = LINE + 3;

    private final String name;
    private final Runnable whenEnded;
    private final AtomicLongArray counters = new AtomicLongArray(3 * LINE);

    /**
     * @param name the loop's
     * @param whenEnded runs there at each end of a session
     */
    LoopCounters(String name, Runnable whenEnded) {
        this.name = name;
        this.whenEnded = whenEnded;
    }

    void begun() {
        add(BEGUN, 1);
    }

    void ended() {
        add(ENDED, 1);
        whenEnded.run();
    }

    /** These bytes came from that side. */
    void passed(Side from, long bytes) {
        add(from == Side.CLIENT ? BYTES_IN : BYTES_OUT, bytes);
    }

    private void add(int counter, long more) {
        counters.lazySet(counter, counters.get(counter) + more); // the only writer
    }

    BalancerSnapshot.EventLoopSnapshot snapshot() {
        long ended = counters.get(ENDED); // first, so that there never are more of them than begun
        long begun = counters.get(BEGUN);
        return new BalancerSnapshot.EventLoopSnapshot(
                name, begun - ended, begun, counters.get(BYTES_IN), counters.get(BYTES_OUT));
    }
}
