package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PickerTest {
    /** Backends a, b, c, … of these weights. */
    private static List<Target> targets(int... weights) {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            targets.add(new Target(Backend.of("10.0.0.1", 'a' + i).weight(weights[i]), true, ""));
        }
        return List.copyOf(targets);
    }

    /** The letters of the next picks; each session ends at once. */
    private static String picks(Picker picker, List<Target> targets, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Target target = picker.pick(targets, List.of());
            assertThat(target).isNotNull();
            target.release();
            letters.append((char) target.address().getPort());
        }
        return letters.toString();
    }

    @Test
    void roundRobinIgnoresWeights() {
        assertThat(picks(Picker.of(Scheduler.ROUND_ROBIN), targets(5, 1, 1), 7)).isEqualTo("abcabca");
    }

    @Test
    void smoothRoundRobinGivesNginxSequences() {
        assertThat(picks(new SmoothRoundRobin(), targets(5, 1, 1), 14)).isEqualTo("aabacaaaabacaa");
        assertThat(picks(new SmoothRoundRobin(), targets(4, 2, 1), 14)).isEqualTo("abacabaabacaba");
        assertThat(picks(new SmoothRoundRobin(), targets(1, 1, 1), 6)).isEqualTo("abcabc");
    }

    @Test
    void smoothRoundRobinLowersTheShareOfABackendThatRefuses() {
        SmoothRoundRobin picker = new SmoothRoundRobin();
        List<Target> targets = targets(5, 5);
        assertThat(picks(picker, targets, 2)).isEqualTo("ab");
        picker.failed(targets.get(0));
        // a's effective weight goes 0, 1, 2, 3, 4, 5 and b's stays 5: by hand, a: 0 1 3 -3 1 -4, b: 0 -1 ...
        String after = picks(picker, targets, 6);
        assertThat(after.chars().filter(c -> c == 'b').count()).isGreaterThan(3);
        assertThat(picks(picker, targets, 100).chars().filter(c -> c == 'a').count())
                .isEqualTo(50);
    }

    @Test
    void smoothRoundRobinFollowsAChangeOfWeight() {
        SmoothRoundRobin picker = new SmoothRoundRobin();
        List<Target> targets = targets(1, 1);
        assertThat(picks(picker, targets, 2)).isEqualTo("ab");
        targets.get(1).weight = 3;
        assertThat(picks(picker, targets, 8).chars().filter(c -> c == 'b').count())
                .isEqualTo(6);
    }

    @Test
    void leastConnectionsTakesTheIdleOneAndSharesAmongEquals() {
        LeastConnections picker = new LeastConnections();
        List<Target> targets = targets(1, 1, 1);
        targets.get(0).claim();
        assertThat(picks(picker, targets, 4)).isEqualTo("bcbc");
        targets.get(0).release();
        assertThat(picks(picker, targets, 6)).isEqualTo("abcabc");
    }

    @Test
    void leastConnectionsWeighsByDivision() {
        LeastConnections picker = new LeastConnections();
        List<Target> targets = targets(4, 2, 1);
        Map<Integer, Long> counts = IntStream.range(0, 70)
                .mapToObj(i -> picker.pick(targets, List.of()))
                .map(target -> target.address().getPort() - 'a')
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(counts).isEqualTo(Map.of(0, 40L, 1, 20L, 2, 10L));
    }

    @Test
    void neverPicksOneThatRefused() {
        for (Scheduler scheduler : Scheduler.values()) {
            Picker picker = Picker.of(scheduler);
            List<Target> targets = targets(3, 2, 1);
            List<Target> refused = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Target target = picker.pick(targets, refused);
                assertThat(target).isNotNull().isNotIn(refused);
                refused.add(target);
            }
            assertThat(picker.pick(targets, refused)).isNull();
            assertThat(picker.pick(List.of(), List.of())).isNull();
        }
    }

    /** Several event loops share a picker: the shares must be exact all the same. */
    @Test
    void sharesAreExactWithSeveralThreads() {
        for (Scheduler scheduler : Scheduler.values()) {
            Picker picker = Picker.of(scheduler);
            List<Target> targets = targets(1, 1, 1, 1);
            CompletableFuture.allOf(IntStream.range(0, 4)
                            .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                                for (int i = 0; i < 10_000; i++) {
                                    picker.pick(targets, List.of());
                                }
                            }))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            assertThat(targets).extracting(Target::active).containsOnly(10_000);
        }
    }
}
