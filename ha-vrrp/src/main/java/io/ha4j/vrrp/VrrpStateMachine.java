package io.ha4j.vrrp;

import io.ha4j.GroupEvent.Reason;
import io.ha4j.Peer;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of RFC 9568 §6.4 (version 3) and RFC 3768 §6.4 (version 2). It knows no clock, thread or socket:
 * events are methods that are told the time, in nanoseconds of any monotonic clock; effects go through three ports.
 *
 * <p>Two things are added to the RFCs. FAULT is where a node is that may not take part: its link is down or something it
 * tracks has failed. And an active node that is stopped, or hands over, keeps its addresses (HANDING_OVER) until it hears
 * its successor, so that somebody answers at every moment.
 */
final class VrrpStateMachine {
    /** Is told what happened; has no influence. */
    interface Observer {
        void stateChanged(State from, State to, Reason reason, @Nullable Peer peer, String detail);

        void priorityZeroHeard(Peer peer);

        void lowerPriorityHeard(Peer peer);

        /** The timer of a backup ended so much too late that it listens once more. */
        void wokeLate(long lateNs);
    }

    private static final String OWNS = ", and this node owns the addresses";

    private Timing timing; // with the priority of now
    private final ActiveWatch watch;
    private final LateWakeUp lateWakeUp = new LateWakeUp();
    private final TransportPort transport;
    private final AddressesPort addresses;
    private final EventLoop.Timer timer;
    private final Observer observer;
    private final Runnable renewal = this::renew;

    private State state = State.INITIALIZE;
    private String detail = "not started";

    // The one timer is Active_Down_Timer in BACKUP, Adver_Timer in ACTIVE, the bound of the wait in HANDING_OVER.
    private long deadlineNs;

    private @Nullable InetAddress local; // null while the link cannot be used
    private String linkDetail = "the link is not up yet";
    private @Nullable String failure;
    private boolean preparing; // this backup is to become active when the addresses port is ready
    private boolean leaving; // HANDING_OVER ends in INITIALIZE; else in BACKUP, or in ACTIVE again

    VrrpStateMachine(
            VirtualRouter router,
            TransportPort transport,
            AddressesPort addresses,
            EventLoop.Timer timer,
            Observer observer) {
        this.timing = Timing.of(router);
        this.watch = new ActiveWatch(router);
        this.transport = transport;
        this.addresses = addresses;
        this.timer = timer;
        this.observer = observer;
    }

    State state() {
        return state;
    }

    /** Why it is in this state, as a sentence. */
    String detail() {
        return detail;
    }

    /** The active node that this backup hears; null in other states, or when none was heard. */
    @Nullable
    Peer active() {
        return state == State.BACKUP ? watch.active() : null;
    }

    int priority() {
        return timing.priority();
    }

    /** How much longer a delay keeps this backup from taking over; 0 when none does. */
    long delayNs(long nowNs) {
        return state == State.BACKUP ? watch.delayNs(nowNs) : 0;
    }

    /** Whether the start-up delay is not over. */
    boolean onlyListens(long nowNs) {
        return watch.onlyListens(nowNs);
    }

    void start(long nowNs) {
        if (state == State.INITIALIZE) {
            watch.start(nowNs);
            listen(Reason.STARTED, "started", nowNs);
        }
    }

    /** From BACKUP and FAULT at once; from ACTIVE when a successor is heard, at the latest after the hand-over time. */
    void stop(long nowNs) {
        checkPresence(nowNs);
        switch (state) {
            case INITIALIZE -> {}
            case HANDING_OVER -> leaving = true;
            case BACKUP, FAULT -> {
                timer.cancel();
                change(State.INITIALIZE, Reason.STOPPED, null, "stopped");
            }
            case ACTIVE -> {
                leaving = true;
                announceEnd(Reason.STOPPED, "stopping", nowNs);
            }
        }
    }

