package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerEvent.BackendChanged;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ejection and failing open. */
class PassiveChecksTest {
    private static final PassiveChecks EJECT = PassiveChecks.NONE.failures(3);

    private final Events events = new Events();
    private final List<Target> all = new ArrayList<>();

    private Targets targets(PassiveChecks passive, int count) {
        Targets targets = new Targets(
                "p",
                Picker.of(Scheduler.ROUND_ROBIN),
                new WaitingSessions(0),
                passive,
                new PersistenceTable(Persistence.NONE, System::nanoTime),
                events);
        for (int i = 1; i <= count; i++) {
            all.add(targets.add(Backend.of("10.0.0." + i, 80), true, ""));
        }
        return targets;
    }

    private static void fail(Targets targets, Target target, int times) {
        for (int i = 0; i < times; i++) {
            targets.connectFailed(target, false);
        }
    }

    /** Where the next connections go. */
    private static Set<Target> served(Targets targets) {
        return IntStream.range(0, 20)
                .mapToObj(i -> targets.claim(List.of(), Pickers.from("192.0.2.1")))
                .peek(target -> {
                    if (target != null) {
                        targets.release(target, Pickers.from("192.0.2.1"));
                    }
                })
                .collect(Collectors.toSet());
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    @Test
    void failuresInARowEjectForAWhile() throws Exception {
        Targets targets = targets(EJECT, 2);
        Target bad = all.get(0);
        fail(targets, bad, 2);
        targets.connected(bad, 1);
        fail(targets, bad, 2);
        assertThat(served(targets)).containsExactlyInAnyOrderElementsOf(all);
        targets.connectFailed(bad, true); // this machine is to blame
        assertThat(bad.state()).isEqualTo(BackendState.UP);
        fail(targets, bad, 1);
        BackendChanged ejected = events.await(BackendChanged.class);
        assertThat(ejected.to()).isEqualTo(BackendState.DOWN);
        assertThat(ejected.detail()).isEqualTo("ejected for 10000 ms: 3 connects in a row failed");
        assertThat(served(targets)).containsExactly(all.get(1));
        targets.checked(bad, true, "connected"); // a check that sees no more than that the port is open
        assertThat(served(targets)).containsExactly(all.get(1));

        targets.timePasses(in(Duration.ofSeconds(9)));
        assertThat(bad.state()).isEqualTo(BackendState.DOWN);
        targets.timePasses(in(Duration.ofSeconds(11)));
        assertThat(events.await(BackendChanged.class).detail()).isEqualTo("its ejection has ended");
        assertThat(served(targets)).containsExactlyInAnyOrderElementsOf(all);

        fail(targets, bad, 3); // again: longer
        assertThat(events.await(BackendChanged.class).detail())
                .isEqualTo("ejected for 20000 ms: 3 connects in a row failed");
        targets.checked(bad, false, "refused");
        targets.checked(bad, true, "connected"); // it was away and is back
        assertThat(bad.state()).isEqualTo(BackendState.UP);
    }

    @Test
    void noMoreThanTheirShareAreEjected() {
        Targets targets = targets(EJECT, 5);
        all.forEach(target -> fail(targets, target, 10));
        assertThat(all.stream().filter(target -> target.ejected)).hasSize(2);
        assertThat(served(targets)).hasSize(3);
        assertThat(all).extracting(target -> target.failedInRow.get()).containsOnly(10);
    }

    @Test
    void theOnlyBackendIsNeverEjected() {
        Targets targets = targets(EJECT, 1);
        fail(targets, all.get(0), 10);
        assertThat(served(targets)).containsExactly(all.get(0));
    }

    @Test
    void whenTooFewAreUpTheChecksAreNotBelieved() {
        Targets targets = targets(PassiveChecks.NONE.failOpenPercent(50), 4);
        targets.checked(all.get(0), false, "refused");
        targets.checked(all.get(1), false, "refused");
        assertThat(served(targets)).containsExactlyInAnyOrder(all.get(2), all.get(3)); // half is not less than half
        targets.checked(all.get(2), false, "refused");
        assertThat(served(targets)).containsExactlyInAnyOrderElementsOf(all);
        targets.checked(all.get(3), false, "refused");
        assertThat(served(targets)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(all.get(3).state()).isEqualTo(BackendState.DOWN);
        targets.setWeight(all.get(3).address(), 0); // what is not wanted gets none all the same
        assertThat(served(targets)).containsExactlyInAnyOrderElementsOf(all.subList(0, 3));
        targets.checked(all.get(0), true, "connected");
        targets.checked(all.get(1), true, "connected");
        assertThat(served(targets)).containsExactlyInAnyOrder(all.get(0), all.get(1));
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        assertThatThrownBy(() -> EJECT.failures(-1)).hasMessage("failures must be 0 or more, but was -1");
        assertThatThrownBy(() -> EJECT.maxEjectedPercent(101))
                .hasMessage("maxEjectedPercent must be in [0, 100], but was 101");
        assertThatThrownBy(() -> EJECT.ejectionTime(Duration.ZERO))
                .hasMessage("ejectionTime must be in (0, 1 day], but was PT0S");
    }
}
