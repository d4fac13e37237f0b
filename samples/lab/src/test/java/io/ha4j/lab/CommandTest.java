package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void returnsWhatItPrinted() {
        assertThat(Command.run(List.of("echo", "hello"))).isEqualTo("hello");
    }

    @Test
    void aFailureSaysWhatRanAndWhatItPrinted() {
        assertThatThrownBy(() -> Command.run(List.of("sh", "-c", "echo no such thing >&2; exit 3")))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("ended with code 3: no such thing");
    }

    @Test
    void aMissingProgramIsOneClearSentence() {
        assertThatThrownBy(() -> Command.run(List.of("/nonexistent/tool")))
                .isInstanceOf(LabException.class)
                .hasMessageStartingWith("cannot start /nonexistent/tool");
    }
}
