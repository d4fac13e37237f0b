package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoReportTest {
    private static Scene scene(Scene.Promise... promises) {
        return new Scene(
                "2 SIGKILL",
                5.5,
                7.5,
                "node1",
                "node2",
                1990,
                12,
                7,
                5,
                0,
                1,
                364.4,
                5.6,
                371.6,
                1.5,
                9.25,
                Map.of("b1", 333),
                Map.of("b1", 100),
                Map.of("Connection reset", 12),
                5.501,
                5.87,
                List.of(promises));
    }

    private static DemoReport report(boolean held, Scene scene) {
        return new DemoReport(
                held,
                "network",
                null,
                null,
                3.2,
                21.4,
                List.of(scene),
                List.of(new VipWatch.Holder(1.5, "node1"), new VipWatch.Holder(5.9, "node2")),
                List.of(new Timeline.Event(5.5, "node1", "SIGKILL")));
    }

    @Test
    void aLimitIsHeldBelowIt() {
        assertThat(Scene.Promise.atMostMillis("it moves", 450, 449.9).held()).isTrue();
        assertThat(Scene.Promise.atMostMillis("it moves", 450, 450).held()).isFalse();
        assertThat(Scene.Promise.atMostMillis("it moves", 450, 371.6).text()).isEqualTo("it moves < 450 ms");
        assertThat(Scene.Promise.atMostMillis("it moves", 450, 371.6).measured())
                .isEqualTo("372 ms");
    }

    @Test
    void aSceneHoldsIfAllItsPromisesDo() {
        Scene.Promise kept = new Scene.Promise("a", true, "1");
        Scene.Promise broken = new Scene.Promise("b", false, "2");

        assertThat(scene(kept, kept).held()).isTrue();
        assertThat(scene(kept, broken).held()).isFalse();
    }

    @Test
    void theTableShowsFiguresFailuresAndPromises() {
        String table = report(false, scene(new Scene.Promise("it moves", false, "500 ms")))
                .table();

        assertThat(table)
                .containsPattern("2 SIGKILL +1990 +12 +364 ms +5.600 +372 ms +9.3 ms +node1 → node2")
                .contains(
                        "7 on kept connections (at most 1 on one), 5 on fresh ones, 0 waiting; due from 5.501 to 5.870; {Connection reset=12}")
                .contains("BROKEN  it moves: 500 ms");
    }

    @Test
    void theTableSaysWhatIsMissing() {
        DemoReport report = new DemoReport(
                false, "loopback", "the virtual address", "b2 does not start", 0, 1, List.of(), List.of(), List.of());

        assertThat(report.table())
                .contains("not shown: the virtual address")
                .contains("the demo did not come to its end: b2 does not start");
    }

    @Test
    void theJsonDocumentHasEverything() {
        JsonNode json = JsonMapper.shared()
                .readTree(report(true, scene(new Scene.Promise("it moves", true, "372 ms")))
                        .json());

        assertThat(json.at("/held").asBoolean()).isTrue();
        assertThat(json.at("/mode").asString()).isEqualTo("network");
        assertThat(json.at("/error").isNull()).isTrue();
        assertThat(json.at("/scenes/0/takeoverMillis").asDouble()).isEqualTo(371.6);
        assertThat(json.at("/scenes/0/freshPerBackend/b1").asInt()).isEqualTo(333);
        assertThat(json.at("/scenes/0/promises/0/held").asBoolean()).isTrue();
        assertThat(json.at("/holders/1/node").asString()).isEqualTo("node2");
        assertThat(json.at("/timeline/0/what").asString()).isEqualTo("SIGKILL");
    }
}
