package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ElectedGroupTest {
    private final FakeHost host = new FakeHost();
    private final BlockingQueue<GroupEvent> events = new LinkedBlockingQueue<>();
    private final HaGroup.Builder builder = HaGroup.builder("web")
            .election(VirtualRouter.on("eth0").id(51).build())
            .address("10.0.0.100/24")
            .onEvent(events::add);

    @BeforeEach
    void provide() {
        Providers.override(host, List.of(host));
    }

    @AfterEach
    void restore() {
        Providers.override(null, null);
    }

    @Test
    void runsFromStartToCloseAndUsesTheLoopForEverything() throws Exception {
        HaGroup group = builder.start();
        assertThat(nextState()).isEqualTo(GroupState.BACKUP);
        assertThat(group.state()).isEqualTo(GroupState.BACKUP);
        host.raise(GroupState.ACTIVE);
        assertThat(nextState()).isEqualTo(GroupState.ACTIVE);
        assertThat(group.isActive()).isTrue();
        assertThat(group.snapshot().state()).isEqualTo(GroupState.ACTIVE);
        group.close();
        group.close();
        assertThat(host.calls)
                .containsExactly("acquire", "own [10.0.0.100/24] for 3000 ms", "open", "start", "stop", "host closed");
        assertThat(group.snapshot().state()).isEqualTo(GroupState.INITIALIZE);
    }

    @Test
    void itsPriorityChangesWhileItRuns() {
        HaGroup group = builder.start();
        assertThat(group.snapshot().priority()).isEqualTo(100);
        group.priority(50);
        assertThat(host.calls).endsWith("priority 50");
        assertThat(group.snapshot().priority()).isEqualTo(50);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> group.priority(255))
                .withMessage("priority must be in [1, 254] at run time, but was 255");
        group.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> group.priority(60))
                .withMessage("the priority of web cannot be changed: the group is closed");
    }

    @Test
    void anElectionThatCannotBeOpenedLeavesNothingBehind() {
        host.openFailure = new HaException("no such interface: eth0");
        assertThatExceptionOfType(HaException.class).isThrownBy(builder::start).withMessage("no such interface: eth0");
        assertThat(host.calls)
                .containsExactly("acquire", "own [10.0.0.100/24] for 3000 ms", "open", "owner closed", "host closed");
    }

    @Test
    void isInFaultWhileAnyTrackedCheckIsDown() throws Exception {
        HealthSwitch database = HealthCheck.inProcess("db");
        HealthSwitch disk = HealthCheck.inProcess("disk");
        database.down("not yet there");
        HaGroup group = builder.track(database).track(disk).start();
        disk.down("full");
        database.up();
        disk.up();
        assertThat(nextState()).isEqualTo(GroupState.BACKUP);
        group.close();
        disk.down("nobody listens any more");
        assertThat(host.calls)
                .containsSubsequence("fail db: not yet there", "start")
                .containsSubsequence("fail disk: full", "recover", "stop", "host closed")
                .doesNotHaveDuplicates();
    }

    @Test
    void saysWhatIsMissing() {
        host.unavailable = new HaUnavailableException("needs CAP_NET_RAW");
        assertThat(HaGroup.isAvailable()).isFalse();
        assertThatExceptionOfType(HaUnavailableException.class)
                .isThrownBy(builder::start)
                .withMessage("needs CAP_NET_RAW");
        assertThat(host.calls).isEmpty();
    }

    @Test
    void withoutTheModulesTheDependencyIsNamed() {
        Providers.override(null, null);
        assertThatExceptionOfType(HaUnavailableException.class)
                .isThrownBy(builder::start)
                .withMessageContaining("io.github.ha4j:ha-native-linux");
        assertThatExceptionOfType(HaUnavailableException.class)
                .isThrownBy(() -> LoadBalancer.builder("web")
                        .listen("127.0.0.1", 0)
                        .backend(Backend.of("127.0.0.1", 80))
                        .start())
                .withMessageContaining("io.github.ha4j:ha-lb");
        assertThat(HaGroup.unavailabilityCause()).isInstanceOf(HaUnavailableException.class);
    }

    @Test
    void refusesSettingsThatContradictOneAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaGroup.builder("web").address("10.0.0.1").start())
                .withMessage("election of group web must be given, but was not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaGroup.builder("web")
                        .election(VirtualRouter.on("eth0").id(1).build())
                        .start())
                .withMessage("advertised addresses of group web must be 1 to 255, but were 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.address("10.0.0.100/32").start())
                .withMessageContaining("must differ from one another");
    }

    @Test
    void beforeReleaseRunsWhileTheNodeIsStillActiveAndCloseWaitsForTheHooks() throws Exception {
        java.util.List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        HaGroup group = builder.beforeRelease(() -> seen.add("before, stopped: " + host.calls.contains("stop")))
                .start();
        nextState();
        host.raise(GroupState.ACTIVE);
        nextState();
        group.close();
        assertThat(seen).containsExactly("before, stopped: false");
        assertThat(host.calls).containsSubsequence("stop", "host closed");
    }

    @Test
    void anActiveGroupHandsOverAfterItsHooksAndABackupDoesNot() throws Exception {
        java.util.List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        HaGroup group = builder.beforeRelease(
                        () -> seen.add("before, handed over: " + host.calls.contains("hand over")))
                .start();
        nextState();
        assertThat(group.handOver().get().outcome()).isEqualTo(HandOver.Outcome.NOT_ACTIVE);
        assertThat(seen).isEmpty();

        host.raise(GroupState.ACTIVE);
        nextState();
        assertThat(group.handOver().get().outcome()).isEqualTo(HandOver.Outcome.HANDED_OVER);
        assertThat(seen).containsExactly("before, handed over: false");
        group.resume();
        group.close();
        assertThat(host.calls).containsSubsequence("hand over", "resume", "stop");
        assertThat(group.handOver().get().outcome()).isEqualTo(HandOver.Outcome.NOT_ACTIVE);
    }

    @Test
    void isOutForMaintenanceAfterAHandOver() throws Exception {
        HealthSwitch disk = HealthCheck.inProcess("disk");
        HaGroup group = builder.track(disk).start();
        nextState();
        host.raise(GroupState.ACTIVE);
        nextState();
        assertThat(group.suspend("new kernel").get().outcome()).isEqualTo(HandOver.Outcome.HANDED_OVER);
        assertThat(host.calls).containsSubsequence("hand over", "fail suspended: new kernel");

        disk.down("full");
        disk.up();
        assertThat(group.snapshot().checks()).hasSize(1);
        assertThat(host.calls).last().isEqualTo("fail suspended: new kernel");
        disk.down("full again");
        group.resume();
        assertThat(group.snapshot().checks()).hasSize(1);
        assertThat(host.calls).endsWith("resume", "fail disk: full again");
        disk.up();
        assertThat(group.snapshot().checks()).hasSize(1); // behind what the switch said
        group.close();
        assertThat(host.calls).endsWith("recover", "stop", "host closed");
    }

    @Test
    void aBackupIsOutAtOnceAndAnOwnerToo() throws Exception {
        HaGroup group = builder.start();
        assertThat(group.suspend("disk").get().outcome()).isEqualTo(HandOver.Outcome.NOT_ACTIVE);
        assertThat(host.calls).last().isEqualTo("fail suspended: disk");
        group.resume();
        assertThat(group.snapshot().checks()).isEmpty();
        assertThat(host.calls).endsWith("resume", "recover");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> group.suspend(" "))
                .withMessage("why must not be blank");
        group.close();

        HaGroup owner = builder.election(
                        VirtualRouter.on("eth0").id(51).priority(255).build())
                .start();
        host.raise(GroupState.ACTIVE);
        HandOver given = owner.suspend("disk").get();
        assertThat(given.outcome()).isIn(HandOver.Outcome.INTERRUPTED, HandOver.Outcome.NOT_ACTIVE);
        assertThat(host.calls).last().isEqualTo("fail suspended: disk");
        owner.close();
    }

    /** The hook is still running when the operator changes his mind. */
    @Test
    void resumeCountsEvenWhileItIsStillHandingOver() throws Exception {
        java.util.concurrent.CountDownLatch drained = new java.util.concurrent.CountDownLatch(1);
        HaGroup group = builder.beforeRelease(drained::await).start();
        nextState();
        host.raise(GroupState.ACTIVE);
        nextState();
        var suspended = group.suspend("disk");
        group.resume();
        drained.countDown();
        suspended.get();
        assertThat(group.snapshot().checks()).isEmpty();
        assertThat(host.calls).doesNotContain("fail suspended: disk");
        group.close();
    }

    @Test
    void anOwnerCannotHandOver() {
        HaGroup group = builder.election(
                        VirtualRouter.on("eth0").id(51).priority(255).build())
                .start();
        assertThat(group.handOver()).isCompletedExceptionally();
        group.close();
    }

    @Test
    void deadlinesMustBeAboveZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hookDeadline(java.time.Duration.ZERO))
                .withMessage("hookDeadline must be above 0, but was PT0S");
    }

    private GroupState nextState() throws InterruptedException {
        GroupEvent event = events.poll(5, TimeUnit.SECONDS);
        while (event instanceof GroupEvent.CheckChanged) {
            event = events.poll(5, TimeUnit.SECONDS);
        }
        assertThat(event).isInstanceOf(GroupEvent.StateChanged.class);
        return ((GroupEvent.StateChanged) event).to();
    }
}
