package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import org.jspecify.annotations.Nullable;

/**
 * <b>A backup takes over when its Active_Down_Timer ends, neither earlier nor later.</b> RFC 9568 §6.4.2, RFC 3768
 * §6.4.2. This is how soon a failure is noticed, that nobody takes over from a node that it hears, that nopreempt is
 * respected, and, by the skew, that the highest priority is first.
 *
 * <p>The bound is exact: the last packet that the node could read and that counts (of priority 0; or of a priority that
 * is not lower, or any with nopreempt), plus the RFC's formula. After a freeze the timer may already be over, or the
 * node may listen anew: so from the old end to a whole interval from then on.
 */
final class DownTimers implements Rule {
    private final Oracle oracle;
    private @Nullable Member reader; // of what was read last
    private @Nullable Heard read;
    private long readNs;

    DownTimers(Oracle oracle) {
        this.oracle = oracle;
    }

    @Override
    public void read(Member by, Member from, Heard heard) {
        reader = by;
        read = heard;
        readNs = oracle.nowNs();
        if (by.state == GroupState.BACKUP) {
            readByBackup(by, heard);
        }
    }

    private void readByBackup(Member by, Heard heard) {
        long nowNs = oracle.nowNs();
        if (heard.priority() == 0) {
            by.earliestNs = nowNs + Rfc.skewNs(by.seat, by.learnedNs);
            // it may have listened anew when it awoke, and forgotten what it had learned
            by.latestNs = nowNs + Rfc.skewNs(by.seat, Math.max(by.learnedNs, by.unsureNs));
            by.earliestNs = Math.min(by.earliestNs, nowNs + Rfc.skewNs(by.seat, Math.min(by.learnedNs, by.unsureNs)));
        } else if (!by.seat.preempt() || heard.priority() >= by.seat.priority()) {
            by.learnedNs = heard.intervalNs();
            by.unsureNs = by.learnedNs;
            by.earliestNs = nowNs + Rfc.downNs(by.seat, by.learnedNs);
            by.latestNs = by.earliestNs;
        }
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        long nowNs = oracle.nowNs();
        if (change.to() == GroupState.BACKUP) {
            member.learnedNs = member.seat.intervalNs();
            member.unsureNs = member.learnedNs;
            member.earliestNs = nowNs + Rfc.downNs(member.seat, member.learnedNs);
            member.latestNs = member.earliestNs;
            Heard heard = read;
            if (change.from() == GroupState.ACTIVE && reader == member && readNs == nowNs && heard != null) {
                readByBackup(member, heard); // what made it a backup
            }
        } else if (change.to() == GroupState.ACTIVE) {
            if (change.from() != GroupState.BACKUP) {
                oracle.violated("from BACKUP to ACTIVE", nowNs, member + " came from " + change.from());
            } else if (nowNs < member.earliestNs - TOLERANCE_NS) {
                oracle.violated(
                        "not before the Active_Down_Timer ends",
                        nowNs,
                        member + " became active " + (member.earliestNs - nowNs) / 1e6 + " ms too early");
            }
        }
    }

    @Override
    public void awoke(Member member) {
        member.unsureNs = member.seat.intervalNs();
        long longestNs = Math.max(member.learnedNs, member.unsureNs);
        member.latestNs = Math.max(member.latestNs, oracle.nowNs() + Rfc.downNs(member.seat, longestNs));
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        for (Member member : cohort.members) {
            if (member.state == GroupState.BACKUP
                    && member.runs()
                    && !member.stopping
                    && untilNs > member.latestNs + TOLERANCE_NS) {
                oracle.violated(
                        "not after the Active_Down_Timer has ended",
                        member.latestNs,
                        member + " hears nobody who counts, and does not become active");
            }
        }
    }
}
