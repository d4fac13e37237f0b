package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ha4j.ProcessCheck.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes are started for real, under names that nobody else has. */
@Timeout(60)
class ProcessCheckTest {
    private static final String NAME = "ha4j-" + ProcessHandle.current().pid() + "-sleeper";

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private long now;

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            kill(process);
        }
    }

    /** The program is sleep(1) by another name: a process is called as the file that it was started from. */
    private Process start(String... arguments) throws Exception {
        Path program = directory.resolve(NAME);
        if (Files.notExists(program)) {
            Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        awaitExec(process, program);
        return process;
    }

    /** Before it, the process has the name and the command line of the one that started it. */
    private static void awaitExec(Process process, Path program) throws IOException {
        Path line = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
        while (!Files.readString(line).startsWith(program.toString())) {
            assertThat(process.isAlive()).isTrue();
        }
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private ProcessProbe probe(ProcessCheck check) {
        return new ProcessProbe(check, () -> now);
    }

    @Test
    void countsByNameWithinTheQuorum() throws Exception {
        ProcessProbe probe = probe(HealthCheck.process("p", NAME).quorum(1, 2));
        assertThat(probe.look()).isEqualTo(Reading.down("no process, at least 1 wanted"));
        Process one = start("1000");
        assertThat(probe.look()).isEqualTo(Reading.up("1 process"));
        start("1000");
        assertThat(probe.look()).isEqualTo(Reading.up("2 processes"));
        start("1000");
        assertThat(probe.look()).isEqualTo(Reading.down("3 processes, at most 2 wanted"));
        kill(one);
        assertThat(probe.look()).isEqualTo(Reading.up("2 processes"));
    }

    @Test
    void noticesThatAKnownProcessHasEndedAndThatAnotherHasCome() throws Exception {
        ProcessProbe probe = probe(HealthCheck.process("p", NAME));
        Process one = start("1000");
        assertThat(probe.look()).isEqualTo(Reading.up("1 process"));
        assertThat(probe.look()).isEqualTo(Reading.up("1 process"));
        kill(one);
        assertThat(probe.look()).isEqualTo(Reading.down("no process, at least 1 wanted"));
        start("1000");
        assertThat(probe.look().up()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "PROGRAM, '',        true",
        "EXACT,   '',        false",
        "EXACT,   1000,      false",
        "EXACT,   1000 2000, true",
        "PARTIAL, '',        true",
        "PARTIAL, 1000,      true",
        "PARTIAL, 1000 20,   false",
        "INITIAL, 1000 20,   true",
        "INITIAL, 100,       true",
        "INITIAL, 2000,      false",
        "EXACT,   1000 2000 3000, false"
    })
    void comparesCommandLines(Match match, String arguments, boolean found) throws Exception {
        start("1000", "2000");
        List<String> command = new ArrayList<>(List.of(directory.resolve(NAME).toString()));
        if (!arguments.isEmpty()) {
            command.addAll(List.of(arguments.split(" ")));
        }
        ProcessCheck check = new ProcessCheck(
                "p", command, match, 1, 1, Duration.ZERO, Duration.ZERO, ProcessCheck.DEFAULT_INTERVAL);
        assertThat(probe(check).look().up()).isEqualTo(found);
    }

    @Test
    void aNumberThatIsRightOrWrongForAMomentIsNotEnoughWithDelays() throws Exception {
        ProcessProbe probe = probe(HealthCheck.process("p", NAME).delays(Duration.ofNanos(10), Duration.ofNanos(20)));
        assertThat(probe.look().up()).as("the first look decides").isFalse();
        Process one = start("1000");
        now = 100;
        assertThat(probe.look().up()).isFalse();
        now = 109;
        assertThat(probe.look().up()).isFalse();
        now = 110;
        assertThat(probe.look().up()).isTrue();
        kill(one);
        now = 200;
        assertThat(probe.look()).isEqualTo(Reading.up("no process, at least 1 wanted"));
        one = start("1000");
        now = 219;
        assertThat(probe.look().up()).isTrue();
        kill(one);
        now = 221;
        assertThat(probe.look().up())
                .as("counted from the last time it was right")
                .isTrue();
        now = 241;
        assertThat(probe.look().up()).isFalse();
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.process("p", "a", "b").match(Match.NAME))
                .withMessage("command must be one word to be compared by NAME, but was [a, b]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.process("p", "a").quorum(3, 2))
                .withMessage("quorumMax must be at least 3, but was 2");
    }
}
