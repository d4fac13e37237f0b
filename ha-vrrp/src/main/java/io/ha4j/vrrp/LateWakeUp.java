package io.ha4j.vrrp;

/**
 * Notices that this node was away, by a clock that counts the time in which a machine is suspended: the process was
 * stopped, starved or collecting garbage, the machine asleep. What the others did meanwhile it cannot know, so it has to
 * listen before it speaks.
 */
final class LateWakeUp {
    private static final int INTERVALS = 3; // no successor waits for less: RFC 9568 §6.1, Active_Down_Interval

    private long attemptedNs;
    private boolean excused;

    /** An advertisement leaves now, or should. */
    void attempted(long nowNs) {
        attemptedNs = nowNs;
    }

    /** For how long an active node has not tried to advertise. */
    long awayNs(long nowNs) {
        return nowNs - attemptedNs;
    }

    /** Whether an active node of this interval was away for so long that another may have taken over. */
    boolean ofActive(long nowNs, long intervalNs) {
        return awayNs(nowNs) >= INTERVALS * intervalNs;
    }

    /**
     * Whether a backup should listen for another Active_Down_Interval: its timer is late by a whole interval of the
     * active node, which may have advertised unheard. Not twice in a row: a machine that is always late has to take
     * over, too.
     */
    boolean ofBackup(long lateNs, long activeIntervalNs) {
        excused = !excused && lateNs >= activeIntervalNs;
        return excused;
    }

    /** The timer of a backup began anew, as it heard something. */
    void heard() {
        excused = false;
    }
}
