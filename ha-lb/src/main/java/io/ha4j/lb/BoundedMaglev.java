package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016): a backend of weight w takes at most
 * ⌈(1+ε)·m·w/W⌉ of m open connections, with the new one; then it is the turn of the next one in the table.
 */
final class BoundedMaglev implements Picker, MaglevTable.Test {
    private final MaglevTable table;
    private final double factor;
    private long totalWeight;
    private long active;

    /** @param executor makes the table */
    BoundedMaglev(double epsilon, Executor executor) {
        factor = 1 + epsilon;
        table = new MaglevTable(executor);
    }

    @Override
    public synchronized void update(List<Target> targets) {
        totalWeight = Math.max(1, targets.stream().mapToLong(Target::share).sum());
        table.update(targets);
    }

    @Override
    public synchronized @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        long hash = AddressHash.of(incoming.client().getAddress());
        Target target = tried.isEmpty() ? table.find(hash, this) : null;
        if (target == null) { // what is left after refusals may have no room by the rule
            target = table.find(hash, other -> !tried.contains(other));
        }
        if (target != null) {
            target.claim();
            active++;
        }
        return target;
    }

    @Override
    public synchronized void claim(Target target) {
        target.claim();
        active++;
    }

    @Override
    public synchronized void released(Target target) {
        active--;
    }

    /** Whether it has room for one more; under the monitor. */
    @Override
    public boolean accepts(Target target) {
        // For a whole number a, a < ⌈x⌉ is a < x.
        return (double) target.active() * totalWeight < factor * (active + 1) * target.share();
    }
}
