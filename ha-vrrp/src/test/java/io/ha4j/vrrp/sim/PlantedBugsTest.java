package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.spi.ElectionProvider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds the classic bugs, each within the scenarios that {@link SimulationTest} runs. */
class PlantedBugsTest {
    private static final int SCENARIOS = 10_000;

    enum Bug {
        NEVER_RESETS_THE_TIMER("ActiveWatch", "} else if (counts(peer, nowNs)) {", "} else if (false) {"),
        IGNORES_PRIORITY_0(
                "ActiveWatch",
                "if (peer.priority() == 0) {",
                "if (peer.priority() == 0) { if (timing.version() > 0) { return; }"),
        GIVES_WAY_TO_ANYONE(
                "VrrpStateMachine",
                "peer.priority() > timing.priority()) {",
                "peer.priority() != timing.priority()) {"),
        WRONG_TIE_BREAK("VrrpStateMachine", "isHigher(peer.address(), local)", "isHigher(local, peer.address())"),
        NO_TIE_BREAK("VrrpStateMachine", "isHigher(peer.address(), local)", "false"),
        KEEPS_THE_ADDRESSES_WHEN_IT_LOSES(
                "VrrpStateMachine",
                "change(State.BACKUP, reason, peer, why); addresses.handOver();",
                "change(State.BACKUP, reason, peer, why);"),
        SKEW_IN_WHOLE_CENTISECONDS(
                "Timing",
                "return (256 - priority) * largestSkewNs(activeIntervalNs) / 256;",
                "return (256 - priority) * largestSkewNs(activeIntervalNs) / 256 / 10_000_000 * 10_000_000;"),
        SKEW_THE_WRONG_WAY_ROUND("Timing", "(256 - priority)", "priority"),
        NO_ANSWER_TO_A_LOWER_PRIORITY("VrrpStateMachine", "if (timing.version() == 3) { advertise(nowNs); }", ""),
        RENEWS_WHAT_WAS_NOT_SENT(
                "VrrpStateMachine",
                "transport.advertise(timing.priority(), renewal);",
                "transport.advertise(timing.priority(), () -> {}); renewal.run();"),
        LEASE_TOO_LONG(
                "VrrpElectionProvider",
                "((VirtualRouter) election).lease();",
                "((VirtualRouter) election).lease().multipliedBy(4).dividedBy(3);"),
        LEASE_TOO_SHORT(
                "VrrpElectionProvider",
                "((VirtualRouter) election).lease();",
                "((VirtualRouter) election).lease().dividedBy(6);"),
        PREEMPTS_IN_SPITE_OF_NOPREEMPT(
                "ActiveWatch", "return !preempt || deferring || peer", "return deferring || peer"),
        NEVER_PREEMPTS("ActiveWatch", "} else if (counts(peer, nowNs)) {", "} else if (true) {"),
        DOES_NOT_LEARN_THE_INTERVAL("ActiveWatch", "intervalNs = peer.advertisementInterval().toNanos();", ""),
        BREAKS_BEFORE_IT_MAKES(
                "VrrpStateMachine", "arm(nowNs + timing.handOverNs());", "arm(nowNs); addresses.release();"),
        WAITS_TOO_SHORT_FOR_A_SUCCESSOR(
                "Timing", "return largestSkewNs(intervalNs) +", "return largestSkewNs(intervalNs) / 2 +"),
        STOPS_WITHOUT_A_FAREWELL(
                "VrrpStateMachine",
                "transport.advertise(0); change( State.HANDING_OVER,",
                "change( State.HANDING_OVER,"),
        WAITS_FOR_A_SUCCESSOR_FOR_EVER("VrrpStateMachine", "arm(nowNs + timing.handOverNs());", "timer.cancel();"),
        DEAF_AFTER_A_LINK_FLAP(
                "VirtualRouterCandidacy",
                "sender.use(segment.acquire(",
                "if (local != null) { return; } sender.use(segment.acquire("),
        NEVER_NOTICES_THAT_IT_WAS_AWAY(
                "LateWakeUp", "return awayNs(nowNs) >= INTERVALS * intervalNs;", "return false;"),
        SAYS_FAREWELL_AFTER_AN_ABSENCE(
                "VrrpStateMachine", "void stop(long nowNs) { checkPresence(nowNs);", "void stop(long nowNs) {"),
        NOTICES_AN_ABSENCE_TOO_LATE(
                "LateWakeUp", "private static final int INTERVALS = 3;", "private static final int INTERVALS = 5;"),
        AN_OWNER_WAITS(
                "ActiveWatch",
                "wait = owner ? Wait.NOTHING : Wait.ACTIVE_DOWN_INTERVAL;",
                "wait = Wait.ACTIVE_DOWN_INTERVAL;"),
        PREEMPTS_BEFORE_ITS_DELAY("ActiveWatch", "|| nowNs - preemptsFromNs < 0", ""),
        IGNORES_ITS_STARTUP_DELAY(
                "ActiveWatch", "listenOnlyUntilNs = nowNs + startupDelayNs;", "listenOnlyUntilNs = nowNs;"),
        ANOTHER_PRIORITY_BEGINS_THE_WAIT_ANEW(
                "ActiveWatch",
                "void change(Timing timing) { this.timing = timing;",
                "void change(Timing timing) { this.timing = timing; sinceNs += timing.intervalNs();"),
        ANOTHER_PRIORITY_IS_NOT_WAITED_FOR(
                "VrrpStateMachine",
                "case BACKUP -> arm(nowNs + Math.max(0, watch.deadlineNs() - nowNs));",
                "case BACKUP -> {}"),
        FORGETS_WHOM_ITS_LOWER_PRIORITY_FOLLOWS("ActiveWatch", "follow(again, discardedNs);", ""),
        TAKES_A_BROKEN_CONNECTION_FOR_A_DEATH("Vigil", "patienceNs = PATIENCE_NS; connect();", "dead();"),
        SUCCEEDS_A_NODE_THAT_IS_NOT_SILENT(
                "DeathDetector", "succession.silent() && succession.rank() > 0", "succession.rank() > 0"),
        STAYS_WHEN_A_CHECK_FAILS("VrrpStateMachine", "leave(Reason.CHECK_FAILED, why);", "");

        final String type;
        final String code;
        final String instead;

        Bug(String type, String code, String instead) {
            this.type = type;
            this.code = code;
            this.instead = instead;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isFound(Bug bug) {
        Supplier<ElectionProvider> engine = Mutant.of(bug.type, bug.code, bug.instead);
        Coverage coverage = new Coverage();
        for (long seed = 1; seed <= SCENARIOS; seed++) {
            Script script = ScriptWriter.write(seed);
            Violation violation = Simulation.play(script, engine, coverage);
            if (violation != null) {
                assertFound(script, violation, engine);
                System.out.printf("simulation: %s is found by seed %d: %s%n", bug, seed, violation);
                return;
            }
        }
        throw new AssertionError(bug + " is not found in " + SCENARIOS + " scenarios");
    }

    /** And the report of it is small, and fails again. */
    private static void assertFound(Script script, Violation violation, Supplier<ElectionProvider> engine) {
        Script small = Shrinker.shrink(script, violation, it -> Simulation.play(it, engine, new Coverage()));
        @Nullable Violation again = Simulation.play(small, engine, new Coverage());
        assertThat(again).isNotNull();
        assertThat(again.rule()).isEqualTo(violation.rule());
        assertThat(small.faults()).hasSizeLessThanOrEqualTo(3);
    }
}
