package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private static String line(String message, @Nullable Throwable thrown) {
        return new LogLine()
                .doLayout(
                        new LoggingEvent("", new LoggerContext().getLogger("ha4j"), Level.INFO, message, thrown, null));
    }

    @Test
    void beginsWithTheTimeInMilliseconds() {
        assertThat(line("(VI_1) Entering BACKUP STATE (init)", null))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  \\(VI_1\\) Entering BACKUP STATE \\(init\\)\n");
    }

    @Test
    void anEntryIsOneLine() {
        assertThat(line("a\r\nb", new IllegalStateException("c\nd", new RuntimeException("e"))))
                .contains("INFO  a | b: java.lang.IllegalStateException: c | d at io.ha4j.standalone.LogLineTest.")
                .contains(": java.lang.RuntimeException: e at ")
                .hasLineCount(1);
    }
}
