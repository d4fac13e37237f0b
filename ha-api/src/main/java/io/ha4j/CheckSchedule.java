package io.ha4j;

import java.time.Duration;

/**
 * How often something is checked, and how many outcomes in a row count. A backend begins down, and its first success
 * ever brings it up at once; {@code rise} and {@code fall} apply from then on.
 *
 * @param interval from the end of one attempt to the start of the next
 * @param timeout how long one attempt may take, from the first packet to the last
 * @param rise successes in a row until a backend that was down is up, at least 1
 * @param fall failures in a row until a backend that was up is down, at least 1
 * @param retryInterval as the interval, after a failure that has not yet brought the backend down
 * @param warmUp the first attempt comes after a random part of this; zero spreads the first attempts of all backends
 *     over a millisecond for each
 * @param jitterPercent each interval is longer or shorter by a random part of it, at most this, in [0, 50]
 * @param initiallyUp whether it is up before the first attempt; {@code fall} applies from the beginning then
 */
public record CheckSchedule(
        Duration interval,
        Duration timeout,
        int rise,
        int fall,
        Duration retryInterval,
        Duration warmUp,
        int jitterPercent,
        boolean initiallyUp) {
    /** Every second, 1 s timeout, 2 successes to be up, 3 failures to be down. */
    public static final CheckSchedule DEFAULT = new CheckSchedule(
            Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 3, Duration.ofSeconds(1), Duration.ZERO, 0, false);

    private static final int MAX_JITTER = 50;

    public CheckSchedule {
        Settings.positive("interval", interval);
        Settings.positive("timeout", timeout);
        Settings.atLeast("rise", 1, rise);
        Settings.atLeast("fall", 1, fall);
        Settings.positive("retryInterval", retryInterval);
        Settings.notNegative("warmUp", warmUp);
        if (jitterPercent < 0 || jitterPercent > MAX_JITTER) {
            throw new IllegalArgumentException(
                    "jitterPercent must be in [0, " + MAX_JITTER + "], but was " + jitterPercent);
        }
    }

    /** Sets the retry interval, too. */
    public CheckSchedule interval(Duration interval) {
        return new CheckSchedule(interval, timeout, rise, fall, interval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule timeout(Duration timeout) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule rise(int rise) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule fall(int fall) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule retryInterval(Duration retryInterval) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule warmUp(Duration warmUp) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }

    public CheckSchedule jitterPercent(int percent) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, percent, initiallyUp);
    }

    public CheckSchedule initiallyUp(boolean initiallyUp) {
        return new CheckSchedule(interval, timeout, rise, fall, retryInterval, warmUp, jitterPercent, initiallyUp);
    }
}
