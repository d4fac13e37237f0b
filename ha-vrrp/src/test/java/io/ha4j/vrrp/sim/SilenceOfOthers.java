package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;

/**
 * <b>The addresses of a node whose advertisements do not leave fall silent</b>: it was killed, is frozen, is cut off by
 * its own kernel, or forgot. The bound is three of its intervals after the last one, which is less than the
 * Active_Down_Interval of any successor; with a mere lifetime, that in whole seconds, as the kernel rounds up, and
 * counted from taking the addresses where no advertisement could be sent.
 *
 * <p><b>With the guard no successor answers beside it</b>, when that one heard the last advertisement, and has
 * listened since: one that begins anew begins with its own interval, and may wait for less than a slower node's lease.
 */
final class SilenceOfOthers implements Rule {
    private final Oracle oracle;
    private final Script script;

    SilenceOfOthers(Oracle oracle, Script script) {
        this.oracle = oracle;
        this.script = script;
    }

    private Script.Lease lease(Member member) {
        return script.machines().get(member.host()).lease();
    }

    @Override
    public void read(Member by, Member from, Heard heard) {
        if (heard.priority() > 0 && by.counts(heard, oracle.nowNs())) {
            by.heard = from;
            by.heardNs = oracle.nowNs();
        } else if (heard.priority() == 0) {
            by.heard = null;
        }
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        if (change.to() == GroupState.BACKUP && change.from() != GroupState.ACTIVE) {
            member.heard = null;
        }
        Member before = member.heard;
        if (change.to() == GroupState.ACTIVE
                && change.from() == GroupState.BACKUP // an owner waits for nobody
                && before != null
                && !before.runs()
                && lease(before) == Script.Lease.GUARD
                && member.heardNs >= before.advertisedNs
                && !before.wasSuspended
                && oracle.answersUntilNs(before) != Member.NOT) {
            oracle.violated(
                    "the dead are silent before the successor speaks",
                    oracle.nowNs(),
                    member + " takes over from " + before + ", which answers still");
        }
    }

    @Override
    public void awoke(Member member) {
        member.heard = null;
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        for (Member member : cohort.members) {
            long answersUntilNs = oracle.answersUntilNs(member);
            if (answersUntilNs == Member.NOT) {
                continue;
            }
            Script.Lease lease = lease(member);
            long lastNs =
                    lease == Script.Lease.GUARD ? member.advertisedNs : Math.max(member.advertisedNs, member.takenNs);
            long boundNs = Rfc.silenceNs(lease, member.seat);
            if (lastNs == Member.NOT || Math.min(answersUntilNs, untilNs) - lastNs > boundNs + TOLERANCE_NS) {
                oracle.violated(
                        "no advertisement, no answer",
                        lastNs + boundNs,
                        member + " answers longer than " + boundNs / 1e6 + " ms after its last advertisement");
            }
        }
    }
}