    /** As {@link #stop}, but goes on as a backup that does not preempt its successor, or stays active if there is none. */
    void handOver(long nowNs) {
        checkPresence(nowNs);
        if (state == State.ACTIVE) {
            leaving = false;
            announceEnd(Reason.HANDED_OVER, "handing over", nowNs);
        }
    }

    /** Preempts again after a hand-over. */
    void resume() {
        watch.defer(false);
    }

    /** Preempts as these settings say from now on; see {@link #priority} for the rest that can change. */
    void reconfigure(VirtualRouter router) {
        watch.reconfigure(router);
    }

    /** An active node goes back to listening at once: what belongs to it is not active. */
    void giveUp(String why, long nowNs) {
        checkPresence(nowNs);
        if (state == State.ACTIVE) {
            transport.advertise(0);
            watch.listen(nowNs);
            arm(watch.deadlineNs());
            change(State.BACKUP, Reason.SYNC_GROUP, null, why);
            addresses.handOver();
        }
    }

    /** What is wrong with the link; null when it can be used. */
    @Nullable
    String linkObstacle() {
        return local == null ? linkDetail : null;
    }

    /** Whether this is a backup of a node that it would not preempt. */
    boolean follows() {
        return state == State.BACKUP && watch.follows();
    }

    /** When this backup is due to become active. */
    long dueNs() {
        return watch.deadlineNs();
    }

    private void announceEnd(Reason reason, String what, long nowNs) {
        transport.advertise(0);
        change(
                State.HANDING_OVER,
                reason,
                null,
                what + ": waits at most " + Text.millis(timing.handOverNs()) + " for a successor");
        arm(nowNs + timing.handOverNs());
    }

    /** The addresses may be taken; if another node was heard meanwhile, this one waits for it. */
    void ready(long nowNs) {
        if (!preparing) {
            return;
        }
        preparing = false;
        if (state == State.BACKUP && watch.deadlineNs() - nowNs <= 0) {
            becomeActive(nowNs);
        }
    }

    /** The link can be used and advertisements leave from this address, which may also just have changed. */
    void linkUp(InetAddress local, long nowNs) {
        boolean wasDown = this.local == null;
        this.local = local;
        if (wasDown && state == State.FAULT) {
            listen(Reason.LINK_UP, "the link is up", nowNs);
        }
    }

    void linkDown(String why) {
        local = null;
        linkDetail = why;
        leave(Reason.LINK_DOWN, why);
    }

    void fail(String why, long nowNs) {
        checkPresence(nowNs);
        failure = why;
        leave(Reason.CHECK_FAILED, why);
    }

    void recover(long nowNs) {
        if (failure == null) {
            return;
        }
        failure = null;
        if (state == State.FAULT) {
            listen(Reason.CHECK_RECOVERED, "nothing keeps it out any more", nowNs);
        }
    }

    /**
     * Another priority from now on. An active node tells it at once; a backup waits as long as if it had always had it,
     * so that a higher priority does not lengthen what has begun, nor a lower one end it early.
     */
    void priority(int priority, long nowNs) {
        if (priority == timing.priority()) {
            return;
        }
        checkPresence(nowNs);
        timing = timing.with(priority);
        watch.change(timing);
        switch (state) {
            case INITIALIZE, FAULT, HANDING_OVER -> {}
            case BACKUP -> arm(nowNs + Math.max(0, watch.deadlineNs() - nowNs)); // not before now: it was not away
            case ACTIVE -> {
                arm(timing.nextAdvertisementNs(nowNs));
                advertise(nowNs);
            }
        }
    }

    void timerExpired(long nowNs) {
        if (nowNs - deadlineNs < 0) { // an expiry that was on its way when the deadline moved
            if (state != State.INITIALIZE && state != State.FAULT) {
                timer.arm(deadlineNs);
            }
            return;
        }
        if (checkPresence(nowNs)) {
            return;
        }
        switch (state) {
            case INITIALIZE, FAULT -> {}
            case BACKUP -> activeDown(nowNs);
            case ACTIVE -> {
                arm(timing.nextAdvertisementNs(nowNs));
                advertise(nowNs);
            }
            case HANDING_OVER -> {
                if (leaving) {
                    handedOver(null, "stopped; no successor was heard");
                } else {
                    takeBack(nowNs);
                }
            }
        }
    }

