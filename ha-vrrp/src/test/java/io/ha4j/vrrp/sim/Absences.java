package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;

/**
 * <b>A node that was away for three of its intervals or more, and can know it, listens before it speaks</b>: in the
 * moment in which it wakes up it is active no more, and until then it sends nothing, not even a farewell. For how long it
 * listens is for {@link DownTimers} to judge.
 */
final class Absences implements Rule {
    private static final int INTERVALS = 3;

    private final Oracle oracle;

    Absences(Oracle oracle) {
        this.oracle = oracle;
    }

    @Override
    public void awoke(Member member) {
        member.mustListen = member.state == GroupState.ACTIVE
                && !member.stopping // then it has said farewell, and says nothing more
                && member.awayNs >= INTERVALS * member.seat.intervalNs();
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        member.mustListen = false;
    }

    @Override
    public void sent(Member member, Heard advertisement) {
        if (member.mustListen) {
            oracle.violated("who was away listens before it speaks", oracle.nowNs(), member + " sent " + advertisement);
        }
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        for (Member member : cohort.members) {
            if (member.mustListen && member.runs()) {
                oracle.violated(
                        "who was away listens before it speaks",
                        oracle.nowNs(),
                        member + " was away for " + member.awayNs / 1e6 + " ms and goes on");
            }
        }
    }
}
