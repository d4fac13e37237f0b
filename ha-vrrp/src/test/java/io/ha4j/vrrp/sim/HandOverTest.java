package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupState;
import io.ha4j.HandOver;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Going on purpose: stop, and what a check makes of it. */
class HandOverTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Cluster cluster = new Cluster(2);
    private boolean gap;

    private SimNode start(int host, int version, int priority, long intervalMs) {
        return cluster.start(
                host,
                VirtualRouter.on(SimHost.INTERFACE)
                        .id(51)
                        .version(version)
                        .priority(priority)
                        .advertisementInterval(Duration.ofMillis(intervalMs))
                        .build());
    }

    private void watchForAGap() {
        cluster.time().afterEachTask(() -> gap |= cluster.answering().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        // version, interval ms, Skew_Time of priority 100 in ns
        "3, 1000, 609375000",
        "3,  100,  60937500",
        "3,   10,   6093750",
        "2, 1000, 609375000",
        "2, 5000, 609375000"
    })
    void somebodyAnswersAtEveryMomentOfAStop(int version, long intervalMs, long skewNs) {
        SimNode active = start(1, version, 150, intervalMs);
        SimNode backup = start(2, version, 100, intervalMs);
        cluster.runUntil(active::isActive, LONG);
        cluster.run(Duration.ofMillis(intervalMs * 7 / 2));

        watchForAGap();
        active.stop();
        Duration took = cluster.runUntil(active::stopped, LONG);
        cluster.run(Duration.ofMillis(intervalMs * 5));

        assertThat(gap).isFalse();
        assertThat(took).isEqualTo(Duration.ofNanos(skewNs + 2 * 50_000)); // one way there, one way back
        assertThat(cluster.answering()).containsExactly(backup);
        assertThat(backup.lastChange().reason()).isEqualTo(Reason.PEER_RELEASED);
        assertThat(backup.events(GroupEvent.PriorityZeroReceived.class)).hasSize(1);
        assertThat(backup.counter("newMasterReason")).isEqualTo(1);
        assertThat(active.events(GroupEvent.PriorityZeroSent.class)).hasSize(1);
        assertThat(active.owner().calls()).containsExactly("take", "release", "close");
        assertThat(active.lastChange().reason()).isEqualTo(Reason.STOPPED);
    }

    @Test
    void itIsTheHighestOfTheOthersThatFollows() {
        SimNode active = start(1, 3, 200, 100);
        SimNode low = start(2, 3, 50, 100);
        SimNode high = start(3, 3, 150, 100);
        cluster.runUntil(active::isActive, LONG);
        cluster.run(Duration.ofSeconds(1));

        active.stop();
        cluster.run(Duration.ofSeconds(1));

        assertThat(cluster.actives()).containsExactly(high);
        assertThat(low.counter("masterTransitions")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"3, 1000, 1100", "3, 100, 150", "3, 10, 15", "2, 1000, 1100", "2, 5000, 1100"})
    void withoutASuccessorAStopEndsAtItsBound(int version, long intervalMs, long boundMs) {
        SimNode only = start(1, version, 150, intervalMs);
        cluster.runUntil(only::isActive, LONG);
        cluster.run(Duration.ofMillis(intervalMs * 5 / 2));

        only.stop();
        assertThat(only.state()).isEqualTo(GroupState.ACTIVE);
        assertThat(cluster.runUntil(only::stopped, LONG)).isEqualTo(Duration.ofMillis(boundMs));
        assertThat(only.state()).isEqualTo(GroupState.INITIALIZE);
        assertThat(only.owner().closed()).isTrue();
        assertThat(cluster.lan().attached()).isZero();
        assertThat(only.host().watchers()).isZero();
    }

    @Test
    void aBackupStopsAtOnceAndSaysNothing() {
        SimNode active = start(1, 3, 150, 100);
        SimNode backup = start(2, 3, 100, 100);
        cluster.run(Duration.ofSeconds(1));

        backup.stop();
        assertThat(cluster.runUntil(backup::stopped, LONG)).isZero();
        assertThat(backup.counter("sentAdvertisements")).isZero();
        assertThat(active.isActive()).isTrue();
    }

    @Test
    void stoppingTwiceReportsTwice() {
        SimNode only = start(1, 3, 150, 100);
        cluster.run(Duration.ofSeconds(1));
        int[] reports = new int[1];

        only.candidacy().stop(() -> reports[0]++);
        only.candidacy().stop(() -> reports[0]++);
        cluster.run(Duration.ofSeconds(1));
        only.candidacy().stop(() -> reports[0]++);

        assertThat(reports[0]).isEqualTo(3);
        assertThat(only.events(GroupEvent.PriorityZeroSent.class)).hasSize(1);
    }

    @Test
    void aFailedCheckGivesUpAtOnceAndRecoveryTakesBack() {
        SimNode high = start(1, 3, 150, 100);
        SimNode low = start(2, 3, 100, 100);
        cluster.run(Duration.ofSeconds(1));

        high.candidacy().fail("disk: full");
        assertThat(high.state()).isEqualTo(GroupState.FAULT);
        assertThat(high.owner().held()).isFalse();
        assertThat(cluster.runUntil(low::isActive, LONG)).isLessThan(Duration.ofMillis(100));

        high.candidacy().recover();
        assertThat(high.state()).isEqualTo(GroupState.BACKUP);
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.actives()).containsExactly(high);
    }

    @Test
    void aStoppingNodeWhoseLinkGoesDownIsDone() {
        SimNode only = start(1, 3, 150, 1000);
        cluster.run(Duration.ofSeconds(10));

        only.stop();
        only.host().linkUp(false);
        assertThat(cluster.runUntil(only::stopped, LONG)).isZero();
        assertThat(only.owner().held()).isFalse();
    }

    @Test
    void aHandOverOnPurposeHasNoGapAndTheHigherPriorityStaysABackupUntilItIsResumed() {
        SimNode high = start(1, 3, 150, 100);
        SimNode low = start(2, 3, 100, 100);
        cluster.runUntil(high::isActive, LONG);
        cluster.run(Duration.ofSeconds(1));
        java.util.List<HandOver> told = new java.util.ArrayList<>();

        watchForAGap();
        high.handOver(told::add);
        cluster.runUntil(low::isActive, LONG);
        cluster.run(Duration.ofSeconds(10));

        assertThat(gap).isFalse();
        assertThat(told).singleElement().satisfies(it -> {
            assertThat(it.outcome()).isEqualTo(HandOver.Outcome.HANDED_OVER);
            assertThat(it.successor()).isEqualTo(high.snapshot().active());
        });
        assertThat(high.state()).isEqualTo(GroupState.BACKUP);
        assertThat(high.lastChange().reason()).isEqualTo(Reason.HANDED_OVER);
        assertThat(cluster.answering()).containsExactly(low);

        high.candidacy().resume();
        cluster.runUntil(high::isActive, LONG);
        assertThat(high.lastChange().reason()).isEqualTo(Reason.PREEMPTED_PEER);
    }

    @Test
    void whenItsSuccessorIsGoneItIsActiveAgainAndPreemptsFromThenOn() {
        SimNode high = start(1, 3, 150, 100);
        SimNode low = start(2, 3, 100, 100);
        cluster.runUntil(high::isActive, LONG);
        high.handOver(outcome -> {});
        cluster.runUntil(low::isActive, LONG);
        cluster.run(Duration.ofSeconds(1));

        low.crash();
        cluster.runUntil(high::isActive, LONG);
        assertThat(high.lastChange().reason()).isEqualTo(Reason.NO_ADVERTISEMENT);
    }

    @Test
    void withNobodyToTakeOverItStaysActiveAndAnswersAllTheTime() {
        SimNode alone = start(1, 3, 150, 100);
        cluster.runUntil(alone::isActive, LONG);
        cluster.run(Duration.ofSeconds(1));
        java.util.List<HandOver> told = new java.util.ArrayList<>();

        watchForAGap();
        alone.handOver(told::add);
        alone.handOver(told::add); // joins the first
        cluster.run(Duration.ofSeconds(1));

        assertThat(gap).isFalse();
        assertThat(told).hasSize(2).extracting(HandOver::outcome).containsOnly(HandOver.Outcome.NO_SUCCESSOR);
        assertThat(alone.isActive()).isTrue();
        assertThat(alone.counter("masterTransitions")).isEqualTo(1);
        assertThat(alone.events(GroupEvent.HandOverFailed.class)).hasSize(1);
        assertThat(alone.owner().calls()).startsWith("take").doesNotContain("release");
        alone.handOver(told::add);
        cluster.run(Duration.ofSeconds(1));
        assertThat(told).as("it can be asked again").hasSize(3);
    }

    @Test
    void aHandOverIsInterruptedByAFailureAndBecomesAStop() {
        SimNode alone = start(1, 3, 150, 100);
        cluster.runUntil(alone::isActive, LONG);
        java.util.List<HandOver> told = new java.util.ArrayList<>();
        alone.handOver(told::add);
        alone.candidacy().fail("disk full");
        cluster.run(Duration.ofMillis(1));
        assertThat(told).extracting(HandOver::outcome).containsExactly(HandOver.Outcome.INTERRUPTED);
        assertThat(alone.state()).isEqualTo(GroupState.FAULT);
        assertThat(cluster.answering()).isEmpty();

        alone.candidacy().recover();
        cluster.runUntil(alone::isActive, LONG);
        alone.handOver(told::add);
        alone.stop();
        cluster.runUntil(alone::stopped, LONG);
        assertThat(told).last().extracting(HandOver::outcome).isEqualTo(HandOver.Outcome.INTERRUPTED);
    }
}
