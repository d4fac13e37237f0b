package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} as its own process: what the shell sees of it. */
@Timeout(120)
class RunProcessTest {
    @TempDir
    Path directory;

    private @Nullable Process process;

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process run(Path file) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process started = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        withoutTests(classPath),
                        "io.ha4j.standalone.Main",
                        "run",
                        "-f",
                        file.toString(),
                        "--admin",
                        "unix:" + directory.resolve("admin.sock"))
                .redirectErrorStream(true)
                .start();
        process = started;
        return started;
    }

    private static String withoutTests(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private Path file(int port) throws Exception {
        return Files.writeString(directory.resolve("k.conf"), """
                virtual_server 127.0.0.1 %d {
                    lb_kind RELAY
                    protocol TCP
                    omega
                    real_server 127.0.0.1 9 {
                    }
                }
                """.formatted(port));
    }

    @Test
    void sigtermEndsItInAnOrderlyWay() throws Exception {
        Path file = file(EchoServer.freePort());
        Process running = run(file);
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = output(running)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line.replaceFirst("^[-0-9]+ [:.0-9]+ ", ""));
                if (line.contains("Started in")) {
                    running.toHandle().destroy(); // SIGTERM; Process.destroy() would close the output, too
                }
            }
        }

        assertThat(running.waitFor()).isZero();
        assertThat(lines.get(0)).startsWith("INFO  Starting ha4j ").endsWith(" with " + file);
        assertThat(lines.get(1)).isEqualTo("WARN  " + file + ":4: warning: omega has no effect in ha4j");
        assertThat(lines).contains("INFO  Stopping on SIGTERM").last().isEqualTo("INFO  Stopped");
        assertThat(directory.resolve("admin.sock")).doesNotExist();
    }

    @Test
    void whatStandsInTheWayIsOneLineAndExitCode1() throws Exception {
        try (EchoServer taken = new EchoServer()) {
            Path file = file(taken.port());
            Process failing = run(file);
            List<String> lines = output(failing).lines().toList();

            assertThat(failing.waitFor()).isEqualTo(1);
            assertThat(lines)
                    .filteredOn(line -> !line.contains(" INFO ") && !line.contains(" WARN "))
                    .singleElement()
                    .asString()
                    .startsWith(file + ":1: virtual_server [127.0.0.1]:tcp:" + taken.port() + ": ")
                    .contains("in use");
            assertThat(directory.resolve("admin.sock")).doesNotExist();
        }
    }
}
