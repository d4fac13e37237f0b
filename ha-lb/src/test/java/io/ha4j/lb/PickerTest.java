package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every scheduler, and the simple ones. */
class PickerTest {
    static Stream<Scheduler> schedulers() {
        return Stream.concat(
                Stream.of(Scheduler.Standard.values()),
                Stream.of(
                        Scheduler.PEAK_EWMA,
                        Scheduler.boundedLoad(0.25),
                        Scheduler.of("first", (client, candidates) -> candidates.get(0))));
    }

    @ParameterizedTest
    @MethodSource("schedulers")
    void neverPicksOneThatRefused(Scheduler scheduler) {
        List<Target> targets = Pickers.targets(3, 2, 1);
        Picker picker = Pickers.with(Picker.of(scheduler), targets);
        Incoming incoming = Pickers.from("192.0.2.1");
        List<Target> refused = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Target target = picker.pick(refused, incoming);
            assertThat(target).isNotNull().isNotIn(refused);
            Pickers.release(picker, target);
            picker.failed(target);
            refused.add(target);
        }
        assertThat(picker.pick(refused, incoming)).isNull();
        assertThat(targets).extracting(Target::active).containsOnly(0);
        targets.forEach(target -> target.removed = true);
        picker.update(List.of());
        assertThat(picker.pick(List.of(), incoming)).isNull();
    }

    @ParameterizedTest
    @MethodSource("schedulers")
    void knowsOnlyTheLatestTable(Scheduler scheduler) {
        List<Target> gone = Pickers.targets(1, 1, 1);
        Picker picker = Pickers.with(Picker.of(scheduler), gone);
        Pickers.stays(picker, 10);
        gone.forEach(target -> target.removed = true);
        List<Target> others = Pickers.targets(1, 1, 1);
        Pickers.with(picker, others).update(others.subList(1, 3));
        others.get(0).up = false;
        for (int i = 0; i < 20; i++) {
            assertThat(others.subList(1, 3)).contains(Pickers.pick(picker, Pickers.from("192.0.2." + i)));
        }
    }

    /** Several event loops share a picker: the shares must be exact all the same. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "ROUND_ROBIN",
                "WEIGHTED_ROUND_ROBIN",
                "LEAST_CONNECTIONS",
                "WEIGHTED_LEAST_CONNECTIONS",
                "SHORTEST_EXPECTED_DELAY",
                "NEVER_QUEUE"
            })
    void sharesAreExactWithSeveralThreads(Scheduler.Standard scheduler) {
        List<Target> targets = Pickers.targets(1, 1, 1, 1);
        Picker picker = Pickers.with(Picker.of(scheduler), targets);
        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                            for (int i = 0; i < 10_000; i++) {
                                Pickers.pick(picker);
                            }
                        }))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        assertThat(targets).extracting(Target::active).containsOnly(10_000);
    }

    @Test
    void roundRobinIgnoresWeights() {
        assertThat(Pickers.picks(Pickers.with(new RoundRobin(), Pickers.targets(5, 1, 1)), 7))
                .isEqualTo("abcabca");
    }

    @Test
    void theApplicationChooses() {
        AtomicReference<String> seen = new AtomicReference<>();
        Picker picker = Pickers.with(
                new CustomPicker((client, candidates) -> {
                    seen.set(client.getAddress().getHostAddress() + " "
                            + candidates.get(1).weight());
                    return candidates.get(candidates.size() - 1);
                }),
                Pickers.targets(1, 7));
        assertThat(Pickers.stays(picker, 2)).isEqualTo("bb");
        assertThat(seen).hasValue("192.0.2.1 7");
    }

    @Test
    void theApplicationMayTurnAConnectionAwayButNotInventABackend() {
        Picker none = Pickers.with(new CustomPicker((client, candidates) -> null), Pickers.targets(1));
        assertThat(none.pick(List.of(), Pickers.from("192.0.2.1"))).isNull();
        Target foreign = new Target(Backend.of("10.0.0.9", 9), true, "");
        Picker foreigner = Pickers.with(new CustomPicker((client, candidates) -> foreign), Pickers.targets(1));
        assertThatThrownBy(() -> foreigner.pick(List.of(), Pickers.from("192.0.2.1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the scheduler must choose one of the candidates, but chose 10.0.0.9:9");
        assertThat(foreign.active()).isZero();
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        assertThatThrownBy(() -> Scheduler.boundedLoad(0)).hasMessage("epsilon must be in (0, 100], but was 0.0");
        assertThatThrownBy(() -> Scheduler.boundedLoad(Double.NaN))
                .hasMessage("epsilon must be in (0, 100], but was NaN");
        assertThatThrownBy(() -> Scheduler.peakEwma(Duration.ZERO)).hasMessage("decay must be positive, but was PT0S");
    }
}
