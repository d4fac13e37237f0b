package io.ha4j.vrrp;

import io.ha4j.VirtualRouter;

/**
 * The times of one virtual router, all in nanoseconds: whole centiseconds would lose what separates two priorities at
 * short intervals.
 *
 * @param version 2 or 3
 * @param priority in [1, 255]
 * @param intervalNs this node's own Advertisement_Interval
 */
record Timing(int version, int priority, long intervalNs) {
    private static final int OWNER = 255;
    private static final long SECOND = 1_000_000_000;
    private static final int GRID = 32; // whole centiseconds are divisible by it
    private static final long HAND_OVER_MARGIN_MAX = SECOND / 10;

    static Timing of(VirtualRouter router) {
        return new Timing(
                router.version(),
                router.priority(),
                router.advertisementInterval().toNanos());
    }

    /** RFC 9568 §1.6: IP Address Owner. */
    boolean isOwner() {
        return priority == OWNER;
    }

    /** The same with another priority. */
    Timing with(int priority) {
        return new Timing(version, priority, intervalNs);
    }

    /**
     * Skew_Time. Version 2: a part of a second, whatever the interval (RFC 3768 §6.1); version 3: of the active node's
     * interval (RFC 9568 §6.1).
     */
    long skewNs(long activeIntervalNs) {
        return (256 - priority) * largestSkewNs(activeIntervalNs) / 256;
    }

    /** Active_Down_Interval, RFC 9568 §6.1; RFC 3768 §6.1 calls it Master_Down_Interval. */
    long activeDownNs(long activeIntervalNs) {
        return 3 * activeIntervalNs + skewNs(activeIntervalNs);
    }

    /**
     * How long after its priority-0 advertisement a node that stops waits for a successor's first one: the largest skew
     * of any priority, and a margin for the way there and back. At most 3/2 of the interval, so that it ends before the
     * usual lease of the last regular advertisement, 3 intervals (at least two are left of that).
     */
    long handOverNs() {
        return largestSkewNs(intervalNs) + Math.min(intervalNs / 2, HAND_OVER_MARGIN_MAX);
    }

    /**
     * When the next regular advertisement is due: an interval from now, rounded down to a common grid, so that a process
     * wakes up once for many virtual routers. Only the first one after another event is early, by less than 1/32 of the
     * interval: the grid divides the interval.
     */
    long nextAdvertisementNs(long nowNs) {
        long dueNs = nowNs + intervalNs;
        return dueNs - Math.floorMod(dueNs, Math.max(1, intervalNs / GRID));
    }

    private long largestSkewNs(long activeIntervalNs) {
        return version == 2 ? SECOND : activeIntervalNs;
    }
}
