package io.ha4j.lab;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two JVMs share a virtual address and balance three backends while a client sends requests all the time; the active
 * one is killed, comes back, hands over on purpose, and a backend dies.
 *
 * <p>Everything happens in namespaces of its own (see {@link Isolation}), for which the demo starts itself a second
 * time inside them. Where that is not allowed, it shows what can be shown on loopback addresses.
 */
public final class Demo {
    /**
     * Settings of the demo.
     *
     * @param java how to start this program again; it has to know {@code run -f FILE --admin unix:PATH} and {@code demo
     *     [--json] --rate N --seconds N}
     * @param json prints one JSON document on standard output; the timeline goes to standard error
     * @param rate requests per second, in [10, 20000]
     * @param observed how long each scene is watched after something happened, in [1 s, 1 h]
     */
    public record Options(JavaCommand java, boolean json, int rate, Duration observed) {
        public static final int DEFAULT_RATE = 1000;
        public static final Duration DEFAULT_OBSERVED = Duration.ofSeconds(2);

        public Options {
            if (rate < 10 || rate > 20_000) {
                throw new IllegalArgumentException("rate must be in [10, 20000], but was " + rate);
            }
            if (observed.toSeconds() < 1 || observed.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("observed must be in [1 s, 1 h], but was " + observed);
            }
        }

        private List<String> again() {
            return json
                    ? java.program("demo", "--rate", rate, "--seconds", observed.toSeconds(), "--json")
                    : java.program("demo", "--rate", rate, "--seconds", observed.toSeconds());
        }
    }

    private Demo() {}

    /** Runs the demo to its end and returns the exit code: 0 if all promises held, 1 if not. */
    public static int run(Options options) {
        if (Isolation.isInside()) {
            return perform(options, null);
        }
        String cause = Isolation.unavailabilityCause();
        return cause == null ? Isolation.run(options.again()) : perform(options, cause);
    }

    /** @param cause why there are no namespaces; null inside them */
    private static int perform(Options options, @Nullable String cause) {
        long start = System.nanoTime();
        int fd = options.json() ? 2 : 1;
        PrintStream out = new PrintStream(
                new FileOutputStream(fd == 1 ? FileDescriptor.out : FileDescriptor.err), false, StandardCharsets.UTF_8);
        Timeline timeline = new Timeline(out, isTerminal(fd), start);
        NetworkDemo network = new NetworkDemo(options, timeline);
        LoopbackDemo loopback = new LoopbackDemo(options, timeline);
        String notShown = null;
        String error = null;
        Path directory = scratch(cause == null);
        try {
            if (cause == null) {
                network.run(directory);
            } else {
                notShown = LoopbackDemo.NOT_SHOWN + ", because this process may not make namespaces: " + cause;
                timeline.print("Not shown here: " + notShown);
                loopback.run(directory);
            }
        } catch (LabException e) {
            error = e.getMessage();
        } finally {
            delete(directory);
        }
        List<Scene> scenes = cause == null ? network.scenes() : loopback.scenes();
        DemoReport report = new DemoReport(
                error == null && scenes.stream().allMatch(Scene::held),
                cause == null ? "network" : "loopback",
                notShown,
                error,
                scenes.isEmpty() ? 0 : scenes.get(0).from(),
                timeline.seconds(System.nanoTime()),
                scenes,
                network.holders(),
                timeline.events());
        timeline.print("\n" + report.table());
        if (options.json()) {
            System.out.println(report.json());
        }
        return report.held() ? 0 : 1;
    }

    private static Path scratch(boolean inside) {
        try {
            Path directory = inside ? Path.of(Isolation.SCRATCH) : Files.createTempDirectory("ha4j-demo");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "demo-files"));
            return directory;
        } catch (IOException e) {
            throw new LabException("cannot make a directory for the demo's files: " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("cannot delete " + directory + ": " + e.getMessage());
        }
    }

    /** The JDK before 22 cannot tell whether one of the two streams is a terminal; Linux can. */
    private static boolean isTerminal(int fd) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
