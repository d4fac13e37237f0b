package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * Counts the processes of this machine (of this PID namespace) that match; those that have ended and only wait for
 * their parent (zombies) do not count. Reads {@code /proc}.
 *
 * @param name how events, logs and the status call it
 * @param command the process's name, or its command line: the program as it was called, and the arguments
 * @param match how the command is compared
 * @param quorum as many must run, at least 0
 * @param quorumMax not more may run
 * @param upDelay how long the number must be right before the check is up; the first look decides at once
 * @param downDelay how long the number must be wrong before the check is down
 * @param interval from one look to the next; {@link HealthCheck} takes 0.5 s
 */
public record ProcessCheck(
        String name,
        List<String> command,
        Match match,
        int quorum,
        int quorumMax,
        Duration upDelay,
        Duration downDelay,
        Duration interval)
        implements LocalCheck {
    static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

    /** How a command is compared. */
    public enum Match {
        /** With the process's name ({@code /proc/PID/comm}, which the kernel cuts after 15 octets). */
        NAME,
        /** With the program of the command line, whatever its arguments are. */
        PROGRAM,
        /** With the whole command line. */
        EXACT,
        /** With the beginning of the command line: further arguments may follow. */
        PARTIAL,
        /** As {@link #PARTIAL}, and the last argument given may be the beginning of a longer one. */
        INITIAL
    }

    public ProcessCheck {
        Settings.name(name);
        command = List.copyOf(command);
        requireNonNull(match, "match");
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("command must name a process, but was " + command);
        }
        if (command.size() > 1 && (match == Match.NAME || match == Match.PROGRAM)) {
            throw new IllegalArgumentException(
                    "command must be one word to be compared by " + match + ", but was " + command);
        }
        Settings.atLeast("quorum", 0, quorum);
        Settings.atLeast("quorumMax", quorum, quorumMax);
        Settings.notNegative("upDelay", upDelay);
        Settings.notNegative("downDelay", downDelay);
        Settings.positive("interval", interval);
    }

    public ProcessCheck match(Match match) {
        return new ProcessCheck(name, command, match, quorum, quorumMax, upDelay, downDelay, interval);
    }

    /** @param max {@link Integer#MAX_VALUE} for any number */
    public ProcessCheck quorum(int min, int max) {
        return new ProcessCheck(name, command, match, min, max, upDelay, downDelay, interval);
    }

    public ProcessCheck delays(Duration up, Duration down) {
        return new ProcessCheck(name, command, match, quorum, quorumMax, up, down, interval);
    }

    public ProcessCheck interval(Duration interval) {
        return new ProcessCheck(name, command, match, quorum, quorumMax, upDelay, downDelay, interval);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return PolledChecks.subscribe(this, reading -> reading.tell(listener));
    }
}
