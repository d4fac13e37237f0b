package io.ha4j.lb;

import io.ha4j.lb.SmoothRoundRobin.Share;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Backends of one weight in the order of their current weights, the largest first: a sorted ring. Whoever wins becomes
 * the last, as smooth round robin keeps the current weights of a class within one sum of all weights, so that a turn
 * moves nothing; after a failure it may have to step over a few. Guarded by its owner.
 */
final class WeightClass {
    private static final Comparator<Share> FIRST =
            (a, b) -> a.offset != b.offset ? Long.compare(b.offset, a.offset) : Integer.compare(a.order, b.order);

    private final Share[] ring;
    private int first;

    /** @param shares at least one, all of the same weight */
    WeightClass(List<Share> shares) {
        ring = shares.toArray(Share[]::new);
        Arrays.sort(ring, FIRST);
    }

    Share first() {
        return ring[first];
    }

    void lowerFirst(long by) {
        Share lowered = ring[first];
        lowered.offset -= by;
        int at = first;
        first = next(first);
        while (at != first && FIRST.compare(lowered, ring[previous(at)]) < 0) {
            ring[at] = ring[previous(at)];
            at = previous(at);
        }
        ring[at] = lowered;
    }

    private int next(int at) {
        return at + 1 == ring.length ? 0 : at + 1;
    }

    private int previous(int at) {
        return (at == 0 ? ring.length : at) - 1;
    }
}
