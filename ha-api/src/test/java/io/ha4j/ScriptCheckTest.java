package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands are run for real. */
@Timeout(60)
class ScriptCheckTest {
    private static final Duration OFTEN = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Readings readings = new Readings();

    private ScriptCheck shell(String script) {
        return HealthCheck.script("chk", "sh", "-c", script).interval(OFTEN).timeout(LONG);
    }

    @Test
    void theFirstOutcomeCountsAtOnceAndThenRiseAndFall() throws Exception {
        Path bad = directory.resolve("bad");
        ScriptCheck check = shell("test ! -e " + bad).rise(3).fall(2);
        try (Subscription subscription = check.subscribe(readings)) {
            assertThat(readings.next()).isEqualTo("up, exit code 0");
            Files.createFile(bad);
            assertThat(readings.next()).isEqualTo("up, exit code 1, 1 of 2");
            assertThat(readings.next()).isEqualTo("down, exit code 1");
            Files.delete(bad);
            assertThat(readings.next()).isEqualTo("down, exit code 0, 1 of 3");
            assertThat(readings.next()).isEqualTo("down, exit code 0, 2 of 3");
            assertThat(readings.next()).isEqualTo("up, exit code 0");
        }
    }

    @Test
    void saysWhyACommandCannotBeRun() throws Exception {
        try (Subscription subscription =
                HealthCheck.script("chk", "/nowhere/to/be/found").subscribe(readings)) {
            assertThat(readings.next()).startsWith("down, cannot be run: ").contains("/nowhere/to/be/found");
        }
    }

    /** Ignores SIGTERM, has a child, a grandchild in a session of its own without a parent, and keeps its output open. */
    @Test
    void aHungScriptIsKilledWithAllThatItHasStarted() throws Exception {
        Path pids = directory.resolve("pids");
        String script = """
                trap '' TERM HUP
                sleep 1000 &
                echo $! >> %1$s
                (setsid sh -c 'trap "" TERM HUP; echo $$ >> %1$s; while :; do sleep 1000; done' &)
                echo $$ >> %1$s
                while :; do sleep 0.05; done
                """.formatted(pids);
        ScriptCheck check = shell(script).timeout(Duration.ofMillis(500)).interval(LONG);
        try (Subscription subscription = check.subscribe(readings)) {
            assertThat(readings.next()).isEqualTo("down, no end within 0.5 s, killed");
            List<String> started = Files.readAllLines(pids);
            assertThat(started).hasSize(3).noneMatch(ScriptCheckTest::runs);
        }
    }

    @Test
    void theLastListenerEndsTheCheckAndWhatItRuns() throws Exception {
        Path pid = directory.resolve("pid");
        ScriptCheck check = shell("echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000");
        Subscription one = check.subscribe(readings);
        Subscription two = check.subscribe((up, why) -> {});
        while (Files.notExists(pid)) {
            Thread.onSpinWait();
        }
        String running = Files.readString(pid).strip();
        one.close();
        one.close();
        assertThat(runs(running)).as("the script runs for the other listener").isTrue();
        two.close();
        while (runs(running)) { // at most until the kernel has ended it
            Thread.onSpinWait();
        }
    }

    @Test
    void equalChecksRunOnceAndRunsDoNotOverlap() throws Exception {
        String lock = directory.resolve("lock").toString();
        Path overlaps = directory.resolve("overlaps");
        Path runs = directory.resolve("runs");
        String script =
                "mkdir %s || echo x >> %s; echo x >> %s; sleep 0.02; rmdir %s".formatted(lock, overlaps, runs, lock);
        try (Subscription one = shell(script).subscribe(readings);
                Subscription two = shell(script).subscribe(readings)) {
            while (Files.notExists(runs) || Files.readAllLines(runs).size() < 20) {
                Thread.onSpinWait();
            }
        }
        assertThat(overlaps).doesNotExist();
    }

    @Test
    void hundredsOfRunsLeaveNothingBehind() throws Exception {
        Path runs = directory.resolve("runs");
        run(runs, 20); // what the first runs load stays
        long descriptors = entries("/proc/self/fd");
        run(runs, 400);
        assertThat(entries("/proc/self/fd")).as("file descriptors").isLessThanOrEqualTo(descriptors);
        assertThat(ProcessHandle.current().children().filter(child -> !runs("" + child.pid())))
                .as("children that were not waited for")
                .isEmpty();
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("ha4j-check")))
                .as("threads of checks")
                .hasSizeLessThan(8);
    }

    /** Every second run fails, every tenth is killed. */
    private void run(Path runs, int count) throws Exception {
        Files.deleteIfExists(runs);
        String script = "echo x >> %1$s; n=$(wc -l < %1$s); test $((n %% 10)) != 0 || sleep 1000; exit $((n %% 2))"
                .formatted(runs);
        ScriptCheck check = shell(script).interval(Duration.ofMillis(1)).timeout(Duration.ofMillis(60));
        try (Subscription subscription = check.subscribe(readings)) {
            while (Files.notExists(runs) || Files.readAllLines(runs).size() < count) {
                readings.next();
            }
        }
    }

    private static long entries(String path) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(path))) {
            return entries.count();
        }
    }

    /** A zombie does not run: it waits for whoever is its parent now. */
    private static boolean runs(String pid) {
        try {
            byte[] stat = Files.readAllBytes(Path.of("/proc", pid, "stat"));
            return !new String(stat, StandardCharsets.ISO_8859_1).contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.script("chk"))
                .withMessage("command must name a program, but was []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.script(" ", "true"))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.script("chk", "true").timeout(Duration.ZERO))
                .withMessage("timeout must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.script("chk", "true").rise(0))
                .withMessage("rise must be at least 1, but was 0");
    }
}
