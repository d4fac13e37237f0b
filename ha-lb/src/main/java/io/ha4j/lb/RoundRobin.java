package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One after the other, whatever their weights. */
final class RoundRobin implements Picker {
    private int next;

    @Override
    public synchronized @Nullable Target pick(List<Target> targets, Collection<Target> tried) {
        int size = targets.size();
        for (int i = 0; i < size; i++) {
            int index = Math.floorMod(next + i, size);
            Target target = targets.get(index);
            if (!tried.contains(target)) {
                next = index + 1;
                target.claim();
                return target;
            }
        }
        return null;
    }
}
