package io.ha4j.beside;

import static java.util.Objects.requireNonNull;

import io.ha4j.lab.Lab;
import io.ha4j.lab.LabException;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Two nodes with an IPv4 and an IPv6 address, a web server on each, and a host that asks and listens. */
final class TakeoverSegment implements AutoCloseable {
    static final String VIP = "10.77.0.100";
    private static final String VIP6 = "2001:db8:77::100";
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final List<InetAddress> ADDRESSES = List.of(literal(VIP), literal(VIP6));

    /** Answers for whatever address, and what explains them. */
    private static final String CAPTURED = "(arp and arp[6:2] = 2) or icmp[icmptype] = icmp-echoreply"
            + " or (icmp6 and ip6[40] = 136) or ip proto 112 or ip6 proto 112";

    /**
     * What became of the clients in one planned stop.
     *
     * @param gap the longest time without an answer, in ms
     * @param failed requests without an answer
     * @param reset connections of 100 that did not outlive it by 2.5 s
     */
    record Stop(double gap, long failed, long reset) {}

    private final Lab lab = Lab.create();
    private final Path directory;
    private final Kind activeKind;
    private final Kind backupKind;
    private final String settings;
    private final double interval;
    private final LabHost first;
    private final LabHost second;
    private final LabHost client;
    private final LabProcess backup;
    private LabProcess active;

    /** @param settings further statements of the instances, for ha4j only */
    TakeoverSegment(Kind activeKind, Kind backupKind, double interval, String settings, Path directory)
            throws IOException {
        this.directory = directory;
        this.activeKind = activeKind;
        this.backupKind = backupKind;
        this.interval = interval;
        this.settings = settings;
        first = lab.host("first", "10.77.0.1/24", "2001:db8:77::1/64");
        second = lab.host("second", "10.77.0.2/24", "2001:db8:77::2/64");
        client = lab.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        for (LabHost node : List.of(first, second)) {
            LabProcess server = java(node, io.ha4j.lab.WebServer.class, "0.0.0.0", "80", node.name());
            server.awaitLine("ready", LIMIT);
        }
        active = start(activeKind, first, 150);
        await("the addresses", () -> holdsAll(first));
        backup = start(backupKind, second, 100);
        sleepMillis(6000);
    }

