package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest load by a measure; among equals the one whose last pick is longest ago, which goes round. A binary heap
 * over the table, so that a pick and the end of a session cost O(log n).
 *
 * <p>IPVS counts 256·a + i with i inactive connections, those that are not ESTABLISHED. A relay has none: a session
 * counts until both its connections are closed. So i is 0, and the factor makes no difference.
 *
 * <p>The heap goes by copies of the counts, {@link Target#load}, which are changed under the monitor only: the counts
 * themselves go down outside of it.
 */
final class LeastLoaded implements Picker {
    enum Measure {
        /** lc: a. */
        CONNECTIONS,
        /** wlc: a/w. */
        WEIGHTED_CONNECTIONS,
        /** sed: (a+1)/w. */
        EXPECTED_DELAY,
        /** nq: 0 when idle, else (a+1)/w. */
        IDLE_THEN_DELAY;

        private long numerator(int load) {
            return switch (this) {
                case CONNECTIONS, WEIGHTED_CONNECTIONS -> load;
                case EXPECTED_DELAY -> load + 1L;
                case IDLE_THEN_DELAY -> load == 0 ? 0 : load + 1L;
            };
        }
    }

    private final Measure measure;
    private Target[] heap = {};
    private long picks;

    LeastLoaded(Measure measure) {
        this.measure = measure;
    }

    @Override
    public synchronized void update(List<Target> targets) {
        heap = targets.toArray(Target[]::new);
        for (int i = 0; i < heap.length; i++) {
            Target target = heap[i];
            target.position = i;
            loaded(target, target.active());
            target.divisor = measure == Measure.CONNECTIONS ? 1 : Math.max(1, target.share());
        }
        for (int i = heap.length / 2 - 1; i >= 0; i--) {
            down(i);
        }
    }

    @Override
    public synchronized @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        Target best = tried.isEmpty() ? (heap.length == 0 ? null : heap[0]) : leastOther(tried);
        if (best != null) {
            best.claim();
            loaded(best, best.load + 1);
            best.lastPick = ++picks;
            down(best.position);
        }
        return best;
    }

    @Override
    public synchronized void claim(Target target) {
        target.claim();
        int position = target.position;
        if (position < heap.length && heap[position] == target) {
            loaded(target, target.load + 1);
            target.lastPick = ++picks;
            down(position);
        }
    }

    private void loaded(Target target, int load) {
        target.load = load;
        target.numerator = measure.numerator(load);
    }

    private @Nullable Target leastOther(Collection<Target> tried) {
        Target best = null;
        for (Target target : heap) {
            if (!tried.contains(target) && (best == null || less(target, best))) {
                best = target;
            }
        }
        return best;
    }

    /** The count went down before this call, so that whoever comes last copies what is true. */
    @Override
    public synchronized void released(Target target) {
        int position = target.position;
        if (position < heap.length && heap[position] == target) {
            loaded(target, target.active()); // never more than the copy: all that adds is done under the monitor
            up(position);
        }
    }

    // a/w < b/v without a division; 2^32 * 6553500 fits a long
    private boolean less(Target a, Target b) {
        long left = a.numerator * b.divisor;
        long right = b.numerator * a.divisor;
        if (left != right) {
            return left < right;
        }
        // What was never picked comes in the order in which it was added.
        return a.lastPick != b.lastPick ? a.lastPick < b.lastPick : a.number < b.number;
    }

    private void up(int start) {
        int at = start;
        Target moving = heap[at];
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!less(moving, heap[parent])) {
                break;
            }
            place(heap[parent], at);
            at = parent;
        }
        place(moving, at);
    }

    private void down(int start) {
        int at = start;
        Target moving = heap[at];
        while (true) {
            int child = 2 * at + 1;
            if (child >= heap.length) {
                break;
            }
            if (child + 1 < heap.length && less(heap[child + 1], heap[child])) {
                child++;
            }
            if (!less(heap[child], moving)) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(moving, at);
    }

    private void place(Target target, int at) {
        heap[at] = target;
        target.position = at;
    }
}
