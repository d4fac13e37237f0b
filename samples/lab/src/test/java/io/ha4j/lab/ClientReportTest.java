package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReportTest {
    @Test
    void anIntervalSurvivesItsLine() {
        ClientReport.Interval interval = new ClientReport.Interval(
                100, 200, 3, 190, 110, 150, Map.of("b1", 2), Map.of("b2", 1), List.of(900, 1100, 5));

        assertThat(ClientReport.parse(interval.line())).contains(interval);
        assertThat(interval.ok()).isEqualTo(3);
    }

    @Test
    void anIntervalWithoutAnswersSurvivesItsLine() {
        ClientReport.Interval interval =
                new ClientReport.Interval(100, 200, 50, 0, 0, 0, Map.of(), Map.of(), List.of());

        assertThat(ClientReport.parse(interval.line())).contains(interval);
    }

    @Test
    void aFailureSurvivesItsLineWithTheSpacesOfItsReason() {
        ClientReport.Failure failure =
                new ClientReport.Failure(100, 350, ClientReport.Failure.Kind.KEPT, 7, "Connection reset by peer");

        assertThat(ClientReport.parse(failure.line())).contains(failure);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "I", "I was told", "F 1 2 KEPT 3", "F 1 2 NOSUCH 3 x", "I 1 2 3 4 5 6 b1 - -", "Exception in"
            })
    void anotherLineIsNoReport(String line) {
        assertThat(ClientReport.parse(line)).isEmpty();
    }
}
