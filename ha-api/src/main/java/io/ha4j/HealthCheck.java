package io.ha4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A way to know whether something works. A check is only a description; it runs while a group or a balancer uses it,
 * and equal checks run once, whoever uses them.
 *
 * <p>A group tracks every kind but {@link TcpCheck}; a backend can have every kind but {@link InterfaceCheck}.
 */
public sealed interface HealthCheck permits TcpCheck, LocalCheck, InterfaceCheck {
    /** How events, logs and the status call it. */
    String name();

    /** A TCP connection must be accepted: every second, 1 s timeout, 2 successes to be up, 3 failures to be down. */
    static TcpCheck tcp() {
        return TcpCheck.DEFAULT;
    }

    /** A check that the application flips itself; it begins up. */
    static HealthSwitch inProcess(String name) {
        return new HealthSwitch(name);
    }

    /**
     * A command must end with exit code 0: every second, 1 s timeout, one success to be up, one failure to be down.
     *
     * @param command the program and its arguments; no shell reads them
     */
    static ScriptCheck script(String name, String... command) {
        return new ScriptCheck(name, List.of(command), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    }

    /** A file must be there. */
    static FileCheck fileExists(String name, Path file) {
        return new FileCheck(name, file, FileCheck.Measure.EXISTENCE, FileCheck.DEFAULT_INTERVAL);
    }

    /** A file holds a number, which a group multiplies by the weight that it tracks it with; 0 is well. */
    static FileCheck fileValue(String name, Path file) {
        return new FileCheck(name, file, FileCheck.Measure.VALUE, FileCheck.DEFAULT_INTERVAL);
    }

    /**
     * At least one process must run.
     *
     * @param command the process's name, as {@code ps -o comm} shows it; or, with arguments, its whole command line
     */
    static ProcessCheck process(String name, String... command) {
        return new ProcessCheck(
                name,
                List.of(command),
                command.length == 1 ? ProcessCheck.Match.NAME : ProcessCheck.Match.EXACT,
                1,
                Integer.MAX_VALUE,
                Duration.ZERO,
                Duration.ZERO,
                ProcessCheck.DEFAULT_INTERVAL);
    }

    /** A network interface must be up and have a carrier. */
    static InterfaceCheck networkInterface(String interfaceName) {
        return new InterfaceCheck(interfaceName);
    }
}
