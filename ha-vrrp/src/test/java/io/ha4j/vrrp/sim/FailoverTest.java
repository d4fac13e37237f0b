package io.ha4j.vrrp.sim;

import static io.ha4j.vrrp.sim.Cluster.router;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupState;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who becomes active, and when. */
class FailoverTest {
    private static final Duration DELAY = Duration.ofNanos(50_000); // of the LAN
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Cluster cluster = new Cluster(1);

    private static VirtualRouter router(int version, int priority, long intervalMs) {
        return VirtualRouter.on(SimHost.INTERFACE)
                .id(51)
                .version(version)
                .priority(priority)
                .advertisementInterval(Duration.ofMillis(intervalMs))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        // version, interval ms, Active_Down_Interval of priority 100 in ns
        "3, 1000, 3609375000",
        "3,  100,  360937500",
        "3,   10,   36093750",
        "2, 1000, 3609375000",
        "2, 3000, 9609375000"
    })
    void aCrashIsNoticedAfterTheActiveDownIntervalAndTheDeadAreSilentByThen(int version, long ms, long downNs) {
        SimNode active = cluster.start(1, router(version, 150, ms));
        SimNode backup = cluster.start(2, router(version, 100, ms));
        cluster.runUntil(active::isActive, LONG);
        long sent = cluster.lan().sent();
        cluster.runUntil(() -> cluster.lan().sent() == sent + 5, LONG);

        active.crash(); // right after it advertised
        Duration took = cluster.runUntil(backup::isActive, LONG);

        assertThat(took).isEqualTo(DELAY.plusNanos(downNs));
        assertThat(cluster.answering()).containsExactly(backup);
        assertThat(backup.lastChange().reason()).isEqualTo(Reason.NO_ADVERTISEMENT);
        assertThat(backup.counter("newMasterReason")).isEqualTo(3);
    }

    @Test
    void theHighestPriorityWinsTheFirstElectionWithoutAFight() {
        SimNode low = cluster.start(1, router(3, 50, 100));
        SimNode high = cluster.start(2, router(3, 200, 100));
        SimNode middle = cluster.start(3, router(3, 100, 100));
        cluster.run(Duration.ofSeconds(1));

        assertThat(cluster.actives()).containsExactly(high);
        assertThat(low.counter("masterTransitions")).isZero();
        assertThat(middle.counter("masterTransitions")).isZero();
        assertThat(middle.snapshot().active())
                .isNotNull()
                .satisfies(it -> assertThat(it.priority()).isEqualTo(200));
    }

    @Test
    void aHigherPriorityPreempts() {
        SimNode low = cluster.start(1, router(3, 50, 100));
        cluster.run(Duration.ofSeconds(1));
        SimNode high = cluster.start(2, router(3, 200, 100));
        cluster.run(Duration.ofSeconds(1));

        assertThat(cluster.actives()).containsExactly(high);
        assertThat(high.lastChange().reason()).isEqualTo(Reason.PREEMPTED_PEER);
        assertThat(high.counter("newMasterReason")).isEqualTo(2);
        assertThat(low.lastChange().reason()).isEqualTo(Reason.HIGHER_PRIORITY);
        assertThat(low.owner().calls()).containsExactly("take", "release");
        assertThat(cluster.answering()).containsExactly(high);
    }

    @Test
    void nopreemptWaitsUntilTheActiveNodeIsGone() {
        SimNode low = cluster.start(1, router(3, 50, 100));
        cluster.run(Duration.ofSeconds(1));
        SimNode high = cluster.start(2, Cluster.router(200).preempt(false).build());
        cluster.run(Duration.ofSeconds(10));
        assertThat(cluster.actives()).containsExactly(low);

        low.crash();
        cluster.run(Duration.ofSeconds(1));
        assertThat(high.isActive()).isTrue();
    }

    @Test
    void equalPrioritiesSettleOnTheHigherAddressWhenBothBecameActive() {
        SimNode lower = cluster.start(8, router(3, 100, 100));
        SimNode higher = cluster.start(9, router(3, 100, 100));
        higher.host().moveTo(1);
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.actives()).containsExactly(lower, higher);

        higher.host().moveTo(0);
        cluster.run(Duration.ofMillis(200));
        assertThat(cluster.actives()).containsExactly(higher);
        assertThat(lower.lastChange().reason()).isEqualTo(Reason.HIGHER_ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({"3, 100", "2, 1000"})
    void aPartitionHasTwoActivesAndHealsWithinOneInterval(int version, long intervalMs) {
        SimNode high = cluster.start(1, router(version, 150, intervalMs));
        SimNode low = cluster.start(2, router(version, 100, intervalMs));
        cluster.runUntil(high::isActive, LONG);
        low.host().moveTo(1);
        cluster.runUntil(low::isActive, LONG);
        assertThat(cluster.actives()).containsExactly(high, low);

        low.host().moveTo(0);
        Duration took = cluster.runUntil(() -> cluster.actives().size() == 1, LONG);

        assertThat(took).isLessThanOrEqualTo(Duration.ofMillis(intervalMs).plus(DELAY.multipliedBy(2)));
        assertThat(cluster.actives()).containsExactly(high);
        assertThat(cluster.answering()).containsExactly(high);
    }

    @Test
    void theWinnerOfAContentionAnnouncesTheAddressesAgain() {
        SimNode high = cluster.start(1, router(3, 150, 100));
        SimNode low = cluster.start(2, router(3, 100, 1000)); // slow: it is heard before it hears
        cluster.runUntil(high::isActive, LONG);
        low.host().moveTo(1);
        high.host().moveTo(2);
        cluster.run(Duration.ofSeconds(5));
        assertThat(low.isActive()).isTrue();

        high.host().refuseToSend(true); // so that the lower one speaks first
        low.host().moveTo(0);
        high.host().moveTo(0);
        cluster.runUntil(() -> !high.events(GroupEvent.LowerPriorityHeard.class).isEmpty(), LONG);
        high.host().refuseToSend(false);
        cluster.run(Duration.ofSeconds(1));

        assertThat(high.owner().calls()).containsExactly("take", "announce", "announce"); // at once, and a last word
        assertThat(cluster.actives()).containsExactly(high);
    }

    @Test
    void aContenderThatHearsNobodyIsAnsweredEachTimeButAnnouncedAndReportedAtALimitedRate() {
        SimNode node = cluster.start(1, router(3, 150, 100));
        cluster.runUntil(node::isActive, LONG);
        long sent = node.counter("sentAdvertisements");
        byte[] lower = HexFormat.of().parseHex("31336401000a60100a4d0064"); // priority 100, message-only checksum
        for (int i = 0; i < 50; i++) {
            cluster.lan().inject(lower, Cluster.address(2), 255);
            cluster.run(Duration.ofMillis(100));
        }

        assertThat(node.isActive()).isTrue();
        assertThat(node.counter("rcvdAdvertisements")).isEqualTo(50);
        assertThat(node.counter("rcvdMessageOnlyChecksums")).isEqualTo(50);
        assertThat(node.counter("sentAdvertisements") - sent).isEqualTo(100); // its own, and as many answers
        assertThat(node.owner().calls().stream().filter("announce"::equals))
                .as("at most every 250 ms in 5 s")
                .hasSizeBetween(10, 20);
        assertThat(node.events(GroupEvent.LowerPriorityHeard.class)).hasSize(5);
    }

    @Test
    void version3FollowsTheIntervalOfTheActiveNode() {
        SimNode slow = cluster.start(1, router(3, 150, 1000));
        cluster.runUntil(slow::isActive, LONG);
        SimNode fast = cluster.start(2, Cluster.router(100).preempt(false).build()); // 100 ms
        cluster.run(Duration.ofMillis(100));
        cluster.runUntil(() -> fast.snapshot().active() != null || fast.isActive(), LONG);
        cluster.run(Duration.ofSeconds(30));

        assertThat(cluster.actives()).containsExactly(slow);
    }

    @Test
    void lossBelowTheThresholdIsSurvived() {
        SimNode high = cluster.start(1, router(3, 150, 100));
        SimNode low = cluster.start(2, router(3, 100, 100));
        cluster.runUntil(high::isActive, LONG);
        cluster.run(Duration.ofMillis(250)); // heard for sure
        // every first and second of three advertisements is lost
        for (int i = 0; i < 30; i++) {
            cluster.lan().loss(1);
            cluster.run(Duration.ofMillis(200));
            cluster.lan().loss(0);
            cluster.run(Duration.ofMillis(100));
        }
        assertThat(low.state()).isEqualTo(GroupState.BACKUP);
        assertThat(low.counter("masterTransitions")).isZero();
    }
}
