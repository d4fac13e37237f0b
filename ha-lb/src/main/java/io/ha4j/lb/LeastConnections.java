package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fewest connections in proportion to the weight. Among equals it goes round, beginning after the one that was
 * picked last.
 */
final class LeastConnections implements Picker {
    private int next;

    @Override
    public synchronized @Nullable Target pick(List<Target> targets, Collection<Target> tried) {
        int size = targets.size();
        Target best = null;
        int bestIndex = 0;
        long bestActive = 0;
        long bestWeight = 1;
        for (int i = 0; i < size; i++) {
            int index = Math.floorMod(next + i, size);
            Target target = targets.get(index);
            if (tried.contains(target)) {
                continue;
            }
            long active = target.active();
            long weight = Math.max(1, target.weight); // it may have become 0 since the table was made
            // a/w < b/v without a division; 2^31 * 65535 fits a long
            if (best == null || active * bestWeight < bestActive * weight) {
                best = target;
                bestIndex = index;
                bestActive = active;
                bestWeight = weight;
            }
        }
        if (best != null) {
            next = bestIndex + 1;
            best.claim();
        }
        return best;
    }
}
