package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Seat;

/**
 * <b>Two nodes that hear each other do not both answer for longer than a contention lasts.</b> It begins when the later
 * one of them answers, awakes, can be heard or has its priority. With D the longest way of a packet, it ends
 *
 * <ul>
 *   <li>within D, when the one that outranks the other has just become active: it says so at once;
 *   <li>within 2 D, when the lower one has, in version 3: it is answered at once (RFC 9568 §6.4.3);
 *   <li>within an interval of the higher one and D in all other cases: its next advertisement ends it.
 * </ul>
 *
 * While one of the two stops it hears the other's: the longer interval, and a farewell that is answered, 3 D; while both
 * do, the time that they wait for a successor.
 */
final class Contentions implements Rule {
    private final Oracle oracle;
    private final long delayNs;

    Contentions(Oracle oracle, long delayNs) {
        this.oracle = oracle;
        this.delayNs = delayNs;
    }

    @Override
    public void beforeTimePasses(Cohort cohort, long untilNs) {
        int size = cohort.members.size();
        for (int i = 1; i < size; i++) {
            Member one = cohort.members.get(i);
            if (!one.isActive() || one.answersSinceNs == Member.NOT) {
                continue;
            }
            for (int j = 0; j < i; j++) {
                Member other = cohort.members.get(j);
                if (other.isActive() && other.answersSinceNs != Member.NOT && one.seat.understands(other.seat)) {
                    boolean higher = Rfc.outranks(one.seat, other.seat);
                    contend(higher ? one : other, higher ? other : one, untilNs);
                }
            }
        }
    }

    private void contend(Member winner, Member loser, long untilNs) {
        long goodNs = oracle.goodSinceNs(winner, loser);
        if (goodNs == Long.MAX_VALUE) {
            return;
        }
        long otherwiseNs = Math.max(goodNs, Math.max(winner.answersSinceNs, loser.answersSinceNs));
        long startNs = Math.max(
                Math.max(otherwiseNs, Math.max(winner.runsSinceNs, loser.runsSinceNs)),
                Math.max(
                        Math.max(winner.sendsSinceNs, loser.sendsSinceNs),
                        Math.max(winner.priorityNs, loser.priorityNs)));
        long endNs = Math.min(untilNs, Math.min(oracle.answersUntilNs(winner), oracle.answersUntilNs(loser)));
        long boundNs = boundNs(winner, loser, startNs);
        if (endNs - startNs > boundNs + TOLERANCE_NS) {
            oracle.violated(
                    "a contention ends",
                    startNs + boundNs,
                    winner + " and " + loser + " both answer for more than " + boundNs / 1e6 + " ms");
        }
    }

    private long boundNs(Member winner, Member loser, long startNs) {
        Seat high = winner.seat;
        Seat low = loser.seat;
        if (winner.stopping && loser.stopping) {
            return Math.max(high.intervalNs(), low.intervalNs()) + Math.max(Rfc.handOverNs(high), Rfc.handOverNs(low));
        } else if (winner.stopping || loser.stopping) {
            return Math.max(high.intervalNs(), low.intervalNs()) + 3 * delayNs;
        } else if (startNs == winner.stateSinceNs) {
            return delayNs;
        } else if (startNs == loser.stateSinceNs && low.version() == 3) {
            return 2 * delayNs;
        } else {
            return high.intervalNs() + delayNs;
        }
    }
}
