package io.ha4j.lb;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one message pass per interval, so that a flood of errors does not become a flood in the log. Thread-safe. */
final class RateLimit {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    boolean tryPass() {
        long now = System.nanoTime();
        long at = next.get();
        return now - at >= 0 && next.compareAndSet(at, now + INTERVAL_NANOS);
    }
}
