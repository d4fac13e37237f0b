package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * <b>When nothing has happened for a while, each side of the network has exactly one active node, and no preempting node
 * of a higher priority is its backup; and so it stays.</b> A side is a set of nodes that all hear each other and nobody
 * else; where links work one way only there are none, and the other rules hold nevertheless.
 *
 * <p>How long: what was under way arrives (D); the longest start-up and preemption delays; the slowest Active_Down_Interval, with the longest interval that can have
 * been learned, after which somebody is active; and the longest contention that this can begin with (an interval, and
 * 3 D on the wire). A hand-over that is under way is shorter than this.
 */
final class Convergence implements Rule {
    private final Oracle oracle;
    private final Coverage coverage;

    Convergence(Oracle oracle, Coverage coverage) {
        this.oracle = oracle;
        this.coverage = coverage;
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        member.changedSinceLook = true;
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        long dueNs = cohort.disturbedNs + cohort.convergenceNs + TOLERANCE_NS;
        if (untilNs <= dueNs || !oracle.network().isSmooth(cohort.group.segment())) {
            return;
        }
        if (cohort.converged) {
            for (Member member : cohort.members) {
                if (member.changedSinceLook && cohort.tidy) {
                    oracle.violated(
                            "what has converged stays so", oracle.nowNs(), member + " changed, and nothing happened");
                }
            }
            return;
        }
        look(cohort, Math.max(dueNs, oracle.nowNs()));
    }

    private void look(Cohort cohort, long atNs) {
        cohort.converged = true;
        cohort.tidy = true;
        List<Member> rest = new ArrayList<>();
        for (Member member : cohort.members) {
            member.changedSinceLook = false;
            if (member.runs()
                    && !member.stopping
                    && member.failing == 0
                    && oracle.network().linkIsUp(member.segment, member.host())) {
                rest.add(member);
            }
        }
        while (!rest.isEmpty()) {
            List<Member> side = takeSide(rest);
            if (allHearEachOther(side)) {
                judge(side, atNs);
                coverage.sides++;
            } else {
                cohort.tidy = false;
            }
        }
    }

    /** All whom the first one reaches, one way or the other and over others. */
    private List<Member> takeSide(List<Member> rest) {
        List<Member> side = new ArrayList<>(List.of(rest.remove(0)));
        for (int i = 0; i < side.size(); i++) {
            Member member = side.get(i);
            for (int j = rest.size() - 1; j >= 0; j--) {
                Member other = rest.get(j);
                if (hears(member, other) || hears(other, member)) {
                    side.add(rest.remove(j));
                }
            }
        }
        return side;
    }

    private boolean hears(Member by, Member from) {
        return by.seat.understands(from.seat) && oracle.network().connects(by.segment, from.host(), by.host());
    }

    private boolean allHearEachOther(List<Member> side) {
        for (Member one : side) {
            if (oracle.network().refuses(one.segment, one.host())) {
                return false; // it may not even be heard by nobody
            }
            for (Member other : side) {
                if (one != other && !hears(one, other)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void judge(List<Member> side, long atNs) {
        List<Member> actives = side.stream().filter(Member::isActive).toList();
        if (actives.size() != 1) {
            oracle.violated(
                    "one active per side", atNs, actives.isEmpty() ? "none of " + side : actives + " of " + side);
            return;
        }
        Member active = actives.get(0);
        if (oracle.answersUntilNs(active) == Member.NOT) {
            oracle.violated("one active per side", atNs, active + " does not answer");
        }
        for (Member member : side) {
            if (member.seat.preempt() && member.seat.priority() > active.seat.priority()) {
                oracle.violated("the highest preempts", atNs, active + " is active beside " + member);
            }
        }
    }
}
