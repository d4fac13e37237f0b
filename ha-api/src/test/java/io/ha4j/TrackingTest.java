package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TrackingTest {
    private final FakeHost host = new FakeHost();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final HaGroup.Builder builder = HaGroup.builder("web")
            .election(VirtualRouter.on("eth0").id(51).priority(150).build())
            .address("10.0.0.100/24")
            .onEvent(event -> {
                if (event instanceof GroupEvent.CheckChanged change) {
                    changes.add(change.check() + (change.up() ? " up, " : " down, ") + change.detail() + ", "
                            + change.priority());
                }
            });

    @TempDir
    Path directory;

    @BeforeEach
    void provide() {
        Providers.override(host, List.of(host));
    }

    @AfterEach
    void restore() {
        Providers.override(null, null);
    }

    private String nextChange() throws InterruptedException {
        String next = changes.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("the next change of a check").isNotNull();
        return String.valueOf(next);
    }

    /** What was asked of the election, of these kinds. */
    private List<String> asked() {
        return host.calls.stream()
                .filter(call -> call.startsWith("priority") || call.startsWith("fail") || call.equals("recover"))
                .toList();
    }

    @Test
    void weightsMoveThePriority() throws Exception {
        HealthSwitch good = HealthCheck.inProcess("good");
        HealthSwitch bad = HealthCheck.inProcess("bad");
        HealthSwitch strange = HealthCheck.inProcess("strange");
        try (HaGroup group = builder.track(good, 20)
                .track(bad, -40)
                .trackReversed(strange, -3)
                .start()) {
            bad.down("disk full");
            strange.down("sleeps");
            good.down("slow");
            bad.up();
            assertThat(nextChange()).isEqualTo("bad down, disk full, 130");
            assertThat(nextChange()).isEqualTo("strange down, sleeps, 133");
            assertThat(nextChange()).isEqualTo("good down, slow, 113");
            assertThat(nextChange()).isEqualTo("bad up, up, 153");
            assertThat(group.snapshot().checks())
                    .containsExactly(
                            new TrackedCheck("good", 20, false, false, "slow", 0, false),
                            new TrackedCheck("bad", -40, false, true, "up", 0, false),
                            new TrackedCheck("strange", -3, true, false, "sleeps", 3, false));
        }
        assertThat(asked())
                .containsExactly("priority 170", "priority 130", "priority 133", "priority 113", "priority 153");
        assertThat(host.calls).containsSubsequence("priority 170", "start");
    }

    @Test
    void aNewPriorityIsWhatTheyChange() throws Exception {
        HealthSwitch check = HealthCheck.inProcess("check");
        try (HaGroup group = builder.track(check, -20).start()) {
            check.down("slow");
            assertThat(nextChange()).isEqualTo("check down, slow, 130");
            group.priority(90);
            assertThat(group.snapshot().priority()).isEqualTo(70);
            assertThatIllegalArgumentException().isThrownBy(() -> group.priority(255));
            check.up();
            assertThat(nextChange()).isEqualTo("check up, up, 90");
        }
        assertThat(asked()).containsExactly("priority 130", "priority 70", "priority 90");
    }

    @Test
    void theSumStaysWithinWhatAPriorityCanBe() throws Exception {
        HealthSwitch one = HealthCheck.inProcess("one");
        HealthSwitch two = HealthCheck.inProcess("two");
        try (HaGroup group =
                builder.track(one, 100).track(two, 100).track(one, -254).start()) {
            two.down("");
            one.down("");
            assertThat(nextChange()).isEqualTo("two down, , 250");
            nextChange();
            nextChange();
        }
        assertThat(asked()).startsWith("priority 254", "priority 250").endsWith("priority 1");
    }

    @Test
    void whatStillFailsIsTold() throws Exception {
        HealthSwitch one = HealthCheck.inProcess("one");
        HealthSwitch two = HealthCheck.inProcess("two");
        try (HaGroup group = builder.track(one).track(two).start()) {
            one.down("a");
            two.down("b");
            one.up();
            two.up();
            for (int i = 0; i < 4; i++) {
                nextChange();
            }
        }
        assertThat(asked()).containsExactly("fail one: a", "fail two: b", "recover");
    }

    @Test
    void aPolledCheckHoldsTheGroupBackUntilItHasSpoken() throws Exception {
        Path go = directory.resolve("go");
        ScriptCheck check = HealthCheck.script("ready", "sh", "-c", "while ! test -e " + go + "; do sleep 0.01; done")
                .timeout(Duration.ofSeconds(20));
        try (HaGroup group = builder.track(check).track(check, -20).start()) {
            assertThat(group.snapshot().checks())
                    .containsExactly(
                            new TrackedCheck("ready", 0, false, false, "not checked yet", 0, true),
                            new TrackedCheck("ready", -20, false, false, "not checked yet", -20, false));
            Files.createFile(go);
            assertThat(nextChange()).isEqualTo("ready up, exit code 0, 130");
            assertThat(nextChange()).isEqualTo("ready up, exit code 0, 150");
        }
        assertThat(host.calls)
                .containsSubsequence("priority 130", "fail ready: not checked yet", "start", "recover", "priority 150");
    }

    @Test
    void theValueInAFileMovesThePriority() throws Exception {
        Path file = Files.writeString(directory.resolve("value"), "0");
        FileCheck check = HealthCheck.fileValue("load", file).interval(Duration.ofMillis(5));
        try (HaGroup group = builder.track(check, -2).start()) {
            assertThat(nextChange()).isEqualTo("load up, value 0, 150");
            Files.writeString(file, "7");
            assertThat(nextChange()).isEqualTo("load down, value 7, 136");
            Files.writeString(file, "127");
            assertThat(nextChange()).isEqualTo("load down, value 127, 150");
        }
        assertThat(asked()).containsExactly("priority 136", "priority 150", "fail load: value 127");
    }

    @Test
    void anInterfaceIsFollowed() throws Exception {
        HealthCheck link = HealthCheck.networkInterface("eth1");
        HaGroup group = builder.track(link).start();
        assertThat(nextChange()).isEqualTo("eth1 down, no such interface: eth1, 150");
        host.link("eth1", true);
        assertThat(nextChange()).isEqualTo("eth1 up, up, 150");
        host.link("eth1", false);
        assertThat(nextChange()).isEqualTo("eth1 down, down or without carrier, 150");
        group.close();
        assertThat(host.linkListeners).isEmpty();
        assertThat(asked())
                .containsExactly("fail eth1: no such interface: eth1", "recover", "fail eth1: down or without carrier");
    }

    @Test
    void anOwnerHasOnePriority() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaGroup.builder("own")
                        .election(VirtualRouter.on("eth0").id(51).priority(255).build())
                        .address("10.0.0.100/24")
                        .track(HealthCheck.inProcess("db"), -1)
                        .start())
                .withMessage("weight of db in group own must be 0, as priority 255 cannot change, but was -1");
    }
}
