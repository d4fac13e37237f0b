package io.ha4j.beside;

import static java.util.Objects.requireNonNull;

import io.ha4j.beside.Frames.Frame;
import io.ha4j.lab.Lab;
import io.ha4j.lab.LabException;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * How long a failover takes, by the clock of a capture on a third host: from the last advertisement of the node that
 * ends (of one that is stopped: that with priority 0) to the first of its successor, and to the first answer of the
 * address to a ping every 2 ms. Against the formula of RFC 9568 §6.1. The rounds of both kinds alternate.
 */
final class FailoverTimes {
    private static final String VIP = "10.77.0.100";
    private static final int HIGHER = 150;
    private static final int LOWER = 100;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How the active node ends. */
    enum End {
        SIGKILL,
        SIGTERM
    }

    /** One failover, both in ms. */
    private record Result(double advertised, double answered) {}

    /** Two nodes of one kind, who alternate with nobody, and a client that listens. */
    private static final class Segment {
        private final Kind kind;
        private final double interval;
        private final Path directory;
        private final LabHost first;
        private final LabHost second;
        private final LabHost client;
        private LabProcess active;

        Segment(Lab lab, Kind kind, double interval, Path directory) throws IOException {
            this.kind = kind;
            this.interval = interval;
            this.directory = directory;
            first = lab.host("first", "10.77.0.1/24");
            second = lab.host("second", "10.77.0.2/24");
            client = lab.host("client", "10.77.0.254/24");
            active = start(first, HIGHER);
            awaitActive();
            start(second, LOWER);
            sleep(8);
        }

        private LabProcess start(LabHost host, int priority) throws IOException {
            return kind.start(host, directory, """
                    global_defs {
                        vrrp_version 3
                    }
                    vrrp_instance VI_1 {
                        state BACKUP
                        interface eth0
                        virtual_router_id 51
                        priority %d
                        advert_int %s
                        virtual_ipaddress {
                            %s/24
                        }
                    }
                    """.formatted(priority, interval, VIP));
        }

        private void awaitActive() {
            await("the address", () -> first.holds(VIP));
        }

        /** Ends the active node and starts it again when its successor has taken over. */
        Result round(End end) throws IOException {
            Path file = directory.resolve(kind.title + ".pcap");
            try (LabProcess capture = client.capture(file, "ip proto 112 or icmp");
                    LabProcess ping = client.start("ping", "-n", "-q", "-i", "0.002", VIP)) {
                await("a capture", () -> frames(file).stream().anyMatch(Frame::isEchoReply));
                await("an advertisement", () -> frames(file).stream().anyMatch(Frame::isAdvertisement));
                sleepMillis(300 + (long) (Math.random() * 1000 * interval)); // at any moment of the interval
                String mac = second.mac();
                if (end == End.SIGKILL) {
                    Kind.kill(active);
                } else {
                    active.terminate();
                }
                await(
                        "the successor's answer",
                        () -> frames(file).stream()
                                .anyMatch(frame ->
                                        frame.isEchoReply() && frame.sourceMac().equals(mac)));
                sleepMillis(100);
                ping.close();
                capture.terminate();
                capture.waitFor(LIMIT);
                return result(Frames.read(file), mac, end);
            } finally {
                Files.deleteIfExists(file);
                active.waitFor(LIMIT);
                active = start(first, HIGHER);
                awaitActive();
                await("the end of the successor's time", () -> !second.holds(VIP));
                sleep(kind == Kind.KEEPALIVED ? 2 : 3);
            }
        }

        private static Result result(List<Frame> frames, String successor, End end) {
            double last = frames.stream()
                    .filter(frame ->
                            frame.isAdvertisement() && !frame.sourceMac().equals(successor))
                    .filter(frame -> end == End.SIGKILL || frame.priority() == 0)
                    .mapToDouble(Frame::millis)
                    .max()
                    .orElseThrow();
            Predicate<Frame> theirs = frame -> frame.sourceMac().equals(successor) && frame.millis() > last;
            return new Result(
                    firstOf(frames, theirs.and(Frame::isAdvertisement)) - last,
                    firstOf(frames, theirs.and(Frame::isEchoReply)) - last);
        }

