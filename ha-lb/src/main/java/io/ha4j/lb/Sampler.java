package io.ha4j.lb;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws targets in proportion to their weights, in constant time: Walker's alias method with Vose's construction.
 * Immutable.
 */
final class Sampler {
    private static final long HALF = 0xFFFFFFFFL;

    private final Target[] targets;
    private final double[] keep; // the probability that a column is its own
    private final int[] alias;

    Sampler(List<Target> targets) {
        int n = targets.size();
        this.targets = targets.toArray(Target[]::new);
        keep = new double[n];
        alias = new int[n];
        double total = 0;
        for (Target target : this.targets) {
            total += Math.max(1, target.share());
        }
        int[] columns = new int[n]; // small ones from the left, large ones from the right
        int small = 0;
        int large = n;
        for (int i = 0; i < n; i++) {
            keep[i] = Math.max(1, this.targets[i].share()) * n / total;
            alias[i] = i;
            columns[keep[i] < 1 ? small++ : --large] = i;
        }
        while (small > 0 && large < n) {
            int less = columns[--small];
            int more = columns[large];
            alias[less] = more;
            keep[more] -= 1 - keep[less];
            if (keep[more] < 1) {
                large++;
                columns[small++] = more;
            }
        }
        while (large < n) {
            keep[columns[large++]] = 1;
        }
        while (small > 0) { // what rounding left over
            keep[columns[--small]] = 1;
        }
    }

    int size() {
        return targets.length;
    }

    Target get(int index) {
        return targets[index];
    }

    /** From one random number: its upper half chooses the column, its lower half between the two of that column. */
    int draw(RandomGenerator random) {
        long bits = random.nextLong();
        int column = (int) (((bits >>> 32) * targets.length) >>> 32);
        return (bits & HALF) < keep[column] * (HALF + 1) ? column : alias[column];
    }

    /** Draws one that is not this; there must be two. */
    int drawOther(RandomGenerator random, int not) {
        for (int i = 0; i < 4; i++) {
            int drawn = draw(random);
            if (drawn != not) {
                return drawn;
            }
        }
        int other = random.nextInt(targets.length - 1); // the weights are very unequal
        return other < not ? other : other + 1;
    }
}
