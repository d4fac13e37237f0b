package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import org.jspecify.annotations.Nullable;

/**
 * What each node has to do by itself.
 *
 * <ul>
 *   <li><b>Nobody who runs and is not active has the addresses.</b> The bound is zero: they go in the same task.
 *   <li><b>Who is active advertises at least every interval</b> (Adver_Timer, RFC 9568 §6.4.3), once it is awake and the
 *       kernel lets it.
 *   <li><b>Who is active answers</b>, at every moment: no lease may run out on it. From one interval after the kernel
 *       lets it send again.
 *   <li><b>Who may not be active is not</b>: when a check fails or the link is down, in the same moment.
 *   <li><b>Who stops has stopped</b> after the time that it waits for a successor.
 *   <li><b>The priority order holds</b>: an active node gives way to a higher priority, or at the same one to a higher
 *       address, and to nobody else; but it may become a backup when it awakes.
 * </ul>
 */
final class Conduct implements Rule {
    private final Oracle oracle;
    private @Nullable Member reader;
    private long readNs;
    private boolean outranked; // by what was read last

    Conduct(Oracle oracle) {
        this.oracle = oracle;
    }

    @Override
    public void read(Member by, Member from, Heard heard) {
        reader = by;
        readNs = oracle.nowNs();
        outranked = Rfc.outranks(heard.priority(), from.host(), by.seat);
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        long nowNs = oracle.nowNs();
        if (change.from() == GroupState.ACTIVE
                && change.to() == GroupState.BACKUP
                && member.runsSinceNs != nowNs
                && !(reader == member && readNs == nowNs && outranked)) {
            oracle.violated("gives way only to who outranks it", nowNs, member + ": " + change.detail());
        }
    }

    /** What is zero must be so after each task. */
    void afterTask(Cohort cohort) {
        long nowNs = oracle.nowNs();
        for (Member member : cohort.members) {
            if (member.state != GroupState.ACTIVE && member.holds() && member.runs()) {
                oracle.violated("no addresses on who is not active", nowNs, member + " holds them");
            }
            if (oracle.answersUntilNs(member) == Member.NOT) {
                member.answersSinceNs = Member.NOT;
            } else if (member.answersSinceNs == Member.NOT) {
                member.answersSinceNs = nowNs;
            }
        }
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        long nowNs = oracle.nowNs();
        Network network = oracle.network();
        for (Member member : cohort.members) {
            if (member.isActive()) {
                mayBeActive(member, untilNs);
            }
            if (!member.isActive()
                    || member.stopping
                    || network.refuses(member.segment, member.host())
                    || !network.linkIsUp(member.segment, member.host())) {
                continue;
            }
            long intervalNs = member.seat.intervalNs();
            long sinceNs = Math.max(
                    Math.max(member.advertisedNs, member.stateSinceNs),
                    Math.max(member.runsSinceNs, member.sendsSinceNs));
            if (untilNs - sinceNs > intervalNs + TOLERANCE_NS) {
                oracle.violated("advertises every interval", sinceNs + intervalNs, member + " does not");
            }
            long endNs = Math.max(nowNs, oracle.answersUntilNs(member));
            if (endNs < untilNs && endNs > member.sendsSinceNs + intervalNs) {
                oracle.violated("who is active answers", endNs, member + " does not");
            }
        }
    }

    private void mayBeActive(Member member, long untilNs) {
        if (member.failing > 0 || !oracle.network().linkIsUp(member.segment, member.host())) {
            oracle.violated("who may not be active is not", oracle.nowNs(), member + " is");
        }
        long stoppedNs = Math.max(member.stopsSinceNs, member.runsSinceNs) + Rfc.handOverNs(member.seat);
        if (member.stopping && untilNs > stoppedNs + TOLERANCE_NS) {
            oracle.violated("who stops has stopped", stoppedNs, member + " has not");
        }
    }
}