    /** An advertisement that passed every receive check. */
    void advertisementHeard(Peer peer, long nowNs) {
        checkPresence(nowNs);
        switch (state) {
            case INITIALIZE, FAULT -> {}
            case BACKUP -> heardInBackup(peer, nowNs);
            case ACTIVE -> heardInActive(peer, nowNs);
            case HANDING_OVER -> {
                if (peer.priority() > 0 && leaving) {
                    handedOver(peer, "stopped; " + peer + " is active");
                } else if (peer.priority() > 0) {
                    watch.defer(true);
                    yieldTo(peer, Reason.HANDED_OVER, "handed over to " + peer, nowNs);
                }
            }
        }
    }

    private void heardInBackup(Peer peer, long nowNs) {
        watch.heard(peer, nowNs);
        lateWakeUp.heard();
        arm(watch.deadlineNs());
        if (peer.priority() == 0) {
            observer.priorityZeroHeard(peer);
        }
    }

    /** RFC 9568 §6.4.3; RFC 3768 §6.4.3. Preempt_Mode has no say here. */
    private void heardInActive(Peer peer, long nowNs) {
        if (peer.priority() == 0) {
            arm(timing.nextAdvertisementNs(nowNs));
            advertise(nowNs);
        } else if (peer.priority() > timing.priority()) {
            yieldTo(peer, Reason.HIGHER_PRIORITY, peer + " is higher than own priority " + timing.priority(), nowNs);
        } else if (peer.priority() == timing.priority() && local != null && isHigher(peer.address(), local)) {
            yieldTo(peer, Reason.HIGHER_ADDRESS, peer + " has a higher address than " + IpText.of(local), nowNs);
        } else {
            // Version 3 answers at once, and Adver_Timer runs on: RFC 9568 §6.4.3, new there. Version 2 only discards:
            // RFC 3768 §6.4.3. Either way hosts may have the other node in their caches: it announced itself when it
            // became active, so announce again.
            if (timing.version() == 3) {
                advertise(nowNs);
            }
            addresses.announce();
            observer.lowerPriorityHeard(peer);
        }
    }

    /** The process of this active node has ended, and this backup may take over after this long. */
    void activeDied(InetAddress who, long waitNs, long nowNs) {
        Peer peer = active();
        if (peer != null && peer.address().equals(who)) {
            watch.died(waitNs, nowNs);
            arm(watch.deadlineNs());
        }
    }

    /**
     * Before an active node sends or renews anything: was it away for so long that another may be active? Then it says
     * nothing, not even farewell, and listens.
     *
     * @return whether it listens from now on
     */
    private boolean checkPresence(long nowNs) {
        boolean mayGoOn = state == State.ACTIVE || (state == State.HANDING_OVER && !leaving);
        if (!mayGoOn || !lateWakeUp.ofActive(nowNs, timing.intervalNs())) {
            return false;
        }
        String why = "away for " + Text.millis(lateWakeUp.awayNs(nowNs)) + ", which is three intervals of "
                + Text.millis(timing.intervalNs()) + " or more: another node may be active";
        watch.listenBeforeAll(nowNs);
        lateWakeUp.heard();
        arm(watch.deadlineNs());
        change(State.BACKUP, Reason.LATE_WAKE_UP, null, why);
        addresses.release();
        return true;
    }

    private void activeDown(long nowNs) {
        long lateNs = nowNs - deadlineNs;
        if (lateWakeUp.ofBackup(lateNs, watch.intervalNs())) {
            watch.listenOnceMore(nowNs);
            arm(watch.deadlineNs());
            observer.wokeLate(lateNs);
        } else if (!preparing) { // else ready follows
            if (addresses.prepare()) {
                becomeActive(nowNs);
            } else {
                preparing = true;
            }
        }
    }

