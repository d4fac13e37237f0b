package io.ha4j.lb;

import static io.ha4j.lb.Pickers.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** random, p2c and peak-ewma; seeds are fixed, so that a statistical bound holds always or never. */
class RandomPickersTest {
    private final SplittableRandom random = new SplittableRandom(42);

    @Test
    void drawsInProportionToTheWeights() {
        for (int seed = 0; seed < 20; seed++) {
            int[] weights = new SplittableRandom(seed).ints(7, 1, 100).toArray();
            double total = IntStream.of(weights).sum();
            List<Target> targets = Pickers.targets(weights);
            Picker picker = with(new RandomPicker(() -> random), targets);
            Pickers.stays(picker, 70_000);
            for (int i = 0; i < weights.length; i++) {
                double p = weights[i] / total;
                assertThat(targets.get(i).active() / 70_000.0)
                        .isCloseTo(p, within(4.5 * Math.sqrt(p * (1 - p) / 70_000)));
            }
        }
    }

    @Test
    void drawsEveryWeightTo65535() {
        List<Target> targets = Pickers.targets(65535, 1);
        Sampler sampler = new Sampler(targets);
        assertThat(IntStream.range(0, 1_000_000).map(i -> sampler.draw(random)).sum())
                .isBetween(1, 40);
        assertThat(IntStream.range(0, 100)
                        .map(i -> sampler.drawOther(random, 0))
                        .distinct())
                .containsExactly(1);
    }

    /** Azar et al. 1994: with n balls in n bins, two choices leave ln ln n / ln 2 + O(1) at most, one ln n / ln ln n. */
    @Test
    void twoChoicesLevelTheLoad() {
        int n = 1000;
        List<Target> targets = Pickers.targets(IntStream.range(0, n).map(i -> 1).toArray());
        Picker two = with(new TwoChoices(TwoChoices.Cost.NONE, () -> random), targets);
        IntStream.range(0, n).forEach(i -> Pickers.pick(two));
        assertThat(targets.stream().mapToInt(Target::active).max()).hasValue(3);
    }

    @Test
    void twoChoicesCompareByWeight() {
        List<Target> targets = Pickers.targets(3, 1);
        Pickers.stays(with(new TwoChoices(TwoChoices.Cost.NONE, () -> random), targets), 4000);
        assertThat(targets.get(0).active()).isCloseTo(3000, within(2));
    }

    @Test
    void peakEwmaJumpsUpAndDecaysDown() {
        AtomicLong now = new AtomicLong(-5); // System.nanoTime may be negative
        PeakEwmaCost cost = new PeakEwmaCost(Duration.ofSeconds(10), now::get);
        Target target = Pickers.targets(1).get(0);
        Target measure = Pickers.targets(1).get(0);
        cost.connected(measure, 1000);
        assertCost(cost, target, measure, 0); // unknown and idle: asked first
        target.claim();
        assertCost(cost, target, measure, 1e15); // unknown and busy: avoided
        now.addAndGet(TimeUnit.DAYS.toNanos(300));
        assertCost(cost, target, measure, 1e15);
        measure = Pickers.targets(1).get(0);
        cost.connected(measure, 1000);
        cost.connected(target, 1000);
        assertCost(cost, target, measure, 1);
        cost.connected(target, 5000);
        assertCost(cost, target, measure, 5);
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertCost(cost, target, measure, 5); // both decay
        Target fresh = Pickers.targets(1).get(0);
        cost.connected(fresh, 1000);
        assertCost(cost, target, fresh, 5 / Math.E);
        cost.connected(target, 1000);
        assertCost(cost, target, fresh, 5 / Math.E + 1 - 1 / Math.E);
    }

    /** That it costs so many times as much as another, within a millionth. */
    private static void assertCost(PeakEwmaCost cost, Target target, Target of, double times) {
        assertThat(cost.isLess(target, 1, of, times * 1.000001 + 1e-9)).isTrue();
        assertThat(cost.isLess(of, times * 0.999999, target, 1)).isEqualTo(times > 0);
        assertThat(cost.isLess(target, 1, of, times * 0.999999)).isFalse();
        assertThat(cost.isLess(of, times * 1.000001 + 1e-9, target, 1)).isFalse();
    }

    @Test
    void peakEwmaAvoidsTheSlowOne() {
        AtomicLong now = new AtomicLong();
        List<Target> targets = Pickers.targets(1, 1);
        Picker picker = with(new TwoChoices(new PeakEwmaCost(Duration.ofSeconds(10), now::get), () -> random), targets);
        int slow = 0;
        for (int i = 0; i < 1000; i++) {
            Target target = Pickers.pick(picker);
            slow += target == targets.get(0) ? 1 : 0;
            picker.connected(target, target == targets.get(0) ? 100_000 : 1000);
            Pickers.release(picker, target);
            now.addAndGet(1_000_000);
        }
        assertThat(slow).isBetween(1, 50);
    }
}
