package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The better of two that are drawn in proportion to the weights. */
final class TwoChoices implements Picker {
    /** What a connection costs at a backend. Thread-safe. */
    interface Cost {
        Cost NONE = (one, load, than, thanLoad) -> load < thanLoad;

        /** Whether the cost of a target times its load is less than that of another. */
        boolean isLess(Target one, double load, Target than, double thanLoad);

        /** A connection was accepted after this time. */
        default void connected(Target target, long nanos) {}
    }

    private final Cost cost;
    private final Supplier<? extends RandomGenerator> random;
    private volatile List<Target> targets = List.of();
    private volatile Sampler sampler = new Sampler(targets);

    TwoChoices(Cost cost, Supplier<? extends RandomGenerator> random) {
        this.cost = cost;
        this.random = random;
    }

    @Override
    public void update(List<Target> targets) {
        this.targets = targets;
        sampler = new Sampler(targets);
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        Sampler sampler = tried.isEmpty() ? this.sampler : new Sampler(RandomPicker.without(targets, tried));
        if (sampler.size() == 0) {
            return null;
        }
        RandomGenerator random = this.random.get();
        int first = sampler.draw(random);
        Target target = sampler.get(first);
        if (sampler.size() > 1) {
            Target other = sampler.get(sampler.drawOther(random, first));
            // load/weight < load/weight, without a division
            if (cost.isLess(other, load(other) * weight(target), target, load(target) * weight(other))) {
                target = other;
            }
        }
        target.claim();
        return target;
    }

    private static double load(Target target) {
        return target.active() + 1.0;
    }

    private static int weight(Target target) {
        return Math.max(1, target.share());
    }

    @Override
    public void connected(Target target, long nanos) {
        cost.connected(target, nanos);
    }
}
