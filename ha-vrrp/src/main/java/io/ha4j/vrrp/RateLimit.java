package io.ha4j.vrrp;

/** Lets the first pass, and then at most one per period. Loop thread only. */
final class RateLimit {
    private final long periodNs;
    private boolean used;
    private long passedNs;

    RateLimit(long periodNs) {
        this.periodNs = periodNs;
    }

    boolean pass(long nowNs) {
        if (used && nowNs - passedNs < periodNs) {
            return false;
        }
        used = true;
        passedNs = nowNs;
        return true;
    }
}
