package io.ha4j.lab;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A host of a {@link Lab}: a namespace whose interface {@code eth0} is plugged into the lab's switch. Thread-safe. */
public final class LabHost implements Machine {
    /** The name of every host's interface. */
    public static final String INTERFACE = "eth0";

    private static final String TABLE = "inet lab";

    private final Lab lab;
    private final String name;
    private final String namespace;
    private final List<String> addresses;

    LabHost(Lab lab, String name, String namespace, List<String> addresses) {
        this.lab = lab;
        this.name = name;
        this.namespace = namespace;
        this.addresses = addresses;
    }

    public String name() {
        return name;
    }

    /** The name of its namespace, as {@code ip netns} knows it. */
    public String namespace() {
        return namespace;
    }

    /** The first address it was given, without the prefix length. */
    @Override
    public String address() {
        String first = addresses.get(0);
        return first.substring(0, first.indexOf('/'));
    }

    /**
     * Runs a command to its end and returns what it printed.
     *
     * @throws LabException if it fails or takes more than 10 s
     */
    public String exec(String... command) {
        return Command.run(inNamespace(Arrays.asList(command)));
    }

    /** Starts a process under the name of its program. */
    public LabProcess start(String... command) {
        return start(Path.of(command[0]).getFileName().toString(), Arrays.asList(command), line -> {});
    }

    /** Starts a process; the listener gets its lines on a thread of the process's own. */
    @Override
    public LabProcess start(String processName, List<String> command, Consumer<? super LabProcess.Line> listener) {
        // `ip netns exec` replaces itself with the command, so that the pid is the command's own.
        ProcessBuilder builder = new ProcessBuilder(inNamespace(command))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        return lab.watch(new LabProcess(processName, Command.start(builder), listener));
    }

    /** The addresses on {@code eth0} at this moment, each as {@code ADDRESS/PREFIX}. */
    public List<String> currentAddresses() {
        List<String> found = new ArrayList<>();
        for (String line :
                exec("ip", "-o", "addr", "show", "dev", INTERFACE).lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 3) {
                found.add(words[3]);
            }
        }
        return found;
    }

    /** Whether this address is on {@code eth0} at this moment. */
    public boolean holds(String address) {
        return currentAddresses().stream().anyMatch(held -> held.startsWith(address + "/"));
    }

    /** The MAC address of {@code eth0}. */
    public String mac() {
        return exec("cat", "/sys/class/net/" + INTERFACE + "/address").strip();
    }

    /** The MAC address this host sends packets for that address to; empty while it knows none. */
    public Optional<String> neighbour(String address) {
        String[] words =
                exec("ip", "neigh", "show", address, "dev", INTERFACE).strip().split("\\s+");
        int at = Arrays.asList(words).indexOf("lladdr");
        return at < 0 ? Optional.empty() : Optional.of(words[at + 1]);
    }

    /** Pulls the cable: {@code eth0} loses its carrier. */
    public void unplug() {
        lab.inSwitch("ip", "link", "set", "dev", name, "down");
    }

    /** Puts the cable back. */
    public void plug() {
        lab.inSwitch("ip", "link", "set", "dev", name, "up");
    }

    /** Drops incoming packets that match this nftables expression, for example {@code ip protocol vrrp}. */
    public void drop(String match) {
        exec(
                "nft",
                "add table " + TABLE + "; add chain " + TABLE + " in { type filter hook input priority -300; }; "
                        + "add rule " + TABLE + " in " + match + " drop");
    }

    /** Drops this share, in percent, of the incoming packets that match. */
    public void drop(int percent, String match) {
        drop("numgen random mod 100 < " + percent + " " + match);
    }

    /** Ends what {@link #drop(String)} began. */
    public void dropNothing() {
        exec("nft", "add table " + TABLE + "; delete table " + TABLE);
    }

    /** Writes the packets that match the filter of pcap-filter(7) to this file until it is terminated. */
    public LabProcess capture(Path file, String filter) {
        LabProcess tcpdump = start(
                "tcpdump",
                "-n",
                "-U",
                "-Z",
                "root",
                "--immediate-mode",
                "-i",
                INTERFACE,
                "-w",
                file.toString(),
                filter);
        tcpdump.awaitLine("listening on", Duration.ofSeconds(10));
        return tcpdump;
    }

    private List<String> inNamespace(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(command);
        return whole;
    }
}