    private void becomeActive(long nowNs) {
        String owns = timing.isOwner() ? OWNS : "";
        becomeActive(watch.reason(), watch.lastHeard(), watch.explain() + owns, nowNs);
    }

    private void yieldTo(Peer peer, Reason reason, String why, long nowNs) {
        watch.listen(nowNs);
        watch.follow(peer, nowNs);
        arm(watch.deadlineNs());
        change(State.BACKUP, reason, peer, why);
        addresses.handOver();
    }

    /** Nobody took over: better this node than none. The lease still runs, as a hand-over is shorter. */
    private void takeBack(long nowNs) {
        arm(timing.nextAdvertisementNs(nowNs));
        change(State.ACTIVE, Reason.NO_SUCCESSOR, null, "nobody took over: active again");
        advertise(nowNs);
        addresses.announce();
    }

    private void becomeActive(Reason reason, @Nullable Peer peer, String why, long nowNs) {
        watch.defer(false);
        arm(timing.nextAdvertisementNs(nowNs));
        lateWakeUp.attempted(nowNs);
        change(State.ACTIVE, reason, peer, why);
        transport.advertise(timing.priority()); // RFC 9568 §6.4.2 (375): before the announcements
        if (peer != null && (reason == Reason.PEER_RELEASED || reason == Reason.PREEMPTED_PEER)) {
            addresses.takeFrom(peer);
        } else {
            addresses.take();
        }
    }

    /**
     * To BACKUP with a fresh Active_Down_Timer, as the owner of the addresses to ACTIVE, or to FAULT while something
     * stands in the way.
     */
    private void listen(Reason reason, String why, long nowNs) {
        if (local == null) {
            toFault(Reason.LINK_DOWN, linkDetail);
        } else if (failure != null) {
            toFault(Reason.CHECK_FAILED, failure);
        } else {
            watch.listen(nowNs);
            if (timing.isOwner() && watch.deadlineNs() - nowNs <= 0) { // RFC 9568 §6.4.1, (110)
                becomeActive(reason, null, why + OWNS, nowNs);
            } else {
                arm(watch.deadlineNs());
                change(State.BACKUP, reason, null, why);
            }
        }
    }

    private void leave(Reason reason, String why) {
        switch (state) {
            case INITIALIZE -> {} // start will ask
            case BACKUP, FAULT -> toFault(reason, why);
            case ACTIVE -> {
                if (local != null) {
                    transport.advertise(0);
                }
                toFault(reason, why);
                addresses.release(); // no make-before-break: a node in fault may not serve what it answers for
            }
            case HANDING_OVER -> {
                if (leaving) {
                    handedOver(null, "stopped; " + why);
                } else { // priority 0 was sent already
                    toFault(reason, why);
                    addresses.release();
                }
            }
        }
    }

    private void toFault(Reason reason, String why) {
        if (state == State.FAULT) {
            detail = why; // what still stands in the way
        } else {
            timer.cancel();
            change(State.FAULT, reason, null, why);
        }
    }

    private void handedOver(@Nullable Peer successor, String why) {
        timer.cancel();
        change(State.INITIALIZE, Reason.STOPPED, successor, why);
        if (successor == null) {
            addresses.release();
        } else {
            addresses.handOver();
        }
    }

    /** The only place that changes the state. */
    private void change(State to, Reason reason, @Nullable Peer peer, String why) {
        State from = state;
        state = to;
        detail = why;
        observer.stateChanged(from, to, reason, peer, why);
    }

    /** The lease of the addresses is renewed by what leaves the node, and by nothing else. */
    private void advertise(long nowNs) {
        lateWakeUp.attempted(nowNs);
        transport.advertise(timing.priority(), renewal);
    }

    private void renew() {
        if (state == State.ACTIVE) {
            addresses.renew();
        }
    }

    private void arm(long deadlineNs) {
        this.deadlineNs = deadlineNs;
        timer.arm(deadlineNs);
    }

    private static boolean isHigher(InetAddress one, InetAddress other) {
        return Arrays.compareUnsigned(one.getAddress(), other.getAddress()) > 0;
    }
}
