package io.ha4j.vrrp;

import io.ha4j.GroupEvent.Reason;
import io.ha4j.Peer;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import org.jspecify.annotations.Nullable;

/**
 * What a backup hears of the active node, and from that when it takes over and why: Active_Down_Timer of RFC 9568
 * §6.4.2, Master_Down_Timer of RFC 3768 §6.4.2. It is told the time and arms nothing by itself.
 *
 * <p>Two delays are added to the RFCs. For the start-up delay a node only listens: the timer does not begin before that
 * is over, nor end. For the preemption delay it follows an active node of a lower priority: from when it began to
 * listen, or last heard one that was not lower.
 */
final class ActiveWatch {
    /** What the timer counts. */
    private enum Wait {
        /** An owner takes its addresses as soon as it may. */
        NOTHING,
        SKEW_TIME,
        ACTIVE_DOWN_INTERVAL
    }

    private boolean preempt;
    private long preemptDelayNs;
    private final long startupDelayNs;
    private Timing timing;

    private boolean deferring; // after a hand-over: as without preemption

    private long listenOnlyUntilNs; // end of the start-up delay
    private long preemptsFromNs; // end of the preemption delay
    private long sinceNs; // what the timer counts from
    private Wait wait = Wait.ACTIVE_DOWN_INTERVAL;
    private long intervalNs; // Active_Adver_Interval
    private Reason reason = Reason.NO_ADVERTISEMENT; // why this backup would become active
    private @Nullable Peer active;
    private @Nullable Peer lastHeard;

    // The last advertisement that did not count: it does if this node's priority falls.
    private @Nullable Peer discarded;
    private long discardedNs;

    private boolean died; // the process of the active node, as far as is known
    private long succeedsNs; // when this backup takes over from it

    ActiveWatch(VirtualRouter router) {
        this.timing = Timing.of(router);
        configure(router);
        this.startupDelayNs = router.startupDelay().toNanos();
        this.intervalNs = timing.intervalNs();
    }

    /** How it preempts from now on; the delay counts when it begins to listen the next time. */
    private void configure(VirtualRouter router) {
        preempt = router.preempt() || router.isOwner(); // RFC 9568 §6.1, Preempt_Mode: an owner always does
        preemptDelayNs = router.isOwner() ? 0 : router.preemptDelay().toNanos();
    }

    /** Other settings; what was heard remains. */
    void reconfigure(VirtualRouter router) {
        configure(router);
        deferring = false;
    }

    /** This node begins; from here the start-up delay counts. */
    void start(long nowNs) {
        listenOnlyUntilNs = nowNs + startupDelayNs;
    }

    /** Begins afresh: nobody was heard. */
    void listen(long nowNs) {
        boolean owner = timing.isOwner();
        sinceNs = later(nowNs, listenOnlyUntilNs);
        preemptsFromNs = nowNs + preemptDelayNs;
        wait = owner ? Wait.NOTHING : Wait.ACTIVE_DOWN_INTERVAL;
        intervalNs = timing.intervalNs();
        reason = owner ? Reason.STARTED : Reason.NO_ADVERTISEMENT;
        active = null;
        lastHeard = null;
        discarded = null;
        died = false;
    }

    /** Begins afresh after this node was away: even an owner cannot know who is active now. */
    void listenBeforeAll(long nowNs) {
        listen(nowNs);
        wait = Wait.ACTIVE_DOWN_INTERVAL;
        reason = Reason.NO_ADVERTISEMENT;
    }

    /** Waits once more, and knows what it knew. */
    void listenOnceMore(long nowNs) {
        sinceNs = nowNs;
        wait = Wait.ACTIVE_DOWN_INTERVAL;
        died = false;
    }

    /** The process of the active node has ended: whatever the timer says, this backup need not wait for longer. */
    void died(long waitNs, long nowNs) {
        died = true;
        succeedsNs = nowNs + waitNs;
    }

    /** An advertisement of any priority, as a backup hears it; RFC 9568 §6.4.2, (420)–(475). */
    void heard(Peer peer, long nowNs) {
        died = false;
        if (peer.priority() == 0) {
            lastHeard = peer;
            active = null;
            discarded = null;
            wait = Wait.SKEW_TIME;
            reason = Reason.PEER_RELEASED;
            sinceNs = nowNs;
        } else if (counts(peer, nowNs)) {
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

    private boolean counts(Peer peer, long nowNs) {
        // no tie-break by address here
        return !preempt || deferring || peer.priority() >= timing.priority() || nowNs - preemptsFromNs < 0;
    }

    /** The timer starts again, with the interval of this node. */
    void follow(Peer peer, long nowNs) {
        died = false;
        lastHeard = peer;
        active = peer;
        discarded = null;
        wait = Wait.ACTIVE_DOWN_INTERVAL;
        reason = Reason.NO_ADVERTISEMENT;
        if (timing.version() == 3) { // a version 2 node has checked that the interval is its own
            intervalNs = peer.advertisementInterval().toNanos();
        }
        if (peer.priority() >= timing.priority()) {
            preemptsFromNs = nowNs + preemptDelayNs;
        }
        sinceNs = nowNs;
    }

    /** Another priority: the timer ends when it would have if this node had always had it. */
    void change(Timing timing) {
        this.timing = timing;
        Peer again = discarded;
        if (again != null && counts(again, discardedNs)) {
            follow(again, discardedNs);
        }
    }

    /** When the timer ends. */
    long deadlineNs() {
        long waitNs = switch (wait) {
            case NOTHING -> 0;
            case SKEW_TIME -> timing.skewNs(intervalNs);
            case ACTIVE_DOWN_INTERVAL -> timing.activeDownNs(intervalNs);
        };
        long endNs = sinceNs + waitNs;
        return later(died && succeedsNs - endNs < 0 ? succeedsNs : endNs, listenOnlyUntilNs);
    }

    /** How much longer a delay keeps this backup from taking over; 0 when none does. */
    long delayNs(long nowNs) {
        Peer peer = active;
        boolean outranked = peer != null && preempt && peer.priority() < timing.priority();
        long untilNs = outranked ? later(preemptsFromNs, listenOnlyUntilNs) : listenOnlyUntilNs;
        return Math.max(0, untilNs - nowNs);
    }

    boolean onlyListens(long nowNs) {
        return listenOnlyUntilNs - nowNs > 0;
    }

    /** Active_Adver_Interval. */
    long intervalNs() {
        return intervalNs;
    }

    Reason reason() {
        return died ? Reason.PEER_DIED : reason;
    }

    /** The reason as a sentence. */
    String explain() {
        return switch (reason()) {
            case PEER_DIED -> "the process of the active " + lastHeard + " has ended";
            case PEER_RELEASED -> (lastHeard == null ? "the active node" : IpText.of(lastHeard.address())) + " gave up";
            case PREEMPTED_PEER -> "own priority " + timing.priority() + " is higher than that of " + lastHeard;
            case STARTED -> "the start-up delay is over";
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

    /** Whether the active node that was heard last is one that this backup does not preempt. */
    boolean follows() {
        return active != null && discarded == null && !died;
    }

    /** Whom the reason is about; null when nobody was heard. */
    @Nullable
    Peer lastHeard() {
        return lastHeard;
    }

    private static long later(long oneNs, long otherNs) {
        return oneNs - otherNs > 0 ? oneNs : otherNs;
    }
}
