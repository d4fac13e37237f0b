package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.Peer;
import org.jspecify.annotations.Nullable;

/**
 * <b>A backup takes over when its Active_Down_Timer ends, neither earlier nor later.</b> RFC 9568 §6.4.2, RFC 3768
 * §6.4.2. This is how soon a failure is noticed, that nobody takes over from a node that it hears, that nopreempt and the
 * preemption delay are respected, and, by the skew, that the highest priority is first.
 *
 * <p>The bound is exact: the last packet that the node could read and that counts (of priority 0; or of a priority that
 * is not lower; or any, with nopreempt or during the preemption delay), plus the RFC's formula; not before the start-up
 * delay is over, after which the timer of a node that heard nobody begins. Another priority counts as if it had always
 * been so. After a freeze the timer may already be over, or the node may listen anew: so from the old end to a whole
 * Active_Down_Interval from then on. An owner waits for its start-up delay and for nothing else, but not after it was
 * active: then it has lost a contention, or was away.
 */
final class DownTimers implements Rule {
    private static final long NEWS_NS = 2_000_000_000; // of a death, on their way; it may be back by then

    private final Oracle oracle;
    private final Coverage coverage;
    private @Nullable Member reader; // of what was read last
    private @Nullable Heard read;
    private long readNs;

    DownTimers(Oracle oracle, Coverage coverage) {
        this.oracle = oracle;
        this.coverage = coverage;
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
            by.timer.restart(nowNs, true);
        } else if (by.counts(heard, nowNs)) {
            by.timer.follow(heard.intervalNs(), nowNs);
        } else {
            by.timer.discard(heard, nowNs);
        }
        by.heardAt(heard, nowNs);
    }

    @Override
    public void changed(Member member, GroupEvent.StateChanged change) {
        long nowNs = oracle.nowNs();
        if (change.to() == GroupState.BACKUP) {
            boolean wasActive = change.from() == GroupState.ACTIVE;
            member.timer.listen(Math.max(nowNs, member.listensUntilNs), member.seat, wasActive);
            member.preemptsFromNs = nowNs + member.seat.preemptDelayNs();
            Heard heard = read;
            if (wasActive && reader == member && readNs == nowNs && heard != null) {
                readByBackup(member, heard); // what made it a backup
            }
        } else if (change.to() == GroupState.ACTIVE) {
            if (change.reason() == GroupEvent.Reason.PEER_DIED) {
                maySucceed(member, change.peer());
            } else {
                mayBecomeActive(member, change.from());
            }
        }
    }

    /** Earlier than that only after a death, of a node that is silent, and by one that may become active. */
    private void maySucceed(Member member, @Nullable Peer peer) {
        long nowNs = oracle.nowNs();
        Member dead = peer == null ? null : oracle.member(member, Computer.host(peer.address()));
        if (dead == null
                || (dead.candidacy != null && dead.state == GroupState.ACTIVE && dead.stateSinceNs < nowNs - NEWS_NS)) {
            oracle.violated("only the dead are succeeded early", nowNs, member + " takes over from " + dead);
        } else if (oracle.answersUntilNs(dead) != Member.NOT && dead.candidacy == null) {
            oracle.violated("only the silent are succeeded early", nowNs, member + " takes over from " + dead);
        } else if (nowNs < member.listensUntilNs) {
            oracle.violated("a start-up delay holds", nowNs, member + " takes over from " + dead);
        } else {
            coverage.successions++;
        }
    }

    private void mayBecomeActive(Member member, GroupState from) {
        long nowNs = oracle.nowNs();
        boolean owner = member.seat.isOwner() && from != GroupState.ACTIVE;
        long earliestNs = owner && from != GroupState.BACKUP ? member.listensUntilNs : member.earliestNs();
        if (from != GroupState.BACKUP && !owner) {
            oracle.violated("from BACKUP to ACTIVE", nowNs, member + " came from " + from);
        } else if (nowNs < earliestNs - TOLERANCE_NS) {
            oracle.violated(
                    "not before the Active_Down_Timer ends",
                    nowNs,
                    member + " became active " + (earliestNs - nowNs) / 1e6 + " ms too early");
        }
    }

    @Override
    public void priorityChanged(Member member) {
        Heard again = member.timer.discarded();
        if (member.state == GroupState.BACKUP && again != null) {
            long thenNs = member.timer.discardedNs();
            if (member.counts(again, thenNs)) {
                member.timer.followAfterAll(again.intervalNs(), thenNs);
                member.heardAt(again, thenNs);
            }
        }
    }

    @Override
    public void awoke(Member member) {
        member.timer.awoke(Math.max(oracle.nowNs(), member.listensUntilNs), member.seat);
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        for (int i = 0; i < cohort.members.size(); i++) {
            Member member = cohort.members.get(i);
            if (member.state == GroupState.BACKUP
                    && member.runs()
                    && !member.stopping
                    && untilNs > member.latestNs() + TOLERANCE_NS) {
                oracle.violated(
                        "not after the Active_Down_Timer has ended",
                        member.latestNs(),
                        member + " hears nobody who counts, and does not become active");
            }
        }
    }
}
