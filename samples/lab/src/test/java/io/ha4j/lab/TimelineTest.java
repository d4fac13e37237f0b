package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Timeline timeline(boolean terminal) {
        return new Timeline(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, 1_000_000_000L);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsALineWithTheSecondsSinceTheStart() {
        Timeline timeline = timeline(false);

        timeline.event(13_345_400_000L, "node2", "Entering MASTER STATE");

        assertThat(printed()).isEqualTo("  12.345  node2   Entering MASTER STATE\n");
        assertThat(timeline.events()).containsExactly(new Timeline.Event(12.345, "node2", "Entering MASTER STATE"));
    }

    @Test
    void onATerminalTheProgressLineIsRewritten() {
        Timeline timeline = timeline(true);

        timeline.progress("one");
        timeline.progress("two");
        timeline.event("b1", "SIGKILL");

        assertThat(printed()).containsPattern("^\r\u001b\\[K.*one\r\u001b\\[K.*two\r\u001b\\[K.*SIGKILL\n$");
    }

    @Test
    void elsewhereProgressIsSparse() {
        Timeline timeline = timeline(false);

        for (String text : new String[] {"one", "two", "three", "four"}) {
            timeline.progress(text);
        }

        assertThat(printed())
                .contains("one\n")
                .contains("four\n")
                .doesNotContain("two")
                .doesNotContain("\r");
    }
}
