package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One after the other, whatever their weights. */
final class RoundRobin implements Picker {
    private final AtomicLong next = new AtomicLong();
    private volatile List<Target> targets = List.of();

    @Override
    public void update(List<Target> targets) {
        this.targets = targets;
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        List<Target> targets = this.targets;
        int size = targets.size();
        for (int i = 0; i < size; i++) {
            Target target = targets.get((int) (next.getAndIncrement() % size));
            if (!tried.contains(target)) {
                target.claim();
                return target;
            }
        }
        // Other loops may have taken the turns of those that were not tried.
        for (Target target : targets) {
            if (!tried.contains(target)) {
                target.claim();
                return target;
            }
        }
        return null;
    }
}
