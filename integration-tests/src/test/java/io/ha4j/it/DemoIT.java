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
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./ha4j demo --json}, as a user starts it. */
@Isolated
class DemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int RUNS = 3;

    @RegisterExtension
    final Testbed bed = new Testbed("unshare");

    /** A promise may break in one run because the machine is busy with something else, but not in all of them. */
    @Test
    void allPromisesHoldAndNothingIsLeftBehind() throws IOException, InterruptedException {
        List<String> broken = List.of();
        for (int run = 0; run < RUNS; run++) {
            broken = perform();
            if (broken.isEmpty()) {
                return;
            }
            System.out.println("broken in this run: " + broken);
        }
        assertThat(broken)
                .as("promises broken in each of " + RUNS + " runs; here the last")
                .isEmpty();
    }

    /** Runs it to its end and returns the promises that did not hold. */
    private List<String> perform() throws IOException, InterruptedException {
        List<String> before = traces();
        Path json = bed.file("demo.json");
        Path timeline = bed.file("timeline");
        ProcessBuilder builder = new ProcessBuilder(Jvm.ha4j("demo", "--json"))
                .redirectOutput(json.toFile())
                .redirectError(timeline.toFile());
        String mark = UUID.randomUUID().toString();
        builder.environment().put("HA4J_IT", mark);
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
        JsonNode report = JsonMapper.shared().readTree(json);
        assertThat(report.at("/error").isNull()).as(printed).isTrue();
        assertThat(report.at("/mode").asString()).isEqualTo("network");
        assertThat(report.at("/holders")).hasSizeGreaterThanOrEqualTo(3);
        String scenes = String.join(" | ", report.at("/scenes").findValuesAsString("name"));
        assertThat(scenes).contains("Round robin", "SIGKILL", "SIGTERM", "backend dies");
        report.at("/scenes").forEach(scene -> {
            assertThat(scene.at("/promises")).as(scene.toString()).isNotEmpty();
            assertThat(scene.at("/answered").asInt()).as(scene.toString()).isPositive();
        });
        assertThat(traces()).isEqualTo(before);
        assertThat(processes(mark)).isEmpty();

        List<String> broken = broken(report);
        assertThat(report.at("/held").asBoolean()).isEqualTo(broken.isEmpty());
        assertThat(demo.exitValue()).isEqualTo(broken.isEmpty() ? 0 : 1);
        return broken;
    }

    private static List<String> broken(JsonNode report) {
        List<String> broken = new ArrayList<>();
        report.at("/scenes")
                .forEach(scene -> scene.at("/promises").forEach(promise -> {
                    if (!promise.at("/held").asBoolean()) {
                        broken.add(promise.at("/text").asString() + ": "
                                + promise.at("/measured").asString());
                    }
                }));
        return broken;
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
