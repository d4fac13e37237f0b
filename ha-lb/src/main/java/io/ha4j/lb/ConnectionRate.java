package io.ha4j.lb;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So many in a second on average, and as many at once: a token bucket, kept as the time at which it would be full
 * again (GCRA, ITU-T I.371). Thread-safe.
 */
final class ConnectionRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long each; // nanoseconds that one costs; 0 for no limit
    private final AtomicLong fullAt;

    /** @param perSecond 0 for no limit */
    ConnectionRate(int perSecond, long nowNanos) {
        each = perSecond == 0 ? 0 : SECOND / perSecond;
        fullAt = new AtomicLong(nowNanos);
    }

    boolean isLimited() {
        return each > 0;
    }

    /** Takes one, if there is one. */
    boolean tryTake(long nowNanos) {
        while (true) {
            long full = fullAt.get();
            long next = (full - nowNanos > 0 ? full : nowNanos) + each;
            if (next - nowNanos > SECOND) {
                return false;
            }
            if (fullAt.compareAndSet(full, next)) {
                return true;
            }
        }
    }
}
