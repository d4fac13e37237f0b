package io.ha4j.lb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Maglev's lookup table (Eisenbud et al., NSDI 2016, section 3.4): backends take turns, each takes the next free slot of
 * a permutation of its own. They are sorted first, so that every balancer with the same ones has the same table. A
 * backend of weight w has w turns where the heaviest of weight W has W.
 *
 * <p>To make one takes milliseconds, so that it is done elsewhere, and once for changes in quick succession. Until then
 * slots of backends that left count as those of the next one.
 */
final class MaglevTable {
    /** A prime. */
    static final int SIZE = 65537;

    private final Executor executor;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile List<Target> targets = List.of();
    private volatile Target[] slots = {};

    MaglevTable(Executor executor) {
        this.executor = executor;
    }

    void update(List<Target> targets) {
        this.targets = targets;
        if (changes.getAndIncrement() == 0) {
            executor.execute(this::rebuild);
        }
    }

    private void rebuild() {
        int seen;
        do {
            seen = changes.get();
            slots = build(targets);
        } while (!changes.compareAndSet(seen, 0));
    }

    /** Decides whether a target is taken. */
    interface Test {
        boolean accepts(Target target);
    }

    /** The first target that passes, from this hash's slot on. */
    @Nullable
    Target find(long hash, Test test) {
        Target[] slots = this.slots;
        int at = slot(hash);
        for (int i = 0; i < slots.length; i++) {
            Target target = slots[at];
            if (target.isEligible() && test.accepts(target)) {
                return target;
            }
            at = at + 1 == SIZE ? 0 : at + 1;
        }
        // Whoever came since is in no slot yet.
        List<Target> targets = this.targets;
        int first = targets.isEmpty() ? 0 : (int) Long.remainderUnsigned(hash, targets.size());
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get((first + i) % targets.size());
            if (test.accepts(target)) {
                return target;
            }
        }
        return null;
    }

    /** {@code hash} modulo {@link #SIZE}: as 2^16 is -1 there, digits of 16 bits are added and subtracted in turn. */
    static int slot(long hash) {
        int sum = (int) (hash & 0xFFFF)
                - (int) (hash >>> 16 & 0xFFFF)
                + (int) (hash >>> 32 & 0xFFFF)
                - (int) (hash >>> 48);
        if (sum < 0) {
            sum += 2 * SIZE;
        }
        return sum < SIZE ? sum : sum - SIZE;
    }

    static Target[] build(List<Target> targets) {
        if (targets.isEmpty()) {
            return new Target[0];
        }
        List<Target> sorted = new ArrayList<>(targets);
        sorted.sort(Comparator.comparing(Target::toString));
        int n = sorted.size();
        int[] at = new int[n];
        int[] skip = new int[n];
        int[] weight = new int[n];
        int heaviest = 1;
        for (int i = 0; i < n; i++) {
            String name = sorted.get(i).toString();
            at[i] = (int) Long.remainderUnsigned(AddressHash.of(name, 1), SIZE);
            skip[i] = (int) Long.remainderUnsigned(AddressHash.of(name, 2), SIZE - 1) + 1;
            weight[i] = Math.max(1, sorted.get(i).share());
            heaviest = Math.max(heaviest, weight[i]);
        }
        Target[] slots = new Target[SIZE];
        long[] credit = new long[n];
        int filled = 0;
        while (true) {
            for (int i = 0; i < n; i++) {
                credit[i] += weight[i];
                if (credit[i] < heaviest) {
                    continue;
                }
                credit[i] -= heaviest;
                while (slots[at[i]] != null) {
                    at[i] = next(at[i], skip[i]);
                }
                slots[at[i]] = sorted.get(i);
                if (++filled == SIZE) {
                    return slots;
                }
            }
        }
    }

    private static int next(int at, int skip) {
        int next = at + skip;
        return next >= SIZE ? next - SIZE : next;
    }
}
