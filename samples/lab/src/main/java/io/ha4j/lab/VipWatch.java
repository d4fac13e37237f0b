package io.ha4j.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches who holds the virtual address, in the kernels' own words: the addresses on each node's interface, and the
 * neighbour entry by which the client's packets for the virtual address find their way. Thread-safe.
 */
final class VipWatch {
    /** @param seconds since the demo began */
    record Holder(double seconds, String node) {}

    /** The holder while there is none. */
    static final String NOBODY = "nobody";

    private static final Pattern LLADDR = Pattern.compile(" lladdr (\\S+)");

    private final String address;
    private final Timeline timeline;
    private final Map<String, String> nodeByMac = new LinkedHashMap<>();
    private final Set<String> assigned = new HashSet<>();
    private final List<Holder> history = new ArrayList<>();
    private String holder = NOBODY;
    private long changedNanos;

    VipWatch(String address, Timeline timeline) {
        this.address = address;
        this.timeline = timeline;
    }

    /** Begins to watch a node's interface. */
    void watchNode(LabHost node) {
        synchronized (this) {
            nodeByMac.put(node.mac(), node.name());
        }
        LabProcess monitor = node.start(
                "ip-monitor-" + node.name(),
                List.of("ip", "-o", "monitor", "address"),
                line -> addressLine(line, node.name()));
        awaitListening(node, monitor, "ip addr add 127.0.0.2/8 dev lo; ip addr del 127.0.0.2/8 dev lo");
    }

    /** Begins to watch the client's neighbour entry, after the nodes' interfaces. */
    void watchClient(LabHost client) {
        LabProcess monitor =
                client.start("ip-monitor-client", List.of("ip", "-o", "monitor", "neigh"), this::neighbourLine);
        String other = "10.77.0.254 lladdr 02:00:00:00:00:01 dev " + LabHost.INTERFACE;
        awaitListening(client, monitor, "ip neigh replace " + other + "; ip neigh del " + other);
    }

    /** The node whose interface the client's packets for the address go to. */
    synchronized String holder() {
        return holder;
    }

    synchronized List<Holder> history() {
        return List.copyOf(history);
    }

    /**
     * Waits until the address is on this node's interface and the client's packets go there.
     *
     * @param process the node's, which has to live meanwhile
     * @return when, on the scale of {@link System#nanoTime()}
     * @throws LabException with the last lines of the process if it ends, or if the time is over
     */
    synchronized long awaitHolder(String node, LabProcess process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!assigned.contains(node) || !holder.equals(node)) {
                if (!process.isAlive()) {
                    throw new LabException(node + " has ended; its last lines:\n" + process.tail(12));
                }
                if (System.nanoTime() > deadline) {
                    throw new LabException(address + " is not on " + node + " after " + limit.toMillis()
                            + " ms (on the interface of: " + assigned + "; the client's packets go to: " + holder
                            + "); the node's last lines:\n" + process.tail(12));
                }
                TimeUnit.MILLISECONDS.timedWait(this, 100);
            }
            return changedNanos;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + node, e);
        }
    }

    private synchronized void addressLine(LabProcess.Line line, String node) {
        if (!line.text().contains(" " + address + "/")) {
            return;
        }
        boolean gone = line.text().startsWith("Deleted");
        if (gone ? assigned.remove(node) : assigned.add(node)) { // a renewed lifetime is reported, too
            changedNanos = line.nanos();
            timeline.event(line.nanos(), node, address + (gone ? " removed from " : " is on ") + LabHost.INTERFACE);
            notifyAll();
        }
    }

    private synchronized void neighbourLine(LabProcess.Line line) {
        String text = line.text();
        if (!text.contains(address + " ") || text.startsWith("Deleted")) {
            return;
        }
        Matcher mac = LLADDR.matcher(text);
        String now = mac.find() ? nodeByMac.getOrDefault(mac.group(1), "unknown " + mac.group(1)) : NOBODY;
        if (!now.equals(holder)) {
            holder = now;
            changedNanos = line.nanos();
            history.add(new Holder(timeline.seconds(line.nanos()), now));
            timeline.event(line.nanos(), "client", "sends packets for " + address + " to " + now);
            notifyAll();
        }
    }

    /** `ip monitor` does not say when it listens: change something until it shows. */
    private static void awaitListening(LabHost host, LabProcess monitor, String change) {
        while (monitor.lines().isEmpty()) {
            host.exec("sh", "-c", change);
            if (!monitor.isAlive()) {
                throw new LabException("ip monitor has ended on " + host.name() + ":\n" + monitor.tail(5));
            }
        }
    }
}
