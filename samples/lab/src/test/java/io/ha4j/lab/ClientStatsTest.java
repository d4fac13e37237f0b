package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientStatsTest {
    private final ClientStats stats = new ClientStats(1_000_000);

    @Test
    void countsAnswersPerBackendAndKindOfConnection() {
        stats.answered(1_000_000, 1_500_000, "b1", true);
        stats.answered(1_000_000, 1_600_000, "b1", true);
        stats.answered(1_000_000, 3_000_000, "b2", false);

        ClientReport.Interval interval = stats.next(4_000_000);

        assertThat(interval.fresh()).isEqualTo(Map.of("b1", 2));
        assertThat(interval.kept()).isEqualTo(Map.of("b2", 1));
        assertThat(interval.latenciesMicros()).isEqualTo(List.of(500, 600, 2000));
        assertThat(interval.lastOkNanos()).isEqualTo(3_000_000);
    }

    @Test
    void theGapGoesFromAnswerToAnswerAlsoAcrossIntervals() {
        stats.answered(0, 2_000_000, "b1", true);
        stats.next(3_000_000);
        stats.next(4_000_000);
        stats.answered(0, 9_000_000, "b1", true);
        stats.answered(0, 9_500_000, "b1", true);

        ClientReport.Interval interval = stats.next(10_000_000);

        assertThat(interval.gapFromNanos()).isEqualTo(2_000_000);
        assertThat(interval.gapToNanos()).isEqualTo(9_000_000);
    }

    @Test
    void anIntervalBeginsEmptyButRemembersTheLastAnswer() {
        stats.answered(0, 2_000_000, "b1", true);
        stats.failed(0, 2_500_000, ClientReport.Failure.Kind.FRESH, -1, "x");
        assertThat(stats.next(3_000_000).failed()).isEqualTo(1);

        assertThat(stats.next(4_000_000))
                .isEqualTo(new ClientReport.Interval(
                        3_000_000, 4_000_000, 0, 2_000_000, 0, 0, Map.of(), Map.of(), List.of()));
    }
}
