package io.ha4j.relay;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs all contestants in turn, several rounds of it, and prints how each compares with HAProxy: the median over the
 * rounds of the ratio to HAProxy's figure of the same round, as the machine's own pace changes from round to round.
 *
 * <p>Arguments: {@code --short} for runs of 2 s and three rounds instead of 5 s and five; names of contestants instead
 * of the usual ones.
 */
public final class SideBySide {
    private static final List<Contestant> USUAL =
            List.of(Contestant.DIRECT, Contestant.HAPROXY, Contestant.HAPROXY_TUNED, Contestant.NGINX, Contestant.OURS);

    /** What one contestant did in one round. */
    private record Result(double rate, double p99Micros, double cpuMicros) {}

    private final Arena arena;
    private final Collection<Contestant> contestants;
    private final boolean isShort;
    private final Map<Load, List<Map<Contestant, Result>>> rounds = new EnumMap<>(Load.class);

    private SideBySide(Arena arena, Collection<Contestant> contestants, boolean isShort) {
        this.arena = arena;
        this.contestants = contestants;
        this.isShort = isShort;
    }

    public static void main(String[] args) throws IOException {
        List<String> names = new ArrayList<>(Arrays.asList(args));
        boolean isShort = names.remove("--short");
        EnumSet<Contestant> contestants = EnumSet.of(Contestant.HAPROXY); // what all is compared with
        contestants.addAll(
                names.isEmpty()
                        ? USUAL
                        : names.stream().map(Contestant::valueOf).toList());
        Path directory = Files.createTempDirectory("ha4j-relay");
        try (Arena arena = new Arena(List.copyOf(contestants), directory)) {
            new SideBySide(arena, contestants, isShort).run();
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws IOException {
        System.out.println(Files.readString(Path.of("/proc/loadavg")).strip() + " is the load before the first run");
        warmUp();
        for (int round = 0; round < (isShort ? 3 : 5); round++) {
            for (Load load : Load.values()) {
                rounds.computeIfAbsent(load, key -> new ArrayList<>()).add(round(load));
            }
        }
        for (Load load : Load.values()) {
            print(load);
        }
        printMemory();
    }

    /** The JVM's compilers need some seconds of each kind of load. */
    private void warmUp() {
        for (Contestant contestant : contestants) {
            if (contestant.isOurs()) {
                for (Load load : List.of(Load.MEBIBYTE, Load.NEW_CONNECTIONS, Load.KEEP_ALIVE)) {
                    load.run(arena.client, arena.address(contestant), contestant.port, isShort ? 5 : 10);
                }
            }
        }
    }

    private Map<Contestant, Result> round(Load load) {
        Map<Contestant, Result> results = new EnumMap<>(Contestant.class);
        for (Contestant contestant : contestants) {
            results.put(contestant, one(load, contestant));
        }
        return results;
    }

    private Result one(Load load, Contestant contestant) {
        int seconds = isShort ? 2 : 5;
        String address = arena.address(contestant);
        int port = contestant.port;
        double before = cpuMicros(contestant);
        Load.Sample sample = load == Load.HALF_LOAD
                ? load.runAt(haproxysPeak() / 2, arena.client, address, port, seconds, arena.directory())
                : load.run(arena.client, address, port, seconds);
        double cpu = cpuMicros(contestant) - before;
        return new Result(sample.rate(), sample.p99Micros(), cpu / (sample.rate() * seconds));
    }

    private double cpuMicros(Contestant contestant) {
        return contestant == Contestant.DIRECT ? 0 : arena.footprint(contestant).cpuMicros();
    }

    private double haproxysPeak() {
        return requireNonNull(rounds.get(Load.KEEP_ALIVE)).stream()
                .mapToDouble(
                        round -> requireNonNull(round.get(Contestant.HAPROXY)).rate())
                .max()
                .orElseThrow();
    }

    private void print(Load load) {
        boolean latency = load == Load.HALF_LOAD;
        System.out.printf(
                Locale.ROOT,
                "%n%-28s %12s %8s %10s %8s %12s%s%n",
                load.title,
                "requests/s",
                "ratio",
                "CPU us/req",
                "ratio",
                latency ? "p99 us" : "",
                latency ? "     ratio" : "");
        for (Contestant contestant : contestants) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-26s %12.0f %8.2f %10.1f %8.2f",
                    contestant.title,
                    median(load, contestant, Result::rate),
                    ratio(load, contestant, Result::rate, Contestant.HAPROXY),
                    median(load, contestant, Result::cpuMicros),
                    ratio(load, contestant, Result::cpuMicros, Contestant.HAPROXY));
            if (latency) {
                System.out.printf(
                        Locale.ROOT,
                        " %12.0f %9.2f",
                        median(load, contestant, Result::p99Micros),
                        ratio(load, contestant, Result::p99Micros, Contestant.HAPROXY));
            }
            if (load == Load.MEBIBYTE && contestants.contains(Contestant.HAPROXY_TUNED)) {
                System.out.printf(
                        Locale.ROOT,
                        "   %5.2f of HAProxy tuned",
                        ratio(load, contestant, Result::rate, Contestant.HAPROXY_TUNED));
            }
            System.out.println();
        }
    }

    private double median(Load load, Contestant contestant, ToDoubleFunction<Result> figure) {
        return median(requireNonNull(rounds.get(load)).stream()
                .mapToDouble(round -> figure.applyAsDouble(requireNonNull(round.get(contestant))))
                .toArray());
    }

    private double ratio(Load load, Contestant contestant, ToDoubleFunction<Result> figure, Contestant base) {
        return median(requireNonNull(rounds.get(load)).stream()
                .mapToDouble(round -> figure.applyAsDouble(requireNonNull(round.get(contestant)))
                        / figure.applyAsDouble(requireNonNull(round.get(base))))
                .toArray());
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int middle = sorted.length / 2;
        return IntStream.of(middle, sorted.length - 1 - middle)
                .mapToDouble(i -> sorted[i])
                .average()
                .orElseThrow();
    }

    private void printMemory() {
        int connections = isShort ? 2000 : 4000;
        System.out.printf(
                Locale.ROOT,
                "%n%-28s %12s %8s %14s%n",
                "idle connections, " + connections,
                "bytes each",
                "ratio",
                "process, MiB");
        double haproxys = 0;
        for (Contestant contestant : contestants) {
            if (contestant == Contestant.DIRECT) {
                continue;
            }
            double base = arena.footprint(contestant).residentBytes() / 1024.0 / 1024.0;
            double each = arena.bytesPerIdleConnection(contestant, connections);
            haproxys = contestant == Contestant.HAPROXY ? each : haproxys;
            System.out.printf(
                    Locale.ROOT, "  %-26s %12.0f %8.2f %14.1f%n", contestant.title, each, each / haproxys, base);
        }
    }
}
