package io.ha4j.beside;

import static java.util.Objects.requireNonNull;

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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processor time of many virtual routers in one process, active and backup, of ha4j and of keepalived at the same
 * time: two pairs of nodes, each on links of its own. The nodes of a pair have the same configuration but for the
 * priority. Then, without a look at the processor, a capture shows whether each advertisement was sent in its time.
 */
final class ManyGroups {
    private static final int IDS_PER_LINK = 250;
    private static final int START_LIMIT_SECONDS = 240;

    /** @param groups at most 250 to a link, of which there are as many as it takes */
    record Load(int groups, double intervalSeconds) {
        int links() {
            return (groups + IDS_PER_LINK - 1) / IDS_PER_LINK;
        }

        @Override
        public String toString() {
            return groups + " groups, " + Math.round(intervalSeconds * 1000) + " ms";
        }
    }

    private record Pair(LabHost active, LabHost backup) {}

    private record Node(Kind kind, String role, LabHost host, LabProcess process) {}

    private final Load load;
    private final Path directory;
    private final int rounds;
    private final int seconds;

    private ManyGroups(Load load, Path directory, int rounds, int seconds) {
        this.load = load;
        this.directory = directory;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Prints one table. */
    static void run(Load load, Path directory, boolean isShort) throws IOException {
        ManyGroups run = new ManyGroups(load, directory, isShort ? 2 : 5, isShort ? 10 : 20);
        try (Lab lab = Lab.create()) {
            run.run(lab, isShort ? 30 : 120);
        }
    }

    private void run(Lab lab, int warmUpSeconds) throws IOException {
        Map<Kind, Pair> pairs = new EnumMap<>(Kind.class);
        List<Node> nodes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Pair pair = pair(lab, kind);
            pairs.put(kind, pair);
            nodes.add(start(kind, "active", pair.active, 150));
            nodes.add(start(kind, "backup", pair.backup, 100));
        }
        nodes.forEach(this::awaitReady);
        sleep(warmUpSeconds);
        System.out.printf("%n%s: processor time, ms for each second, in %d rounds of %d s%n", load, rounds, seconds);
        Map<Node, List<Double>> all = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            long[] before = nodes.stream()
                    .mapToLong(node -> CpuTime.millis(node.process.pid()))
                    .toArray();
            sleep(seconds);
            for (int i = 0; i < before.length; i++) {
                Node node = nodes.get(i);
                double used = (CpuTime.millis(node.process.pid()) - before[i]) / (double) seconds;
                all.computeIfAbsent(node, key -> new ArrayList<>()).add(used);
            }
        }
        print(nodes, all);
        for (Kind kind : Kind.values()) {
            printWire(kind, requireNonNull(pairs.get(kind)));
        }
    }

    private Pair pair(Lab lab, Kind kind) {
        String prefix = kind.title.substring(0, 1);
        LabHost active = lab.host(prefix + "-active", "10.77.0.1/24");
        LabHost backup = lab.host(prefix + "-backup", "10.77.0.2/24");
        for (int link = 1; link <= load.links(); link++) {
            active.exec(
                    "ip",
                    "link",
                    "add",
                    "v" + link,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "v" + link,
                    "netns",
                    backup.namespace());
            address(active, link, 1);
            address(backup, link, 2);
        }
        return new Pair(active, backup);
    }

    private static void address(LabHost host, int link, int number) {
        host.exec(
                "sh",
                "-c",
                "ip addr add 10." + (100 + link) + ".0." + number + "/16 dev v" + link + " && ip link set v" + link
                        + " up");
    }

    private Node start(Kind kind, String role, LabHost host, int priority) throws IOException {
        StringBuilder text = new StringBuilder("global_defs {\n    vrrp_version 3\n}\n");
        for (int i = 0; i < load.groups; i++) {
            int link = i / IDS_PER_LINK + 1;
            int id = i % IDS_PER_LINK + 1;
            text.append("""
                    vrrp_instance VI_%1$d_%2$d {
                        state BACKUP
                        interface v%1$d
                        virtual_router_id %2$d
                        priority %3$d
                        advert_int %4$s
                        virtual_ipaddress {
                            10.%5$d.1.%2$d/32 dev v%1$d
                        }
                    }
                    """.formatted(link, id, priority, load.intervalSeconds, 100 + link));
        }
        return new Node(kind, role, host, kind.start(host, directory, text.toString()));
    }

    /** The active one has all addresses, the backup none, for a while. */
    private void awaitReady(Node node) {
        int wanted = node.role.equals("active") ? load.groups : 0;
        int settled = 0;
        for (int second = 0; second < START_LIMIT_SECONDS && settled < 3; second++) {
            sleep(1);
            settled = held(node.host) == wanted && node.process.isAlive() ? settled + 1 : 0;
        }
        if (settled < 3) {
            throw new LabException(node.kind.title + ", " + node.role + " has " + held(node.host) + " addresses\n"
                    + node.process.tail(20));
        }
    }

    private static long held(LabHost host) {
        return host.exec("ip", "-o", "-4", "addr")
                .lines()
                .filter(line -> line.contains("/32 "))
                .count();
    }

    private static void print(List<Node> nodes, Map<Node, List<Double>> all) {
        Map<String, Double> keepalived = new HashMap<>();
        for (Node node : nodes) {
            List<Double> sorted =
                    requireNonNull(all.get(node)).stream().sorted().toList();
            double median = sorted.get(sorted.size() / 2);
            String ratio = "";
            if (node.kind == Kind.KEEPALIVED) {
                keepalived.put(node.role, median);
            } else {
                ratio = String.format(
                        Locale.ROOT, "  %.2f × keepalived's", median / requireNonNull(keepalived.get(node.role)));
            }
            System.out.printf(
                    Locale.ROOT,
                    "  %-10s %-6s  median %6.1f  worst %6.1f%s%n",
                    node.kind.title,
                    node.role,
                    median,
                    sorted.get(sorted.size() - 1),
                    ratio);
        }
    }

    /** How many advertisements came, and how long the longest pause of one virtual router was. */
    private void printWire(Kind kind, Pair pair) throws IOException {
        List<LabProcess> captures = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (int link = 1; link <= load.links(); link++) {
            Path file = directory.resolve(kind.title + link + ".pcap");
            files.add(file);
            captures.add(pair.backup.start(
                    "tcpdump",
                    "-n",
                    "-U",
                    "-Z",
                    "root",
                    "-B",
                    "8192",
                    "-i",
                    "v" + link,
                    "-w",
                    file.toString(),
                    "ip proto 112"));
        }
        sleep(seconds);
        captures.forEach(LabProcess::terminate);
        captures.forEach(capture -> capture.waitFor(Duration.ofSeconds(10)));
        int adverts = 0;
        int missed = 0;
        double longest = 0;
        Map<Integer, Double> last = new HashMap<>();
        for (int link = 0; link < files.size(); link++) {
            for (Frames.Frame frame : Frames.read(files.get(link))) {
                adverts++;
                Double before = last.put(link * 256 + frame.virtualRouterId(), frame.millis());
                double pause = before == null ? 0 : frame.millis() - before;
                longest = Math.max(longest, pause);
                missed += pause > 1.5 * load.intervalSeconds * 1000 ? 1 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "  %-10s on the wire: %d advertisements of %d virtual routers in %d s, longest "
                        + "pause %.1f ms, missed %d%n",
                kind.title,
                adverts,
                last.size(),
                seconds,
                longest,
                missed);
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static void sleep(int seconds) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    }
}
