package io.ha4j;

import java.time.Duration;

/**
 * Connects to the backend and closes the connection again. A backend begins down, and its first success ever brings it
 * up at once; {@code rise} and {@code fall} apply from then on.
 *
 * @param interval from the end of one attempt to the start of the next
 * @param timeout how long one attempt may take
 * @param rise successes in a row until a backend that was down is up, at least 1
 * @param fall failures in a row until a backend that was up is down, at least 1
 * @param retryInterval as the interval, after a failure that has not yet brought the backend down
 */
public record TcpCheck(Duration interval, Duration timeout, int rise, int fall, Duration retryInterval)
        implements HealthCheck {
    static final TcpCheck DEFAULT = new TcpCheck(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 3);

    public TcpCheck {
        Settings.positive("interval", interval);
        Settings.positive("timeout", timeout);
        Settings.atLeast("rise", 1, rise);
        Settings.atLeast("fall", 1, fall);
        Settings.positive("retryInterval", retryInterval);
    }

    /** A check that is repeated at the same interval after a failure. */
    public TcpCheck(Duration interval, Duration timeout, int rise, int fall) {
        this(interval, timeout, rise, fall, interval);
    }

    /** Sets the retry interval, too. */
    public TcpCheck interval(Duration interval) {
        return new TcpCheck(interval, timeout, rise, fall, interval);
    }

    public TcpCheck timeout(Duration timeout) {
        return new TcpCheck(interval, timeout, rise, fall, retryInterval);
    }

    public TcpCheck rise(int rise) {
        return new TcpCheck(interval, timeout, rise, fall, retryInterval);
    }

    public TcpCheck fall(int fall) {
        return new TcpCheck(interval, timeout, rise, fall, retryInterval);
    }

    public TcpCheck retryInterval(Duration retryInterval) {
        return new TcpCheck(interval, timeout, rise, fall, retryInterval);
    }

    @Override
    public String name() {
        return "tcp";
    }
}
