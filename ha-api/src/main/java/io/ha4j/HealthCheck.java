package io.ha4j;

/** A way to know whether something works. */
public sealed interface HealthCheck permits TcpCheck, HealthSwitch {
    /** A TCP connection must be accepted: every second, 1 s timeout, 2 successes to be up, 3 failures to be down. */
    static TcpCheck tcp() {
        return TcpCheck.DEFAULT;
    }

    /** A check that the application flips itself; it begins up. */
    static HealthSwitch inProcess(String name) {
        return new HealthSwitch(name);
    }
}
