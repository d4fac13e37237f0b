package io.ha4j.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A network on one machine: a switch and the hosts on it, each a network namespace.
 *
 * <pre>{@code
 * try (Lab lab = Lab.create()) {
 *     LabHost a = lab.host("a", "10.77.0.1/24");
 *     LabHost b = lab.host("b", "10.77.0.2/24");
 *     a.exec("ping", "-c", "1", b.address());
 * }
 * }</pre>
 *
 * <p>The switch is a bridge in a namespace of its own, so that the machine's own network is never touched and labs do
 * not see one another. {@link #close()}, or the end of the JVM, kills what was started and removes the namespaces.
 * Thread-safe.
 */
public final class Lab implements AutoCloseable {
    private static final String PREFIX = "ha4j-";
    private static final String SWITCH = "switch";
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final int KILL_ATTEMPTS = 100; // each takes some milliseconds
    private static final int CAP_NET_ADMIN = 12; // linux/capability.h
    private static final int CAP_SYS_ADMIN = 21;

    /**
     * Room for a thousand connections a second from one address to one port: more ports, and no minutes of TIME_WAIT.
     * See ip-sysctl in the kernel's documentation.
     */
    private static final Map<String, String> SYSCTLS = Map.of(
            "ipv4/ip_local_port_range", "10000 65000",
            "ipv4/tcp_tw_reuse", "1",
            "ipv4/tcp_max_tw_buckets", "2000");

    private final String name;
    private final Map<String, LabHost> hosts = new LinkedHashMap<>();
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final List<LabProcess> processes = new ArrayList<>();
    private final Thread hook;
    private boolean closed;

    private Lab(String name) {
        this.name = name;
        hook = new Thread(this::cleanUp, "lab-cleanup");
    }

    /**
     * Begins a lab with a name of its own.
     *
     * @throws LabException if this process cannot make namespaces
     */
    public static Lab create() {
        String cause = unavailabilityCause();
        if (cause != null) {
            throw new LabException(cause);
        }
        removeOrphans();
        Lab lab = new Lab(PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet());
        Runtime.getRuntime().addShutdownHook(lab.hook);
        try {
            lab.addNamespace(SWITCH);
            // No snooping: without a querier a bridge would stop flooding 224.0.0.18 after a while.
            lab.inSwitch(
                    "ip link add br0 type bridge mcast_snooping 0 stp_state 0 forward_delay 0; ip link set br0 up");
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
        return lab;
    }

    /** Why this process cannot make a lab, and what would change that; null when it can. */
    public static @Nullable String unavailabilityCause() {
        if (!Files.exists(Path.of("/proc/self/ns/net"))) {
            return "a lab needs network namespaces, which only Linux has";
        }
        try {
            long effective = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
            long needed = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_ADMIN;
            if ((effective & needed) != needed) {
                return "a lab needs CAP_NET_ADMIN and CAP_SYS_ADMIN; run it as root or inside `unshare -Urnm`";
            }
            Command.run(List.of("ip", "-Version"));
            return null;
        } catch (IOException e) {
            return "cannot read /proc/self/status: " + e;
        } catch (LabException e) {
            return e.getMessage();
        }
    }

    /** The beginning of its namespaces' names. */
    public String name() {
        return name;
    }

    /** The last lines of every process that was started, with its name and whether it still runs, for messages. */
    public synchronized String outputs(int linesEach) {
        StringBuilder text = new StringBuilder();
        for (LabProcess process : processes) {
            text.append(process.name())
                    .append(process.isAlive() ? " (running)" : " (ended)")
                    .append(":\n");
            text.append(process.tail(linesEach));
        }
        return text.toString();
    }

    /**
     * Adds a host.
     *
     * @param host at most 15 characters; also the name of its port at the switch
     * @param addresses one or more, each as {@code ADDRESS/PREFIX}
     */
    public synchronized LabHost host(String host, String... addresses) {
        if (host.isEmpty() || host.length() > 15 || hosts.containsKey(host)) { // IFNAMSIZ is 16
            throw new IllegalArgumentException("host must be 1 to 15 characters and new, but was " + host);
        }
        if (addresses.length == 0) {
            throw new IllegalArgumentException("addresses of host " + host + " must be given");
        }
        String namespace = addNamespace(host);
        inSwitch("ip link add name " + host + " type veth peer name eth0 netns " + namespace + "; ip link set dev "
                + host + " master br0 up");
        StringBuilder script = new StringBuilder("set -e; ip link set lo up; ip link set eth0 up;");
        for (String address : addresses) {
            script.append(" ip addr add ").append(address).append(" dev eth0");
            script.append(address.contains(":") ? " nodad;" : ";"); // usable at once
        }
        // An older kernel may not have one of these, and the lab works without them.
        SYSCTLS.forEach((key, value) ->
                script.append(" echo '" + value + "' > /proc/sys/net/" + key + " 2>/dev/null || true;"));
        Command.run(List.of("ip", "netns", "exec", namespace, "sh", "-c", script.toString()));
        LabHost added = new LabHost(this, host, namespace, List.of(addresses));
        hosts.put(host, added);
        return added;
    }

    /** Kills what was started and removes the namespaces. Closing twice does nothing more. */
    @Override
    public void close() {
        cleanUp();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is on its way out: the hook has run or runs, and finds nothing left to do.
        }
    }

    /** From now on the switch passes every frame to every host, so that a third one can listen in on unicast. */
    public void flood() {
        inSwitch("ip link set br0 type bridge ageing_time 0");
    }

    void inSwitch(String... command) {
        String script = "set -e; " + String.join(" ", command);
        Command.run(List.of("ip", "netns", "exec", name + "-" + SWITCH, "sh", "-c", script));
    }

    synchronized LabProcess watch(LabProcess process) {
        processes.add(process);
        if (closed) {
            process.close();
            throw new LabException("lab " + name + " is closed");
        }
        return process;
    }

    private synchronized String addNamespace(String host) {
        if (closed) {
            throw new LabException("lab " + name + " is closed");
        }
        String namespace = name + "-" + host;
        namespaces.push(namespace); // before it is there: half-made ones are removed, too
        Command.run(List.of("ip", "netns", "add", namespace));
        return namespace;
    }

    private synchronized void cleanUp() {
        closed = true;
        // All at once: a process's output ends only when its children have gone, too.
        processes.forEach(LabProcess::kill);
        namespaces.forEach(Lab::killAll);
        processes.forEach(LabProcess::close);
        processes.clear();
        while (!namespaces.isEmpty()) {
            remove(namespaces.pop());
        }
    }

    /** What a JVM left behind that was killed with SIGKILL: its pid is in the names. */
    private static void removeOrphans() {
        for (String line : Command.run(List.of("ip", "netns", "list")).lines().toList()) {
            String namespace = line.split(" ")[0];
            String[] parts = namespace.split("-");
            if (namespace.startsWith(PREFIX) && parts.length >= 4 && parts[1].matches("[0-9]+")) {
                if (ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
                    remove(namespace);
                }
            }
        }
    }

    private static void remove(String namespace) {
        killAll(namespace);
        try {
            Command.run(List.of("ip", "netns", "del", namespace));
        } catch (LabException e) {
            // It was never made, or another cleaner was faster.
        }
    }

    /** Kills the processes in a namespace, among them the children of what was started, and waits for their end. */
    private static void killAll(String namespace) {
        for (int attempt = 0; attempt < KILL_ATTEMPTS; attempt++) {
            List<String> pids;
            try {
                pids = Command.run(List.of("ip", "netns", "pids", namespace))
                        .lines()
                        .toList();
            } catch (LabException e) {
                return; // there is no such namespace
            }
            if (pids.isEmpty()) {
                return;
            }
            pids.forEach(
                    pid -> ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly));
        }
    }
}
