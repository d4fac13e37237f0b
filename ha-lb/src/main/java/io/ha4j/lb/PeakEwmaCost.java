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

    /**
     * From the time of the newer cost on both decay alike, so no clock has to be asked. Between the two writes of another
     * loop it may see a new cost of an old time, and chooses a little wrong, once.
     */
    @Override
    public boolean isLess(Target one, double load, Target than, double thanLoad) {
        double cost = one.cost;
        double thanCost = than.cost;
        if (cost == 0 || thanCost == 0) {
            return known(one, cost) * load < known(than, thanCost) * thanLoad;
        }
        long later = than.costAt - one.costAt;
        if (later >= 0) {
            return cost * kept(later) * load < thanCost * thanLoad;
        }
        return cost * load < thanCost * kept(-later) * thanLoad;
    }

    private static double known(Target target, double cost) {
        return cost > 0 ? cost : target.active() == 0 ? 0 : UNKNOWN;
    }

    @Override
    public synchronized void connected(Target target, long nanos) {
        long now = nanoTime.getAsLong();
        double kept = kept(Math.max(0, now - target.costAt));
        // cost·e^(−Δt/τ) + r·(1−e^(−Δt/τ)), but r itself when that is more
        double cost = nanos > target.cost ? nanos : target.cost * kept + nanos * (1 - kept);
        target.cost = Math.max(cost, 1);
        target.costAt = now;
    }

    private double kept(long nanos) {
        return Math.exp(-nanos / decayNanos);
    }
}
