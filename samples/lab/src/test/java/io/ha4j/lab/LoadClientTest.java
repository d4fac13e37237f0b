package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The client and the backend as the demo runs them, on loopback addresses. */
class LoadClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final JavaCommand JAVA = JavaCommand.ofThisJvm(Demo.class.getName());

    private final Machine here = new Machine.Loopback();

    @Test
    void theClientTellsWhoAnswersAndWhatFails() {
        Recorder recorder = new Recorder();
        try (LabProcess server = here.start("b1", JAVA.small(WebServer.class, here.address(), 0, "b1"), line -> {})) {
            String port = server.awaitLine("ready ", LIMIT).text().substring("ready ".length());
            try (LabProcess client = here.start(
                    "client",
                    JAVA.small(LoadClient.class, here.address(), port, 200, 4, 250),
                    line -> ClientReport.parse(line.text()).ifPresent(recorder::add))) {
                long from = System.nanoTime();
                recorder.awaitAnswerOf("b1", from, LIMIT);
                recorder.awaitSuccess(from, LIMIT);
                recorder.awaitReportsUntil(System.nanoTime(), LIMIT);
                assertThat(recorder.window(from, System.nanoTime()).kept()).containsOnlyKeys("b1");

                long killed = System.nanoTime();
                server.close();
                client.awaitLine(line -> line.text().contains("FRESH -1 Connection refused"), LIMIT);
                recorder.awaitReportsUntil(killed + Duration.ofMillis(200).toNanos(), LIMIT);

                Recorder.Window after = recorder.window(killed, System.nanoTime());
                assertThat(after.failed()).isPositive();
                assertThat(after.longestGap().nanos())
                        .isGreaterThan(Duration.ofMillis(50).toNanos());
            }
        }
    }
}
