package io.ha4j.lb;

import static io.ha4j.lb.Pickers.picks;
import static io.ha4j.lb.Pickers.stays;
import static io.ha4j.lb.Pickers.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lb.LeastLoaded.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LeastLoadedTest {
    /** By the definition, weights 4, 2, 1, sessions that stay. */
    @ParameterizedTest
    @CsvSource({
        "CONNECTIONS, abcabcabcabcab",
        "WEIGHTED_CONNECTIONS, abcabaacbaabaa",
        "EXPECTED_DELAY, abaacbaabaacba",
        "IDLE_THEN_DELAY, abcaabaabaacba"
    })
    void givesTheSequence(Measure measure, String expected) {
        assertThat(stays(with(new LeastLoaded(measure), Pickers.targets(4, 2, 1)), 14))
                .isEqualTo(expected);
    }

    private static double measured(Measure measure, int active, int weight) {
        return switch (measure) {
            case CONNECTIONS -> active;
            case WEIGHTED_CONNECTIONS -> (double) active / weight;
            case EXPECTED_DELAY -> (active + 1.0) / weight;
            case IDLE_THEN_DELAY -> active == 0 ? 0 : (active + 1.0) / weight;
        };
    }

    @Test
    void takesTheIdleOneAndSharesAmongEquals() {
        List<Target> targets = Pickers.targets(1, 1, 1);
        LeastLoaded picker = with(new LeastLoaded(Measure.IDLE_THEN_DELAY), targets);
        Target held = Pickers.pick(picker);
        assertThat(picks(picker, 4)).isEqualTo("bcbc");
        Pickers.release(picker, held);
        assertThat(picks(picker, 6)).isEqualTo("abcabc");
    }

    @Test
    void idleSlowOnesWaitForShortestDelayButNotForNeverQueue() {
        assertThat(stays(with(new LeastLoaded(Measure.EXPECTED_DELAY), Pickers.targets(10, 1)), 9))
                .isEqualTo("aaaaaaaaa");
        assertThat(stays(with(new LeastLoaded(Measure.IDLE_THEN_DELAY), Pickers.targets(10, 1)), 3))
                .isEqualTo("aba");
    }

    /** Random sessions, clients that stay, changes of the table and refusals: every pick has the least load there is. */
    @ParameterizedTest
    @EnumSource
    void everyPickIsALeast(Measure measure) {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Target> all = Pickers.targets(random.ints(20, 1, 6).toArray());
            LeastLoaded picker = with(new LeastLoaded(measure), all);
            List<Target> table = all;
            List<Target> sessions = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                if (random.nextInt(3) == 0 && !sessions.isEmpty()) {
                    Pickers.release(picker, sessions.remove(random.nextInt(sessions.size())));
                } else if (random.nextInt(8) == 0) { // a client that stays with its backend, in the table or not
                    Target known = all.get(random.nextInt(all.size()));
                    picker.claim(known);
                    sessions.add(known);
                } else if (random.nextInt(40) == 0) {
                    table = all.stream().filter(target -> random.nextInt(4) > 0).toList();
                    picker.update(table);
                } else {
                    List<Target> tried = table.stream()
                            .filter(target -> random.nextInt(20) == 0)
                            .toList();
                    List<Target> possible = table.stream()
                            .filter(target -> !tried.contains(target))
                            .toList();
                    double least = possible.stream()
                            .mapToDouble(target -> measured(measure, target.active(), target.weight()))
                            .min()
                            .orElse(-1);
                    Target target = picker.pick(tried, Pickers.from("192.0.2.1"));
                    if (target == null || possible.isEmpty()) {
                        assertThat(possible).isEmpty();
                        assertThat(target).isNull();
                    } else {
                        assertThat(possible).contains(target);
                        assertThat(measured(measure, target.active() - 1, target.weight()))
                                .as("pick %d of seed %d", i, seed)
                                .isEqualTo(least);
                        sessions.add(target);
                    }
                }
            }
        }
    }

    @Test
    void noCountIsLostBetweenThreads() {
        List<Target> targets = Pickers.targets(1, 2, 3, 4);
        LeastLoaded picker = with(new LeastLoaded(Measure.IDLE_THEN_DELAY), targets);
        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                            for (int i = 0; i < 20_000; i++) {
                                Pickers.release(picker, Pickers.pick(picker));
                                if (i % 500 == thread) {
                                    picker.update(targets);
                                }
                            }
                        }))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        assertThat(targets).extracting(Target::active).containsOnly(0);
        assertThat(targets).extracting(target -> target.load).containsOnly(0);
        assertThat(picks(picker, 8).chars().distinct().count()).isEqualTo(4);
    }
}
