package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Seat;
import java.util.ArrayList;
import java.util.List;

/** One group on all its nodes. */
final class Cohort {
    final Script.Group group;
    final List<Member> members = new ArrayList<>();

    /** From the last disturbance to one active node; see {@link Convergence}. */
    final long convergenceNs;

    long disturbedNs;
    int disturbances;
    boolean converged; // and it was looked at since the last disturbance
    boolean tidy; // at that look: everyone heard everyone of his side, and nobody else

    Cohort(Script.Group group, long maxDelayNs) {
        this.group = group;
        long intervalNs = 0;
        for (Seat seat : group.seats()) {
            members.add(new Member(group, members.size(), seat));
            intervalNs = Math.max(intervalNs, seat.intervalNs());
        }
        long downNs = 0;
        long startupDelayNs = 0;
        long preemptDelayNs = 0;
        for (Seat seat : group.seats()) { // it may come back with the lowest priority
            downNs = Math.max(downNs, Rfc.downNs(seat.withPriority(1), intervalNs));
            startupDelayNs = Math.max(startupDelayNs, seat.startupDelayNs());
            preemptDelayNs = Math.max(preemptDelayNs, seat.preemptDelayNs());
        }
        convergenceNs = maxDelayNs + startupDelayNs + preemptDelayNs + downNs + intervalNs + 3 * maxDelayNs;
    }

    void disturb(long nowNs) {
        disturbedNs = nowNs;
        disturbances++;
        converged = false;
    }
}
