package io.ha4j.beside;

import io.ha4j.beside.TakeoverSegment.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What clients notice when the active node dies, freezes or is stopped: ha4j beside keepalived, in turns. Its arguments are
 * in {@code benchmarks/takeover --help}.
 */
public final class Takeover {
    private static final String DETECTION =
            "ha4j {\n        death_detection {\n            port 7112\n            secret \"benchmarks/takeover only\"\n        }\n    }";
    private static final String DRAIN = "ha4j {\n        connection_drain 4\n    }";

    /** @param peer as the user calls it */
    private record Contestant(String peer, String title, Kind active, Kind backup, String settings) {}

    private static final List<Contestant> FAILING = List.of(
            new Contestant("keepalived", "keepalived", Kind.KEEPALIVED, Kind.KEEPALIVED, ""),
            new Contestant("ha4j", "ha4j", Kind.HA4J, Kind.HA4J, ""),
            new Contestant("deaths", "ha4j, deaths", Kind.HA4J, Kind.HA4J, DETECTION));

    private static final List<Contestant> STOPPING = List.of(
            new Contestant("keepalived", "keepalived, then keepalived", Kind.KEEPALIVED, Kind.KEEPALIVED, ""),
            new Contestant("ha4j", "ha4j, then keepalived", Kind.HA4J, Kind.KEEPALIVED, ""),
            new Contestant("ha4j", "ha4j, then ha4j", Kind.HA4J, Kind.HA4J, ""),
            new Contestant("drain", "the same with connection_drain", Kind.HA4J, Kind.HA4J, DRAIN));

    private interface Round<R> {
        R run(TakeoverSegment segment) throws IOException;
    }

    private final TakeoverOptions options;
    private final Path directory;

    private Takeover(TakeoverOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        TakeoverOptions options;
        try {
            options = TakeoverOptions.of(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println("benchmarks/takeover: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path directory = Files.createTempDirectory("ha4j-takeover");
        System.out.println(Files.readString(Path.of("/proc/loadavg")).strip() + " is the load before the first run");
        try {
            new Takeover(options, directory).run();
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws IOException {
        for (int interval : options.intervals()) {
            for (String event : options.events()) {
                if (!event.equals("SIGTERM")) {
                    failures(event, interval);
                }
            }
        }
        if (options.events().contains("SIGTERM")) {
            stops();
        }
    }

    private List<Contestant> asked(List<Contestant> all) {
        return all.stream()
                .filter(contestant -> options.peers().contains(contestant.peer))
                .toList();
    }

    private void failures(String event, int interval) throws IOException {
        List<Contestant> those = asked(event.equals("SIGKILL") ? FAILING : FAILING.subList(0, 2));
        System.out.printf(
                Locale.ROOT,
                "%n%s, advertisements every %d ms, %d rounds (3 intervals and the skew are %.0f ms)%n",
                event,
                interval,
                options.rounds(),
                (3 + (256 - 100) / 256.0) * interval);
        inTurns(those, interval, segment -> segment.fail(event.substring(3)))
                .forEach((contestant, results) -> System.out.printf(
                        Locale.ROOT,
                        "  %-14s next node answers after %s ms  last answer of the old one after %s ms  at least %.0f ms"
                                + " between the two  answers of both %s  lookups that the old one answered, of 60: %s%n",
                        contestant.title,
                        figures(results, Failure::taken),
                        figures(results, Failure::silent),
                        results.stream().mapToDouble(Failure::margin).min().orElse(0),
                        figures(results, Failure::both),
                        figures(results, Failure::lookups)));
    }

    private void stops() throws IOException {
        System.out.printf(
                "%nSIGTERM, advertisements every 1000 ms, 1000 requests per second, %d rounds%n", options.rounds());
        inTurns(asked(STOPPING), 1000, TakeoverSegment::stop)
                .forEach((contestant, results) -> System.out.printf(
                        "  %-31s longest time without an answer %s ms  failed requests %s  long-lived connections that"
                                + " ended, of 100: %s%n",
                        contestant.title,
                        figures(results, Stop::gap),
                        figures(results, Stop::failed),
                        figures(results, Stop::reset)));
    }

    private <R> Map<Contestant, List<R>> inTurns(List<Contestant> contestants, int interval, Round<R> round)
            throws IOException {
        Map<Contestant, List<R>> results = new LinkedHashMap<>();
        Map<Contestant, TakeoverSegment> segments = new LinkedHashMap<>();
        try {
            for (Contestant contestant : contestants) {
                Path own = Files.createTempDirectory(directory, "segment");
                segments.put(
                        contestant,
                        new TakeoverSegment(
                                contestant.active, contestant.backup, interval / 1000.0, contestant.settings, own));
                results.put(contestant, new ArrayList<>());
            }
            for (int i = 0; i < options.rounds(); i++) {
                for (Contestant contestant : contestants) {
                    TakeoverSegment segment = segments.get(contestant);
                    List<R> list = results.get(contestant);
                    if (segment != null && list != null) {
                        list.add(round.run(segment));
                    }
                }
            }
        } finally {
            segments.values().forEach(TakeoverSegment::close);
        }
        return results;
    }

    /** The median, and the worst. */
    private static <R> String figures(List<R> results, ToDoubleFunction<R> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return String.format(Locale.ROOT, "%.0f (%.0f)", sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
    }
}
