package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./ha4j demo --json}, as a user starts it. */
@Isolated
class DemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    final Testbed bed = new Testbed("unshare");

    @TempDir
    Path directory;

    @Test
    void allScenesHoldAndNothingIsLeftBehind() throws IOException, InterruptedException {
        List<String> before = traces();

        Path json = directory.resolve("demo.json");
        Path timeline = directory.resolve("timeline");
        ProcessBuilder builder = new ProcessBuilder(Jvm.ha4j("demo", "--json"))
                .redirectOutput(json.toFile())
                .redirectError(timeline.toFile());
        String mark = "HA4J_IT=" + UUID.randomUUID();
        builder.environment().put("HA4J_IT", mark.substring(mark.indexOf('=') + 1));
        Process demo = builder.start();
        try {
            assertThat(demo.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the demo ends")
                    .isTrue();
        } finally {
            demo.destroyForcibly().waitFor();
        }

        String printed = Files.readString(timeline);
        System.out.println(printed.substring(Math.max(0, printed.lastIndexOf("\nscene "))));
        assertThat(demo.exitValue()).as(printed).isZero();
        JsonNode report = JsonMapper.shared().readTree(json);
        assertThat(report.at("/held").asBoolean()).as(printed).isTrue();
        assertThat(report.at("/mode").asString()).isEqualTo("network");
        assertThat(report.at("/error").isNull()).isTrue();
        List<String> names = new ArrayList<>();
        for (JsonNode scene : report.at("/scenes")) {
            names.add(scene.at("/name").asString());
            assertThat(scene.at("/promises")).isNotEmpty();
            scene.at("/promises")
                    .forEach(promise -> assertThat(promise.at("/held").asBoolean())
                            .as(promise.toString())
                            .isTrue());
            assertThat(scene.at("/answered").asInt()).as(scene.toString()).isPositive();
        }
        assertThat(String.join(" | ", names)).contains("SIGKILL", "round robin", "SIGTERM", "backend");
        assertThat(report.at("/holders")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(traces()).isEqualTo(before);
        assertThat(processes(mark)).isEmpty();
    }

    /** What a demo could leave: links, files, and namespaces of labs whose process has gone. */
    private static List<String> traces() throws IOException {
        TreeSet<String> traces = new TreeSet<>();
        list("/sys/class/net").forEach(traces::add);
        list("/run/ha4j").forEach(traces::add);
        list("/tmp").filter(path -> path.startsWith("/tmp/ha4j-demo")).forEach(traces::add);
        list("/run/netns").filter(DemoIT::isOrphan).forEach(traces::add);
        return List.copyOf(traces);
    }

    private static Stream<String> list(String directory) throws IOException {
        if (!Files.isDirectory(Path.of(directory))) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.list(Path.of(directory))) {
            return files.map(Path::toString).toList().stream();
        }
    }

    /** The names of a lab's namespaces are {@code ha4j-PID-…}. */
    private static boolean isOrphan(String namespace) {
        Matcher name = Pattern.compile("/ha4j-([0-9]+)-").matcher(namespace);
        return name.find() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    /** The processes that were started with this in their environment, or by such. */
    private static List<String> processes(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process.pid()).contains(mark))
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is not ours
        }
    }
}
