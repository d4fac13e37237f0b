package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.spi.Candidacy;
import io.ha4j.vrrp.sim.Script.Seat;
import org.jspecify.annotations.Nullable;

/** What is known, from outside, of one node in one group. It outlives the processes of the node. */
final class Member {
    static final long NOT = Long.MIN_VALUE;

    final Script.Group group;
    final int id; // of the virtual router
    final int segment;
    final int index; // within the group
    Seat seat; // with the priority of the present process

    @Nullable
    Candidacy candidacy; // of the present process; null if there is none

    @Nullable
    SimLoop loop;

    @Nullable
    LeasedAddresses addresses; // also those that a dead process left behind

    GroupState state = GroupState.INITIALIZE;
    long stateSinceNs;
    long activeUntilNs = NOT; // when it was last active
    boolean stopping; // was told to
    long stopsSinceNs;
    boolean farewell; // said by this process, while it was last active
    int failing; // checks, now

    long advertisedNs = NOT; // the last time that was not a farewell
    long takenNs = NOT;
    long answersSinceNs = NOT;
    long runsSinceNs; // started, or woken up
    long sendsSinceNs; // the kernel lets it

    final DownTimer timer = new DownTimer();
    int basePriority; // of the present process, when it started
    long priorityNs; // when it last changed
    long listensUntilNs; // end of the start-up delay
    long preemptsFromNs; // end of the preemption delay, as far as is known

    @Nullable
    Member heard; // the last one whose advertisement counted

    long heardNs;
    long awayNs; // how long it did not run before it woke up, as far as its clock can tell
    boolean mustListen; // of Absences
    boolean changedSinceLook; // of Convergence
    boolean wasSuspended; // so that its kernel's clocks are not the world's

    Member(Script.Group group, int index, Seat seat) {
        this.group = group;
        this.id = group.id();
        this.segment = group.segment();
        this.index = index;
        this.seat = seat;
    }

    int host() {
        return seat.host();
    }

    boolean runs() {
        return candidacy != null && loop != null && loop.runs();
    }

    boolean isActive() {
        return runs() && state == GroupState.ACTIVE;
    }

    boolean holds() {
        return addresses != null && addresses.held();
    }

    long answersUntilNs() {
        return addresses == null || loop == null || loop.isSuspended() ? NOT : addresses.answersUntilNs();
    }

    /** Whether an advertisement of another node keeps this backup from taking over; RFC 9568 §6.4.2, (450). */
    boolean counts(Heard heard, long nowNs) {
        return !seat.preempt() || heard.priority() >= seat.priority() || nowNs < preemptsFromNs;
    }

    /** After it was judged by {@link #counts}. */
    void heardAt(Heard heard, long nowNs) {
        if (heard.priority() >= seat.priority()) {
            preemptsFromNs = nowNs + seat.preemptDelayNs();
        }
    }

    /** When its Active_Down_Timer can end. */
    long earliestNs() {
        return Math.max(listensUntilNs, timer.earliestNs(seat));
    }

    /** When its Active_Down_Timer has ended for certain. */
    long latestNs() {
        return Math.max(listensUntilNs, timer.latestNs(seat));
    }

    /** The kernel's clocks stood still, and with them the lease. */
    void wasSuspendedFor(long ns, long nowNs, boolean clockRan) {
        if (!clockRan) {
            listensUntilNs += ns;
            preemptsFromNs += ns;
            timer.stoodStill(ns);
        }
        if (addresses != null) {
            addresses.suspendedFor(ns);
        }
        advertisedNs += advertisedNs == NOT ? 0 : ns;
        takenNs += takenNs == NOT ? 0 : ns;
        sendsSinceNs = Math.min(sendsSinceNs + ns, nowNs); // by its own clock it is as long ago as it was
    }

    void changed(GroupEvent.StateChanged change, long nowNs) {
        if (state == GroupState.ACTIVE) {
            activeUntilNs = nowNs;
        }
        state = change.to();
        stateSinceNs = nowNs;
        if (state == GroupState.ACTIVE) {
            takenNs = nowNs;
            farewell = false;
        }
    }

    String name() {
        return "node" + (host() + 1);
    }

    @Override
    public String toString() {
        return name() + " (" + (candidacy == null ? "dead" : runs() ? state : state + ", does not run") + ", priority "
                + seat.priority() + ")";
    }
}