    private static LabProcess java(LabHost host, Class<?> main, String... arguments) {
        return host.start(main.getSimpleName(), command(main, arguments), line -> {});
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private LabProcess start(Kind kind, LabHost host, int priority) throws IOException {
        String instance = """
                vrrp_instance VI_%d {
                    state BACKUP
                    interface eth0
                    virtual_router_id %d
                    priority %d
                    advert_int %s
                    %s
                    virtual_ipaddress {
                        %s
                    }
                }
                """;
        String more = kind == Kind.HA4J ? settings : "";
        return kind.start(
                host,
                directory,
                "global_defs {\n    vrrp_version 3\n}\n"
                        + instance.formatted(1, 51, priority, interval, more, VIP + "/24")
                        + instance.formatted(
                                2, 52, priority, interval, more, "fe80::5e:100/64\n        " + VIP6 + "/64"));
    }

    private static boolean holdsAll(LabHost host) {
        return host.holds(VIP) && host.holds(VIP6);
    }

    /** Ends the active node by this signal, and makes it active again when all is over. */
    Failure fail(String signal) throws IOException {
        Path file = directory.resolve("takeover.pcap");
        String questions = String.join(
                " ",
                command(
                        Lookups.class,
                        client.mac(),
                        client.address(),
                        "2001:db8:77::254",
                        VIP,
                        VIP6,
                        first.mac(),
                        second.mac()));
        String ended = first.mac();
        String successor = second.mac();
        double at;
        try (LabProcess capture = client.capture(file, CAPTURED);
                LabProcess socat = client.start(
                        "sh", "-c", questions + " | socat -u -b " + Lookups.FRAME + " STDIN INTERFACE:eth0")) {
            await("answers", () -> any(file, frame -> frame.isArpReply() && frame.isFrom(ended)));
            await("answers", () -> any(file, frame -> frame.isNeighbourAdvertisement() && frame.isFrom(ended)));
            sleepMillis(500 + (long) (Math.random() * 1000 * interval)); // at any moment of the interval
            Instant now = Instant.now();
            at = now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
            if (signal.equals("KILL")) {
                Kind.kill(active);
            } else {
                Kind.signal(active, signal);
            }
            double from = at;
            await(
                    "the successor",
                    () -> any(
                            file,
                            frame -> frame.isFrom(successor)
                                    && frame.millis() > from
                                    && frame.answersForAny(ADDRESSES)));
            sleepMillis((long) (Aftermath.LOOKUPS * Aftermath.LOOKUP_MILLIS) + 200);
            Kind.kill(socat);
            capture.terminate();
            capture.waitFor(LIMIT);
        }
        Aftermath aftermath = new Aftermath(Frames.read(file), at, ended, successor, ADDRESSES);
        Failure failure = aftermath.failure();
        if (failure.both() > 0 && activeKind == Kind.HA4J) {
            tell(signal, failure, aftermath, file);
        }
        Files.delete(file);
        again();
        return failure;
    }

    /** The node that has failed is dead for good and begins anew. */
    private void again() throws IOException {
        Kind.kill(active);
        active.waitFor(LIMIT);
        if (activeKind == Kind.HA4J) {
            await("the end of the addresses", () -> !first.holds(VIP));
        }
        active = start(activeKind, first, 150);
        await("the addresses", () -> holdsAll(first));
        await("the end of the successor's time", () -> !second.holds(VIP) && !second.holds(VIP6));
        sleepMillis(3000);
    }

    /** What should not have happened. */
    private void tell(String signal, Failure failure, Aftermath aftermath, Path file) throws IOException {
        Path kept = Files.createTempFile("ha4j-takeover-", ".pcap");
        Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
        System.out.printf(
                "%nSIG%s: %d answers of the old node after its successor's first one, captured in %s; ms after the"
                        + " event:%n%s%n  the old node:%n%s  its successor:%n%s%n",
                signal, failure.both(), kept, aftermath.overlap(), active.tail(10), backup.tail(10));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** Stops the active node by SIGTERM, under 1000 requests per second and 100 connections that are kept. */
    Stop stop() throws IOException {
        try (LabProcess clients = java(client, Requests.class, VIP, "80", "1000", "100")) {
            await("connections", () -> {
                Requests.Report last = last(clients);
                return last != null && last.keptOpen() == 100 && last.answers() > 3000;
            });
            int before = clients.lines().size();
            Requests.Report then = requireNonNull(last(clients));
            active.terminate();
            sleepMillis(2500);
            Requests.Report now = requireNonNull(last(clients));
            double gap = clients.lines().stream()
                    .skip(before)
                    .map(line -> Requests.Report.parse(line.text()))
                    .filter(report -> report != null)
                    .mapToDouble(report -> report.longestMillis())
                    .max()
                    .orElseThrow();
            Stop stop = new Stop(gap, now.failed() - then.failed(), now.keptFailed() - then.keptFailed());
            clients.close();
            active.waitFor(LIMIT);
            again();
            return stop;
        }
    }

    private static Requests.@Nullable Report last(LabProcess clients) {
        List<LabProcess.Line> lines = clients.lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            Requests.Report report = Requests.Report.parse(lines.get(i).text());
            if (report != null) {
                return report;
            }
        }
        return null;
    }

    private static boolean any(Path file, Predicate<Frames.Frame> wanted) {
        try {
            return Files.exists(file) && Frames.read(file).stream().anyMatch(wanted);
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("waited in vain for " + what + ", " + activeKind.title + " and "
                        + backupKind.title + "\n" + lab.outputs(20));
            }
            sleepMillis(20);
        }
    }

    private static void sleepMillis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public void close() {
        lab.close();
    }
}
