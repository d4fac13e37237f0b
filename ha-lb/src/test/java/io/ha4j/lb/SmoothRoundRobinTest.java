package io.ha4j.lb;

import static io.ha4j.lb.Pickers.picks;
import static io.ha4j.lb.Pickers.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmoothRoundRobinTest {
    @Test
    void givesNginxSequences() {
        assertThat(picks(with(new SmoothRoundRobin(), Pickers.targets(5, 1, 1)), 14))
                .isEqualTo("aabacaaaabacaa");
        assertThat(picks(with(new SmoothRoundRobin(), Pickers.targets(4, 2, 1)), 14))
                .isEqualTo("abacabaabacaba");
        assertThat(picks(with(new SmoothRoundRobin(), Pickers.targets(1, 1, 1)), 6))
                .isEqualTo("abcabc");
    }

    /** The published algorithm, word for word. */
    private static final class Nginx {
        final int[] weight;
        final int[] effective;
        final long[] current;

        Nginx(int[] weight) {
            this.weight = weight;
            effective = weight.clone();
            current = new long[weight.length];
        }

        int pick() {
            int best = -1;
            long total = 0;
            for (int i = 0; i < weight.length; i++) {
                current[i] += effective[i];
                total += effective[i];
                if (effective[i] < weight[i]) {
                    effective[i]++;
                }
                if (best < 0 || current[i] > current[best]) {
                    best = i;
                }
            }
            current[best] -= total;
            return best;
        }

        void failed(int i) {
            effective[i] = Math.max(0, effective[i] - weight[i]);
        }
    }

    @Test
    void isNginxWithAnyWeightsAndAnyFailures() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] weights = random.ints(1 + random.nextInt(12), 1, 9).toArray();
            List<Target> targets = Pickers.targets(weights);
            SmoothRoundRobin picker = with(new SmoothRoundRobin(), targets);
            Nginx nginx = new Nginx(weights);
            for (int i = 0; i < 300; i++) {
                Target target = Pickers.pick(picker);
                assertThat(targets.indexOf(target))
                        .as("pick %d of seed %d", i, seed)
                        .isEqualTo(nginx.pick());
                if (random.nextInt(10) == 0) {
                    int failed = random.nextInt(weights.length);
                    picker.failed(targets.get(failed));
                    nginx.failed(failed);
                }
                if (random.nextInt(50) == 0) {
                    picker.update(new ArrayList<>(targets)); // nothing is forgotten
                }
            }
        }
    }

    @Test
    void lowersTheShareOfABackendThatRefuses() {
        List<Target> targets = Pickers.targets(5, 5);
        SmoothRoundRobin picker = with(new SmoothRoundRobin(), targets);
        assertThat(picks(picker, 2)).isEqualTo("ab");
        picker.failed(targets.get(0));
        assertThat(picks(picker, 6).chars().filter(c -> c == 'b').count()).isGreaterThan(3);
        assertThat(picks(picker, 100).chars().filter(c -> c == 'a').count()).isEqualTo(50);
    }

    @Test
    void followsAChangeOfWeight() {
        List<Target> targets = Pickers.targets(1, 1);
        SmoothRoundRobin picker = with(new SmoothRoundRobin(), targets);
        assertThat(picks(picker, 2)).isEqualTo("ab");
        targets.get(1).share = 3; // as Targets does
        picker.update(targets);
        assertThat(picks(picker, 8).chars().filter(c -> c == 'b').count()).isEqualTo(6);
    }
}
