package io.ha4j.vrrp;

import io.ha4j.GroupEvent.Reason;
import io.ha4j.Peer;
import io.ha4j.spi.IpText;
import org.jspecify.annotations.Nullable;

/**
 * What a backup hears of the active node, and from that when it takes over and why: Active_Down_Timer of RFC 9568
 * §6.4.2, Master_Down_Timer of RFC 3768 §6.4.2. It is told the time and arms nothing by itself.
 */
final class ActiveWatch {
    private final boolean preempt;
    private Timing timing;

    private boolean deferring; // after a hand-over: as without preemption

    private long sinceNs; // what the timer counts from
    private boolean released; // it counts Skew_Time, not Active_Down_Interval
    private long intervalNs; // Active_Adver_Interval
    private Reason reason = Reason.NO_ADVERTISEMENT; // why this backup would become active
    private @Nullable Peer active;
    private @Nullable Peer lastHeard;

    // The last advertisement that did not count: it does if this node's priority falls.
    private @Nullable Peer discarded;
    private long discardedNs;

    ActiveWatch(Timing timing, boolean preempt) {
        this.timing = timing;
        this.preempt = preempt;
        this.intervalNs = timing.intervalNs();
    }

    /** Begins afresh: nobody was heard. */
    void listen(long nowNs) {
        sinceNs = nowNs;
        released = false;
        intervalNs = timing.intervalNs();
        reason = Reason.NO_ADVERTISEMENT;
        active = null;
        lastHeard = null;
        discarded = null;
    }

    /** An advertisement of any priority, as a backup hears it; RFC 9568 §6.4.2, (420)–(475). */
    void heard(Peer peer, long nowNs) {
        if (peer.priority() == 0) {
            lastHeard = peer;
            active = null;
            discarded = null;
            released = true;
            reason = Reason.PEER_RELEASED;
            sinceNs = nowNs;
        } else if (counts(peer)) {
            follow(peer, nowNs);
        } else { // discarded: the timer runs on
            lastHeard = peer;
            active = peer;
            discarded = peer;
            discardedNs = nowNs;
            reason = Reason.PREEMPTED_PEER;
        }
    }

    /** Whether this node, after it handed over, leaves any other one active. */
    void defer(boolean deferring) {
        this.deferring = deferring;
    }

    private boolean counts(Peer peer) {
        return !preempt || deferring || peer.priority() >= timing.priority(); // no tie-break by address here
    }

    /** The timer starts again, with the interval of this node. */
    void follow(Peer peer, long nowNs) {
        lastHeard = peer;
        active = peer;
        discarded = null;
        released = false;
        reason = Reason.NO_ADVERTISEMENT;
        if (timing.version() == 3) { // a version 2 node has checked that the interval is its own
            intervalNs = peer.advertisementInterval().toNanos();
        }
        sinceNs = nowNs;
    }

    /** Another priority: the timer ends when it would have if this node had always had it. */
    void change(Timing timing) {
        this.timing = timing;
        Peer again = discarded;
        if (again != null && counts(again)) {
            follow(again, discardedNs);
        }
    }

    /** When the timer ends. */
    long deadlineNs() {
        return sinceNs + (released ? timing.skewNs(intervalNs) : timing.activeDownNs(intervalNs));
    }

    Reason reason() {
        return reason;
    }

    /** The reason as a sentence. */
    String explain() {
        return switch (reason) {
            case PEER_RELEASED -> (lastHeard == null ? "the active node" : IpText.of(lastHeard.address())) + " gave up";
            case PREEMPTED_PEER -> "own priority " + timing.priority() + " is higher than that of " + lastHeard;
            default ->
                "no advertisement for " + Text.millis(timing.activeDownNs(intervalNs))
                        + (lastHeard == null ? "" : "; the last was of " + lastHeard);
        };
    }

    /** The active node; null when none was heard. */
    @Nullable
    Peer active() {
        return active;
    }

    /** Whom the reason is about; null when nobody was heard. */
    @Nullable
    Peer lastHeard() {
        return lastHeard;
    }
}
