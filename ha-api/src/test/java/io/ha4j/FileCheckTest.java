package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FileCheckTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatComesAndGoes() throws Exception {
        Path file = directory.resolve("flag");
        Readings readings = new Readings();
        FileCheck check = HealthCheck.fileExists("flag", file).interval(Duration.ofMillis(5));
        try (Subscription subscription = check.subscribe(readings)) {
            assertThat(readings.next()).isEqualTo("down, is not there");
            Files.createFile(file);
            assertThat(readings.next()).isEqualTo("up, is there");
            Files.delete(file);
            assertThat(readings.next()).isEqualTo("down, is not there");
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            "0",            0, true,  "value 0"
            "7\n",          7, false, "value 7"
            " -12 of 20",   -12, false, "value -12"
            "+5",           5, false, "value 5"
            "99999999999",  2147483647, false, "value 2147483647"
            "-99999999999", -2147483648, false, "value -2147483648"
            "",             0, true,  "is empty, counts as 0"
            "12x",          0, true,  "has no number in it, counts as 0"
            "12345678901234567890123", 0, true, "has no number in it, counts as 0"
            """)
    void theNumberInAFile(String text, int value, boolean up, String detail) throws Exception {
        Path file = Files.writeString(directory.resolve("value"), text == null ? "" : text);
        assertThat(look(file)).isEqualTo(new Reading(up, value, detail));
    }

    @Test
    void aFileThatIsJustBeingWrittenIsNotEmpty() throws Exception {
        Path file = Files.writeString(directory.resolve("value"), "7");
        Readings readings = new Readings();
        FileCheck check = HealthCheck.fileValue("value", file).interval(Duration.ofNanos(1));
        try (Subscription subscription = check.subscribe(readings)) {
            for (int i = 0; i < 200; i++) {
                Files.writeString(file, "" + i); // empties it first
            }
            String last = readings.await(it -> it.contains("empty") || it.endsWith("value 199"));
            assertThat(last).isEqualTo("down, value 199");
        }
    }

    @Test
    void whatIsNoFileCountsAsZero() throws Exception {
        assertThat(look(directory)).isEqualTo(Reading.value(0, "is no regular file, counts as 0"));
        assertThat(look(directory.resolve("absent"))).isEqualTo(Reading.value(0, "is not there, counts as 0"));
    }

    private static Reading look(Path file) throws InterruptedException {
        return new FileProbe(HealthCheck.fileValue("value", file)).look();
    }
}
