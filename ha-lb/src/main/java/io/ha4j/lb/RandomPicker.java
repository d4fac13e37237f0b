package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Drawn in proportion to the weights. */
final class RandomPicker implements Picker {
    private final Supplier<? extends RandomGenerator> random;
    private volatile List<Target> targets = List.of();
    private volatile Sampler sampler = new Sampler(targets);

    RandomPicker(Supplier<? extends RandomGenerator> random) {
        this.random = random;
    }

    @Override
    public void update(List<Target> targets) {
        this.targets = targets;
        sampler = new Sampler(targets);
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        Sampler sampler = tried.isEmpty() ? this.sampler : new Sampler(without(targets, tried));
        if (sampler.size() == 0) {
            return null;
        }
        Target target = sampler.get(sampler.draw(random.get()));
        target.claim();
        return target;
    }

    static List<Target> without(List<Target> targets, Collection<Target> tried) {
        return targets.stream().filter(target -> !tried.contains(target)).toList();
    }
}
