package io.ha4j.lb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin, as nginx does it: at each pick every current weight grows by its effective weight, the
 * largest wins (the first on a tie), and the winner's shrinks by the sum. A refused connection lowers the effective
 * weight, which recovers by one per pick. Memory of a backend is kept while it is down, and dropped when it was removed.
 *
 * <p>nginx visits every backend at each pick. Here those of one weight are a {@link WeightClass}, in which all grow
 * alike: only its largest can win, and a pick costs O(number of different weights + log n). Those that recover grow in
 * their own way and are visited one by one.
 */
final class SmoothRoundRobin implements Picker {
    /** nginx: effective_weight -= weight / max_fails, and max_fails is 1 by default. */
    private static final int MAX_FAILS = 1;

    private final Map<Target, Share> shares = new LinkedHashMap<>();
    private final List<Share> recovering = new ArrayList<>();
    private WeightClass[] classes = {};
    private List<Target> targets = List.of();
    private long steadyTotal; // of the weights in the classes
    private long time; // picks so far

    @Override
    public synchronized void update(List<Target> targets) {
        this.targets.forEach(this::settle);
        shares.keySet().removeIf(target -> target.removed);
        this.targets = targets;
        rebuild();
    }

    private void rebuild() {
        Map<Integer, List<Share>> byWeight = new LinkedHashMap<>();
        recovering.clear();
        steadyTotal = 0;
        for (int i = 0; i < targets.size(); i++) {
            Share share = share(targets.get(i));
            share.order = i;
            if (share.effective < share.weight) {
                recovering.add(share);
            } else {
                share.offset = share.current - time * share.weight;
                share.steady = true;
                steadyTotal += share.weight;
                byWeight.computeIfAbsent(share.weight, weight -> new ArrayList<>())
                        .add(share);
            }
        }
        classes = byWeight.values().stream().map(WeightClass::new).toArray(WeightClass[]::new);
    }

    /** Writes down what its current weight is, before its class is given up. */
    private void settle(Target target) {
        Share share = shares.get(target);
        if (share != null && share.steady) {
            share.current = share.offset + time * share.weight;
            share.steady = false;
        }
    }

    @Override
    public synchronized @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        if (!tried.isEmpty()) {
            return pickOther(tried);
        }
        time++;
        Share best = null;
        long bestCurrent = 0;
        WeightClass bestClass = null;
        for (WeightClass it : classes) {
            Share first = it.first();
            long current = first.offset + time * first.weight;
            if (best == null || current > bestCurrent || (current == bestCurrent && first.order < best.order)) {
                best = first;
                bestCurrent = current;
                bestClass = it;
            }
        }
        long total = steadyTotal;
        boolean recovered = false;
        for (int i = 0; i < recovering.size(); i++) {
            Share share = recovering.get(i);
            total += share.effective;
            recovered |= share.grow();
            if (best == null
                    || share.current > bestCurrent
                    || (share.current == bestCurrent && share.order < best.order)) {
                best = share;
                bestCurrent = share.current;
                bestClass = null;
            }
        }
        if (best == null) {
            return null;
        }
        if (bestClass != null) {
            bestClass.lowerFirst(total);
        } else {
            best.current -= total;
        }
        best.target.claim();
        if (recovered) {
            targets.forEach(this::settle);
            rebuild();
        }
        return best.target;
    }

    /** The same rule among those that were not tried; the others wait. */
    private @Nullable Target pickOther(Collection<Target> tried) {
        targets.forEach(this::settle);
        Share best = null;
        long total = 0;
        for (Target target : targets) {
            Share share = share(target);
            if (tried.contains(target)) {
                continue;
            }
            total += share.effective;
            share.grow();
            if (best == null || share.current > best.current) {
                best = share;
            }
        }
        if (best != null) {
            best.current -= total;
            best.target.claim();
        }
        rebuild();
        return best == null ? null : best.target;
    }

    @Override
    public synchronized void failed(Target target) {
        Share share = shares.get(target);
        if (share == null) {
            return;
        }
        boolean leavesClass = share.steady;
        if (leavesClass) {
            targets.forEach(this::settle);
        }
        share.effective = Math.max(0, share.effective - share.weight / MAX_FAILS);
        if (leavesClass) {
            rebuild();
        }
    }

    private Share share(Target target) {
        Share share = shares.computeIfAbsent(target, Share::new);
        share.weigh(target.share());
        return share;
    }

    /** What nginx keeps of a backend. */
    static final class Share {
        final Target target;
        int weight;
        int effective;
        boolean steady; // in a class
        long current; // valid while it is in none
        long offset; // current - picks * weight, valid while it is in a class
        int order;

        Share(Target target) {
            this.target = target;
        }

        void weigh(int weight) {
            if (this.weight != weight) {
                this.weight = weight;
                effective = weight;
            }
        }

        /** One pick's growth; says whether it is as heavy as it should be now. */
        boolean grow() {
            current += effective;
            if (effective < weight) {
                effective++;
            }
            return effective == weight;
        }
    }
}
