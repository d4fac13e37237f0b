package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Why the simulation has no jumps of the wall clock: there is nothing that they could reach. The engine has the time of
 * the event loop, and stamps events with the wall clock, which it neither compares nor computes with.
 */
class WallClockTest {
    private static final Path CLASSES = Path.of("target/classes/io/ha4j/vrrp"); // of the module, where its tests run
    private static final List<String> CLOCKS_AND_WHAT_ONE_DOES_WITH_THEM = List.of(
            "currentTimeMillis",
            "java/lang/System",
            "java/time/Clock",
            "java/util/Date",
            "toEpochMilli",
            "getEpochSecond",
            "isBefore",
            "isAfter",
            "between");

    @Test
    void theEngineDoesNotComputeWithTheWallClock() throws IOException {
        try (Stream<Path> classes = Files.list(CLASSES)) {
            List<Path> all = classes.toList();
            assertThat(all).hasSizeGreaterThan(10);
            for (Path it : all) {
                String constants = Files.readString(it, StandardCharsets.ISO_8859_1); // names are in it as they are
                assertThat(constants).as("%s", it.getFileName()).doesNotContain(CLOCKS_AND_WHAT_ONE_DOES_WITH_THEM);
            }
        }
    }
}
