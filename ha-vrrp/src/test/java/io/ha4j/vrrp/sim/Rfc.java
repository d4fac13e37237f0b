package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Seat;

/**
 * The formulas of RFC 9568 §6.1 (version 3) and RFC 3768 §6.1 (version 2), and the bounds that follow from them; written
 * down once more, so that what the code makes of them is judged and not repeated. All times in nanoseconds.
 */
final class Rfc {
    private static final long SECOND = 1_000_000_000;

    private Rfc() {}

    static long skewNs(Seat seat, long intervalNs) {
        return (256 - seat.priority()) * (seat.version() == 2 ? SECOND : intervalNs) / 256;
    }

    /** Active_Down_Interval, Master_Down_Interval. */
    static long downNs(Seat seat, long intervalNs) {
        return 3 * intervalNs + skewNs(seat, intervalNs);
    }

    /** §6.4.3: to whom an active node gives way. */
    static boolean outranks(int priority, int host, Seat other) {
        return priority > other.priority() || (priority == other.priority() && host > other.host());
    }

    static boolean outranks(Seat one, Seat other) {
        return outranks(one.priority(), one.host(), other);
    }

    /** How long addresses may answer after the last advertisement that was not a farewell left the node. */
    static long silenceNs(Script.Lease lease, Seat seat) {
        long leaseNs = 3 * seat.intervalNs();
        return lease == Script.Lease.GUARD ? leaseNs : LeasedAddresses.lifetimeNs(leaseNs);
    }

    /** Longest wait of a node that stops: DESIGN.md, "Release is make-before-break"; half of the lease. */
    static long handOverNs(Seat seat) {
        return (seat.version() == 2 ? SECOND : seat.intervalNs()) + Math.min(seat.intervalNs() / 2, SECOND / 10);
    }
}
