package io.ha4j.lb;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin, as nginx does it: at each pick every current weight grows by its effective weight, the
 * largest wins, and the winner's shrinks by the sum. A refused connection lowers the effective weight, which recovers
 * by one per pick. Memory of a backend is kept while it is down, and dropped when it was removed.
 */
final class SmoothRoundRobin implements Picker {
    /** nginx: effective_weight -= weight / max_fails, and max_fails is 1 by default. */
    private static final int MAX_FAILS = 1;

    private static final class Share {
        int weight;
        int effective;
        long current;
    }

    private final Map<Target, Share> shares = new HashMap<>();
    private List<Target> seen = List.of();

    @Override
    public synchronized @Nullable Target pick(List<Target> targets, Collection<Target> tried) {
        if (targets != seen) {
            shares.keySet().removeIf(target -> target.removed);
            seen = targets;
        }
        Target best = null;
        Share bestShare = null;
        long total = 0;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if (tried.contains(target)) {
                continue;
            }
            Share share = share(target);
            share.current += share.effective;
            total += share.effective;
            if (share.effective < share.weight) {
                share.effective++;
            }
            if (bestShare == null || share.current > bestShare.current) {
                best = target;
                bestShare = share;
            }
        }
        if (best == null || bestShare == null) {
            return null;
        }
        bestShare.current -= total;
        best.claim();
        return best;
    }

    @Override
    public synchronized void failed(Target target) {
        Share share = share(target);
        share.effective = Math.max(0, share.effective - share.weight / MAX_FAILS);
    }

    private Share share(Target target) {
        Share share = shares.get(target);
        int weight = target.weight;
        if (share == null) {
            share = new Share();
            shares.put(target, share);
        }
        if (share.weight != weight) {
            share.weight = weight;
            share.effective = weight;
        }
        return share;
    }
}
