package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Seat;
import org.jspecify.annotations.Nullable;

/**
 * The Active_Down_Timer of one backup as it has to be, judged by what this node could read. It may end within a range
 * while it is not certain what a node that was away has made of it.
 */
final class DownTimer {
    private long fromNs; // it began
    private boolean skewOnly; // after a farewell
    private boolean atOnce; // an owner that may begin
    private long latestFromNs; // or did it begin then, whatever it was before?
    private boolean mayHaveListenedAnew;

    private long learnedNs; // the interval of the active node
    private long unsureNs; // what it may think instead

    private @Nullable Heard discarded; // the last advertisement that did not count
    private long discardedNs;

    /** Nobody was heard. */
    void listen(long fromNs, Seat seat, boolean wasActive) {
        restart(fromNs, false);
        learnedNs = seat.intervalNs();
        unsureNs = learnedNs;
        atOnce = seat.isOwner() && !wasActive;
    }

    void restart(long nowNs, boolean skewOnly) {
        fromNs = nowNs;
        this.skewOnly = skewOnly;
        atOnce = false;
        mayHaveListenedAnew = false;
        discarded = null;
    }

    void follow(long intervalNs, long nowNs) {
        restart(nowNs, false);
        learnedNs = intervalNs;
        unsureNs = intervalNs;
    }

    /** What was discarded then would have counted; what the node has made of an absence since then is as open as before. */
    void followAfterAll(long intervalNs, long thenNs) {
        boolean mayHaveListenedAnewSince = mayHaveListenedAnew && latestFromNs > thenNs;
        long unsureSinceNs = unsureNs;
        follow(intervalNs, thenNs);
        if (mayHaveListenedAnewSince) {
            mayHaveListenedAnew = true;
            unsureNs = unsureSinceNs;
        }
    }

    void discard(Heard heard, long nowNs) {
        discarded = heard;
        discardedNs = nowNs;
    }

    /** The node's clock stood still. */
    void stoodStill(long ns) {
        fromNs += ns;
        latestFromNs += ns;
        discardedNs += ns;
    }

    /** @param fromNs when it would begin anew */
    void awoke(long fromNs, Seat seat) {
        unsureNs = seat.intervalNs();
        latestFromNs = fromNs;
        mayHaveListenedAnew = true;
    }

    /** Whether the node knows for certain that this is the interval of the active one. */
    boolean hasLearned(long intervalNs) {
        return learnedNs == intervalNs && unsureNs == learnedNs;
    }

    long earliestNs(Seat seat) {
        if (atOnce) {
            return fromNs;
        }
        return fromNs + (skewOnly ? Rfc.skewNs(seat, Math.min(learnedNs, unsureNs)) : Rfc.downNs(seat, learnedNs));
    }

    long latestNs(Seat seat) {
        long longestNs = Math.max(learnedNs, unsureNs);
        long endNs = atOnce ? fromNs : fromNs + (skewOnly ? Rfc.skewNs(seat, longestNs) : Rfc.downNs(seat, learnedNs));
        return mayHaveListenedAnew ? Math.max(endNs, latestFromNs + Rfc.downNs(seat, longestNs)) : endNs;
    }

    @Nullable
    Heard discarded() {
        return discarded;
    }

    long discardedNs() {
        return discardedNs;
    }
}
