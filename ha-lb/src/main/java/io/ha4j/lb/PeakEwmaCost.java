package io.ha4j.lb;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Finagle's Peak EWMA of the connect time: a worse value counts at once, a better one by and by. Without news a cost
 * decays towards 0, so that a backend that was slow once is asked again. One that was never asked costs nothing until
 * it has connections to answer; then it is avoided until it has.
 */
final class PeakEwmaCost implements TwoChoices.Cost {
    private static final double UNKNOWN = 1e18;

    private final double decayNanos;
    private final LongSupplier nanoTime;

    PeakEwmaCost(Duration decay, LongSupplier nanoTime) {
        decayNanos = decay.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public long now() {
        return nanoTime.getAsLong();
    }

    /** Between the two writes of another loop it may see a new cost of an old time: then it is a little too small, once. */
    @Override
    public double of(Target target, long now) {
        double cost = target.cost;
        if (cost > 0) {
            return cost * kept(target, now);
        }
        return target.active() == 0 ? 0 : UNKNOWN;
    }

    @Override
    public synchronized void connected(Target target, long nanos) {
        long now = nanoTime.getAsLong();
        double kept = kept(target, now);
        // cost·e^(−Δt/τ) + r·(1−e^(−Δt/τ)), but r itself when that is more
        double cost = nanos > target.cost ? nanos : target.cost * kept + nanos * (1 - kept);
        target.cost = Math.max(cost, 1);
        target.costAt = now;
    }

    private double kept(Target target, long now) {
        return Math.exp(-Math.max(0, now - target.costAt) / decayNanos);
    }
}
