package io.ha4j.vrrp.sim;

import io.ha4j.GroupState;
import java.util.ArrayList;
import java.util.List;

/**
 * <b>A node that stops leaves no gap</b>, if there is a backup that hears it and is heard, and nothing else goes wrong:
 * from the farewell until the successor is active, somebody answers at every moment. The bound is zero.
 *
 * <p>What is asked of the backup: its start-up delay is over, and it has learned the interval (else its skew is another
 * one). And no regular
 * advertisement is still under way, as VRRP has no sequence numbers: that of another node would be taken for the
 * successor's; one of the leaving node itself, which its farewell has overtaken, takes the successor down again.
 */
final class HandOvers implements Rule {
    private record Watch(Cohort cohort, Member leaving, int disturbances, long fromNs) {}

    private final Oracle oracle;
    private final long delayNs;
    private final Coverage coverage;
    private final List<Watch> watches = new ArrayList<>();

    HandOvers(Oracle oracle, long delayNs, Coverage coverage) {
        this.oracle = oracle;
        this.delayNs = delayNs;
        this.coverage = coverage;
    }

    @Override
    public void stops(Cohort cohort, Member leaving) {
        if (leaving.isActive()
                && oracle.answersUntilNs(leaving) != Member.NOT
                && oracle.nowNs() - leaving.advertisedNs <= leaving.seat.intervalNs()
                && oracle.nowNs() - leaving.advertisedNs >= delayNs
                && cohort.members.stream().allMatch(it -> it == leaving || wasQuiet(it))
                && cohort.members.stream().anyMatch(it -> it != leaving && canFollow(it, leaving))) {
            watches.add(new Watch(cohort, leaving, cohort.disturbances, oracle.nowNs()));
            coverage.handOvers++;
        }
    }

    private boolean wasQuiet(Member member) {
        return member.state != GroupState.ACTIVE
                && (member.activeUntilNs == Member.NOT || member.activeUntilNs < oracle.nowNs() - 2 * delayNs);
    }

    private boolean canFollow(Member member, Member leaving) {
        return member.runs()
                && member.state == GroupState.BACKUP
                && !member.stopping
                && member.failing == 0
                && member.seat.understands(leaving.seat)
                && member.listensUntilNs <= oracle.nowNs()
                && member.timer.hasLearned(leaving.seat.intervalNs())
                && oracle.goodSinceNs(member, leaving) != Long.MAX_VALUE;
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        for (int i = watches.size() - 1; i >= 0; i--) {
            Watch watch = watches.get(i);
            if (watch.cohort != cohort) {
                continue;
            }
            if (cohort.disturbances != watch.disturbances || wasOvertaken(watch) || isOver(watch)) {
                watches.remove(i);
                continue;
            }
            long answeredNs = Math.max(oracle.nowNs(), oracle.answersUntilNs(watch.leaving));
            for (Member member : cohort.members) {
                if (member != watch.leaving && oracle.connected(member, watch.leaving)) {
                    answeredNs = Math.max(answeredNs, oracle.answersUntilNs(member));
                }
            }
            if (answeredNs < untilNs) {
                oracle.violated("a hand-over leaves no gap", answeredNs, watch.leaving + " stops, and nobody answers");
            }
        }
    }

    /** Its last regular advertisement left in the moment of the stop, just before the farewell. */
    private boolean wasOvertaken(Watch watch) {
        return watch.leaving.advertisedNs > watch.fromNs - delayNs;
    }

    private boolean isOver(Watch watch) {
        return watch.leaving.state != GroupState.ACTIVE
                && watch.cohort.members.stream()
                        .anyMatch(it -> it.isActive() && oracle.answersUntilNs(it) != Member.NOT);
    }
}
