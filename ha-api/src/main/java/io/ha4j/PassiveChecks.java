package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a balancer concludes from the connections themselves, beside its checks.
 *
 * @param failures how many failed connects in a row eject a backend, so that it gets no connections for a while; 0, for
 *     never
 * @param ejectionTime how long the first time; the second time in a row twice as long, and so on up to ten times; 10 s
 * @param maxEjectedPercent the largest part of all backends that is ejected at the same time, in [0, 100]; 50
 * @param failOpenPercent with a smaller part of the backends up than this, in [0, 100], the checks are not believed: all
 *     of them get connections; 0, for never
 */
public record PassiveChecks(int failures, Duration ejectionTime, int maxEjectedPercent, int failOpenPercent) {
    /** Nothing is concluded. */
    public static final PassiveChecks NONE = new PassiveChecks(0, Duration.ofSeconds(10), 50, 0);

    public PassiveChecks {
        if (failures < 0) {
            throw new IllegalArgumentException("failures must be 0 or more, but was " + failures);
        }
        if (requireNonNull(ejectionTime, "ejectionTime").isNegative()
                || ejectionTime.isZero()
                || ejectionTime.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("ejectionTime must be in (0, 1 day], but was " + ejectionTime);
        }
        percent("maxEjectedPercent", maxEjectedPercent);
        percent("failOpenPercent", failOpenPercent);
    }

    public PassiveChecks failures(int failures) {
        return new PassiveChecks(failures, ejectionTime, maxEjectedPercent, failOpenPercent);
    }

    /** Its end is noticed up to a second late. */
    public PassiveChecks ejectionTime(Duration time) {
        return new PassiveChecks(failures, time, maxEjectedPercent, failOpenPercent);
    }

    public PassiveChecks maxEjectedPercent(int percent) {
        return new PassiveChecks(failures, ejectionTime, percent, failOpenPercent);
    }

    public PassiveChecks failOpenPercent(int percent) {
        return new PassiveChecks(failures, ejectionTime, maxEjectedPercent, percent);
    }

    private static void percent(String name, int value) {
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException(name + " must be in [0, 100], but was " + value);
        }
    }
}
