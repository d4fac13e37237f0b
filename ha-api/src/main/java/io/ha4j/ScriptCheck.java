package io.ha4j;

import java.time.Duration;
import java.util.List;

/**
 * Runs a command; exit code 0 is a success. It is down until the command ends for the first time, and its first success
 * ever brings it up at once; {@code rise} and {@code fall} apply from then on.
 *
 * <p>The command runs as the user of this process, with its environment and directory; its input is empty, and what it
 * prints goes nowhere. At its timeout it is killed (SIGKILL) with everything that it has started, which counts as a
 * failure; {@code HA4J_CHECK} in the environment is by which its children are found. A run never begins while the one
 * before is there. What a command leaves running when it ends in time is left alone.
 *
 * @param name how events, logs and the status call it
 * @param command the program and its arguments; no shell reads them
 * @param interval from the start of one run to the start of the next
 * @param timeout how long one run may take
 * @param rise successes in a row until it is up again, at least 1
 * @param fall failures in a row until it is down, at least 1
 * @param retryInterval from the start of a run that failed, while that has not yet brought the check down, to the next
 * @param weightByExitCode whether exit codes 2 to 255 are successes, too, and say the weight of a backend: two more than
 *     that is; with 0 and 1 it has its own. As keepalived's {@code misc_dynamic}. A group leaves the weight aside.
 */
public record ScriptCheck(
        String name,
        List<String> command,
        Duration interval,
        Duration timeout,
        int rise,
        int fall,
        Duration retryInterval,
        boolean weightByExitCode)
        implements LocalCheck {
    public ScriptCheck {
        Settings.name(name);
        command = List.copyOf(command);
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("command must name a program, but was " + command);
        }
        Settings.positive("interval", interval);
        Settings.positive("timeout", timeout);
        Settings.atLeast("rise", 1, rise);
        Settings.atLeast("fall", 1, fall);
        Settings.positive("retryInterval", retryInterval);
    }

    /** A check that is repeated at the same interval after a failure, and says nothing of a weight. */
    public ScriptCheck(String name, List<String> command, Duration interval, Duration timeout, int rise, int fall) {
        this(name, command, interval, timeout, rise, fall, interval, false);
    }

    /** Sets the retry interval, too. */
    public ScriptCheck interval(Duration interval) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, interval, weightByExitCode);
    }

    public ScriptCheck timeout(Duration timeout) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, retryInterval, weightByExitCode);
    }

    public ScriptCheck rise(int rise) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, retryInterval, weightByExitCode);
    }

    public ScriptCheck fall(int fall) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, retryInterval, weightByExitCode);
    }

    public ScriptCheck retryInterval(Duration retryInterval) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, retryInterval, weightByExitCode);
    }

    public ScriptCheck weightByExitCode(boolean weightByExitCode) {
        return new ScriptCheck(name, command, interval, timeout, rise, fall, retryInterval, weightByExitCode);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return PolledChecks.subscribe(this, reading -> reading.tell(listener));
    }
}
