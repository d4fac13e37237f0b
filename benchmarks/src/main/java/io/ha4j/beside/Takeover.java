package io.ha4j.beside;

import io.ha4j.beside.TakeoverSegment.Failure;
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
 * What clients notice when the active node dies, freezes or is stopped: ha4j beside keepalived, in turns. Arguments: {@code
 * failures} or {@code stops} for one half only, {@code --short}, {@code --rounds N}, {@code --interval SECONDS}.
 */
public final class Takeover {
    private static final String DETECTION =
            "ha4j {\n        death_detection {\n            port 7112\n            secret \"benchmarks/takeover only\"\n        }\n    }";
    private static final String DRAIN = "ha4j {\n        connection_drain 4\n    }";

    private record Contestant(String title, Kind active, Kind backup, String settings) {}

    private interface Round<R> {
        R run(TakeoverSegment segment) throws IOException;
    }

    private Takeover() {}

    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        int rounds = words.contains("--rounds")
                ? Integer.parseInt(words.get(words.indexOf("--rounds") + 1))
                : words.contains("--short") ? 3 : 20;
        boolean all = !words.contains("failures") && !words.contains("stops");
        double[] intervals = words.contains("--interval")
                ? new double[] {Double.parseDouble(words.get(words.indexOf("--interval") + 1))}
                : new double[] {1, 0.1, 0.01};
        Path directory = Files.createTempDirectory("ha4j-takeover");
        System.out.println(Files.readString(Path.of("/proc/loadavg")).strip() + " is the load before the first run");
        try {
            if (all || words.contains("failures")) {
                for (double interval : intervals) {
                    failures(interval, rounds, directory);
                }
            }
            if (all || words.contains("stops")) {
                stops(rounds, directory);
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void failures(double interval, int rounds, Path directory) throws IOException {
        List<Contestant> contestants = List.of(
                new Contestant("keepalived", Kind.KEEPALIVED, Kind.KEEPALIVED, ""),
                new Contestant("ha4j", Kind.HA4J, Kind.HA4J, ""),
                new Contestant("ha4j, deaths", Kind.HA4J, Kind.HA4J, DETECTION));
        double formula = (3 + (256 - 100) / 256.0) * interval * 1000;
        for (String signal : List.of("KILL", "STOP")) {
            List<Contestant> those = signal.equals("KILL") ? contestants : contestants.subList(0, 2);
            System.out.printf(
                    Locale.ROOT,
                    "%nSIG%s, advertisements every %.0f ms, %d rounds (3 intervals and the skew are %.0f ms)%n",
                    signal,
                    interval * 1000,
                    rounds,
                    formula);
            inTurns(those, interval, rounds, directory, segment -> segment.fail(signal))
                    .forEach((contestant, results) -> System.out.printf(
                            "  %-14s next node answers after %s ms  last answer of the old one after %s ms  answers of both"
                                    + " %s  lookups that the old one answered, of 60: %s%n",
                            contestant.title,
                            figures(results, Failure::taken),
                            figures(results, Failure::silent),
                            figures(results, Failure::both),
                            figures(results, Failure::lookups)));
        }
    }

    private static void stops(int rounds, Path directory) throws IOException {
        System.out.printf("%nSIGTERM, advertisements every 1000 ms, 1000 requests per second, %d rounds%n", rounds);
        inTurns(
                        List.of(
                                new Contestant("keepalived, then keepalived", Kind.KEEPALIVED, Kind.KEEPALIVED, ""),
                                new Contestant("ha4j, then keepalived", Kind.HA4J, Kind.KEEPALIVED, ""),
                                new Contestant("ha4j, then ha4j", Kind.HA4J, Kind.HA4J, ""),
                                new Contestant("the same with connection_drain", Kind.HA4J, Kind.HA4J, DRAIN)),
                        1,
                        rounds,
                        directory,
                        TakeoverSegment::stop)
                .forEach((contestant, results) -> System.out.printf(
                        "  %-31s longest time without an answer %s ms  failed requests %s  long-lived connections that"
                                + " ended, of 100: %s%n",
                        contestant.title,
                        figures(results, Stop::gap),
                        figures(results, Stop::failed),
                        figures(results, Stop::reset)));
    }

    private static <R> Map<Contestant, List<R>> inTurns(
            List<Contestant> contestants, double interval, int rounds, Path directory, Round<R> round)
            throws IOException {
        Map<Contestant, List<R>> results = new LinkedHashMap<>();
        Map<Contestant, TakeoverSegment> segments = new LinkedHashMap<>();
        try {
            for (Contestant contestant : contestants) {
                Path own = Files.createTempDirectory(directory, "segment");
                segments.put(
                        contestant,
                        new TakeoverSegment(contestant.active, contestant.backup, interval, contestant.settings, own));
                results.put(contestant, new ArrayList<>());
            }
            for (int i = 0; i < rounds; i++) {
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
