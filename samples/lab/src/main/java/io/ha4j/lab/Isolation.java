package io.ha4j.lab;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command with namespaces of its own for the network, the mounts and the pids, as an ordinary user also one for
 * the users. Nothing inside can outlive the command or be seen outside: when it ends, however it ends, the kernel kills
 * every process in its pid namespace (pid_namespaces(7)), and the networks, mounts and files go with the last of them.
 */
final class Isolation {
    /** Tells the JVM inside that it is inside. */
    private static final String MARK = "HA4J_DEMO_ISOLATED";

    /** A directory that is there inside only, in memory. */
    static final String SCRATCH = "/run/ha4j";

    /** `ip netns` keeps its names in /run/netns, which belongs to the machine's root; so /run is a new one inside. */
    private static final String PREPARE =
            "mount -t tmpfs -o mode=755 ha4j /run && mkdir /run/netns " + SCRATCH + " && exec \"$@\"";

    private Isolation() {}

    static boolean isInside() {
        return System.getenv(MARK) != null;
    }

    /** Why this is not possible here; null when it is. */
    static @Nullable String unavailabilityCause() {
        for (String program : List.of("unshare", "ip")) {
            if (!has(program)) {
                return "the command " + program + " is missing";
            }
        }
        // A veth pair, since a kernel may give the namespace and still lack the device.
        String probe = "ip netns add probe && ip link add probe0 type veth peer name probe1 && ip netns del probe";
        Command.Result result = Command.attempt(wrapped(List.of("sh", "-c", probe)));
        return result.code() == 0 ? null : result.output();
    }

    /**
     * Runs the command to its end and returns its exit code. When this JVM is asked to end, or is killed, the command
     * and all that is inside goes, too.
     */
    static int run(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(wrapped(command)).inheritIO();
        builder.redirectInput(new File("/dev/null"));
        builder.environment().put(MARK, "1");
        Process process = Command.start(builder);
        AtomicBoolean ended = new AtomicBoolean();
        Thread hook = new Thread(
                () -> {
                    if (!ended.get()) {
                        process.destroyForcibly(); // unshare(1) blocks SIGTERM while it waits for its child
                        process.onExit().join();
                        System.err.println(
                                "\ninterrupted; the demo's processes, networks and files are gone with its namespaces");
                    }
                },
                "demo-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int code = process.waitFor();
            ended.set(true);
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return 1;
        }
    }

    private static List<String> wrapped(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (has("setpriv")) {
            // If this JVM is killed with SIGKILL, nobody runs its hooks: the kernel kills unshare, and that its child.
            whole.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        }
        whole.addAll(List.of("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"));
        if (Lab.unavailabilityCause() != null) { // not root, or root without its rights: as a user of its own
            whole.addAll(List.of("--user", "--map-root-user"));
        }
        whole.addAll(List.of("sh", "-c", PREPARE, "sh"));
        whole.addAll(command);
        return whole;
    }

    private static boolean has(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String directory : path.split(File.pathSeparator)) {
            if (new File(directory, program).canExecute()) {
                return true;
            }
        }
        return false;
    }
}
