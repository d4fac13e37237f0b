package io.ha4j.standalone.conf;

import io.ha4j.ConnectionLimits;
import io.ha4j.PassiveChecks;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Reads the {@code ha4j} block of a {@code virtual_server}: what keepalived.conf has no words for. */
final class ExtensionReader {
    static final Vocabulary OURS = new Vocabulary(Set.of(), Set.of());

    private final Values values;
    private final Problems problems;
    private ConnectionLimits limits = ConnectionLimits.DEFAULT;
    private PassiveChecks passive = PassiveChecks.NONE;

    ExtensionReader(Problems problems) {
        this.values = new Values(problems);
        this.problems = problems;
    }

    PassiveChecks passiveChecks() {
        return passive;
    }

    ConnectionLimits limits() {
        return limits;
    }

    void read(Statement block) {
        if (!values.nothing(block)) {
            return;
        }
        new Block(block, OURS, problems)
                .on("connect_timeout", line -> seconds(line, false, ConnectionLimits::connectTimeout))
                .on("idle_timeout", line -> seconds(line, true, ConnectionLimits::idleTimeout))
                .on("half_closed_timeout", line -> seconds(line, true, ConnectionLimits::halfClosedTimeout))
                .on("max_connections", line -> count(line, ConnectionLimits::maxConnections))
                .on("max_connections_per_source", line -> count(line, ConnectionLimits::maxConnectionsPerSource))
                .on("max_connection_rate", line -> count(line, ConnectionLimits::maxConnectionRate))
                .on("max_queued", line -> count(line, ConnectionLimits::maxQueued))
                .on("queue_timeout", line -> seconds(line, false, ConnectionLimits::queueTimeout))
                .on("eject_after", line -> passive(line, Integer.MAX_VALUE, PassiveChecks::failures))
                .on("eject_time", this::readEjectionTime)
                .on("eject_max_percent", line -> passive(line, 100, PassiveChecks::maxEjectedPercent))
                .on("fail_open_percent", line -> passive(line, 100, PassiveChecks::failOpenPercent))
                .read();
    }

    private void seconds(
            Statement line, boolean zeroAllowed, BiFunction<ConnectionLimits, Duration, ConnectionLimits> setting) {
        Duration value = values.seconds(line, zeroAllowed);
        if (value != null) {
            set(line, () -> setting.apply(limits, value));
        }
    }

    private void count(Statement line, BiFunction<ConnectionLimits, Integer, ConnectionLimits> setting) {
        Integer value = values.integer(line, 0, Integer.MAX_VALUE);
        if (value != null) {
            set(line, () -> setting.apply(limits, value));
        }
    }

    private void passive(Statement line, int max, BiFunction<PassiveChecks, Integer, PassiveChecks> setting) {
        Integer value = values.integer(line, 0, max);
        if (value != null) {
            passive = setting.apply(passive, value);
        }
    }

    private void readEjectionTime(Statement line) {
        Duration value = values.seconds(line, false);
        if (value != null) {
            set(line, () -> {
                passive = passive.ejectionTime(value);
                return limits;
            });
        }
    }

    private void set(Statement line, Supplier<ConnectionLimits> setting) {
        try {
            limits = setting.get();
        } catch (IllegalArgumentException e) { // what the API allows is narrower
            problems.error(line.line(), line.text() + ": " + e.getMessage());
        }
    }
}