        private static double firstOf(List<Frame> frames, Predicate<Frame> wanted) {
            Optional<Frame> first = frames.stream().filter(wanted).findFirst();
            return first.orElseThrow().millis();
        }

        private static List<Frame> frames(Path file) {
            try {
                return Files.exists(file) ? Frames.read(file) : List.of();
            } catch (IOException e) {
                throw new LabException("cannot read " + file, e);
            }
        }

        /** How regular the advertisements are while nothing happens, and whether the backup ever takes over. */
        String steady(int seconds) throws IOException {
            Path file = directory.resolve(kind.title + "-steady.pcap");
            try (LabProcess capture = client.capture(file, "ip proto 112")) {
                sleep(seconds);
                capture.terminate();
                capture.waitFor(LIMIT);
            }
            List<Frame> frames = Frames.read(file);
            Files.delete(file);
            String other = second.mac();
            long takeovers = frames.stream()
                    .filter(frame -> frame.sourceMac().equals(other))
                    .count();
            double longest = 0;
            for (int i = 1; i < frames.size(); i++) {
                longest = Math.max(
                        longest, frames.get(i).millis() - frames.get(i - 1).millis());
            }
            return String.format(
                    Locale.ROOT,
                    "%d advertisements in %d s, longest pause %.2f ms, of the backup: %d",
                    frames.size(),
                    seconds,
                    longest,
                    takeovers);
        }
    }

    private FailoverTimes() {}

    /** Prints one table. */
    static void run(double interval, Path directory, int rounds, int steadySeconds) throws IOException {
        double skew = (256 - LOWER) / 256.0 * interval * 1000;
        System.out.printf(
                Locale.ROOT, "%nAdvertisements every %s ms, %d rounds%n", Math.round(interval * 1000), rounds);
        Map<Kind, Segment> segments = new EnumMap<>(Kind.class);
        try (Lab one = Lab.create();
                Lab two = Lab.create()) {
            for (Kind kind : Kind.values()) {
                Path own = Files.createDirectories(directory.resolve(kind.title));
                segments.put(kind, new Segment(kind == Kind.HA4J ? one : two, kind, interval, own));
            }
            for (Kind kind : Kind.values()) {
                System.out.printf(
                        "  %-10s steady: %s%n",
                        kind.title, requireNonNull(segments.get(kind)).steady(steadySeconds));
            }
            for (End end : End.values()) {
                Map<Kind, List<Result>> results = new EnumMap<>(Kind.class);
                for (int round = 0; round < rounds; round++) {
                    for (Kind kind : Kind.values()) {
                        results.computeIfAbsent(kind, key -> new ArrayList<>())
                                .add(requireNonNull(segments.get(kind)).round(end));
                    }
                }
                double formula = skew + (end == End.SIGKILL ? 3 * interval * 1000 : 0);
                results.forEach((kind, all) -> print(kind, end, formula, all));
            }
        }
    }

    private static void print(Kind kind, End end, double formula, List<Result> results) {
        double[] advertised =
                results.stream().mapToDouble(Result::advertised).sorted().toArray();
        double[] answered =
                results.stream().mapToDouble(Result::answered).sorted().toArray();
        int last = results.size() - 1;
        System.out.printf(
                Locale.ROOT,
                "  %-10s %s  formula %8.2f ms  advertised: median %+7.2f worst %+7.2f  answered: median %+7.2f worst"
                        + " %+7.2f%n",
                kind.title,
                end,
                formula,
                advertised[last / 2] - formula,
                advertised[last] - formula,
                answered[last / 2] - formula,
                answered[last] - formula);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("waited in vain for " + what);
            }
            sleepMillis(20);
        }
    }

    private static void sleep(int seconds) {
        sleepMillis(TimeUnit.SECONDS.toMillis(seconds));
    }

    private static void sleepMillis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
