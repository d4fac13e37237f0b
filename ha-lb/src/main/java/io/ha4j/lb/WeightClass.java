package io.ha4j.lb;

import io.ha4j.lb.SmoothRoundRobin.Share;
import java.util.List;

/** Backends of one weight, the one with the largest current weight first: a binary heap. Guarded by its owner. */
final class WeightClass {
    private final Share[] heap;

    /** @param shares at least one, all of the same weight */
    WeightClass(List<Share> shares) {
        heap = shares.toArray(Share[]::new);
        for (int i = heap.length / 2 - 1; i >= 0; i--) {
            down(i);
        }
    }

    Share first() {
        return heap[0];
    }

    void lowerFirst(long by) {
        heap[0].offset -= by;
        down(0);
    }

    private void down(int start) {
        int at = start;
        Share moving = heap[at];
        while (true) {
            int child = 2 * at + 1;
            if (child >= heap.length) {
                break;
            }
            if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    private static boolean before(Share a, Share b) {
        return a.offset != b.offset ? a.offset > b.offset : a.order < b.order;
    }
}
