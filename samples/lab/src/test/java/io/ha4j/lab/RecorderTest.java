package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.lab.ClientReport.Failure;
import io.ha4j.lab.ClientReport.Failure.Kind;
import io.ha4j.lab.ClientReport.Interval;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private final Recorder recorder = new Recorder();

    private static Interval interval(long from, long to, long lastOk, long gapFrom, long gapTo) {
        return new Interval(from, to, 0, lastOk, gapFrom, gapTo, Map.of("b1", 1), Map.of(), List.of(100));
    }

    @Test
    void theLongestGapIsTheLongestThatEndedInTheWindow() {
        recorder.add(interval(0, 100, 95, 10, 90)); // before the window
        recorder.add(interval(100, 200, 199, 110, 150));
        recorder.add(interval(200, 300, 299, 220, 230));

        assertThat(recorder.window(100, 300).longestGap()).isEqualTo(new Recorder.Gap(110, 150));
    }

    @Test
    void aGapThatGoesOnAtTheEndCounts() {
        recorder.add(interval(100, 200, 120, 100, 110));
        recorder.add(new Interval(200, 300, 9, 120, 0, 0, Map.of(), Map.of(), List.of()));

        assertThat(recorder.window(100, 300).longestGap()).isEqualTo(new Recorder.Gap(120, 300));
    }

    @Test
    void aGapThatBeganBeforeTheWindowCountsWhole() {
        recorder.add(interval(0, 100, 90, 80, 90));
        recorder.add(interval(100, 200, 199, 90, 170));

        assertThat(recorder.window(100, 200).longestGap()).isEqualTo(new Recorder.Gap(90, 170));
    }

    @Test
    void failuresCountWhenTheyWereGivenUpAndPerKeptConnection() {
        recorder.add(new Failure(10, 99, Kind.KEPT, 1, "early"));
        recorder.add(new Failure(90, 100, Kind.KEPT, 1, "reset"));
        recorder.add(new Failure(110, 120, Kind.KEPT, 1, "reset"));
        recorder.add(new Failure(110, 130, Kind.KEPT, 2, "reset"));
        recorder.add(new Failure(110, 140, Kind.FRESH, -1, "timeout"));
        recorder.add(new Failure(110, 150, Kind.FRESH, -1, "timeout"));
        recorder.add(new Failure(110, 160, Kind.FRESH, -1, "timeout"));
        recorder.add(new Failure(110, 170, Kind.WAITING, -1, "busy"));
        recorder.add(new Failure(110, 200, Kind.KEPT, 2, "late"));

        Recorder.Window window = recorder.window(100, 200);

        assertThat(window.failed()).isEqualTo(7);
        assertThat(window.failed(Kind.KEPT)).isEqualTo(3);
        assertThat(window.failed(Kind.FRESH)).isEqualTo(3);
        assertThat(window.failed(Kind.WAITING)).isEqualTo(1);
        assertThat(window.worstConnection()).isEqualTo(2);
        assertThat(window.reasons()).isEqualTo(Map.of("reset", 3, "timeout", 3, "busy", 1));
    }

    @Test
    void countsAddUp() {
        recorder.add(interval(0, 100, 95, 0, 0));
        recorder.add(interval(100, 200, 195, 0, 0));
        recorder.add(interval(200, 300, 295, 0, 0));

        Recorder.Window window = recorder.window(100, 300);

        assertThat(window.answered()).isEqualTo(2);
        assertThat(window.fresh()).isEqualTo(Map.of("b1", 2));
    }

    @Test
    void percentilesAreNearestRank() {
        List<Integer> latencies =
                IntStream.rangeClosed(1, 200).map(i -> i * 1000).boxed().toList();
        Recorder.Window window =
                new Recorder.Window(0, 1, latencies, List.of(), 0, Map.of(), Map.of(), new Recorder.Gap(0, 0));

        assertThat(window.percentileMillis(50)).isEqualTo(100);
        assertThat(window.percentileMillis(99)).isEqualTo(198);
        assertThat(window.percentileMillis(100)).isEqualTo(200);
        assertThat(window.percentileMillis(0)).isEqualTo(1);
    }

    @Test
    void withoutAnswersAPercentileIsZero() {
        Recorder.Window window = new Recorder.Window(
                0, 1, Collections.emptyList(), List.of(), 0, Map.of(), Map.of(), new Recorder.Gap(0, 0));

        assertThat(window.percentileMillis(99)).isZero();
    }

    @Test
    void waitingForABackendEndsWithItsAnswer() {
        recorder.add(interval(0, 100, 95, 0, 0));
        recorder.add(interval(100, 200, 195, 0, 0));

        assertThat(recorder.awaitAnswerOf("b1", 50, Duration.ZERO)).isEqualTo(200);
        assertThatThrownBy(() -> recorder.awaitAnswerOf("b2", 0, Duration.ofMillis(1)))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("b2");
    }
}
