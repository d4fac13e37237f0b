package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The backup tier and slow start. */
class BackendTiersTest {
    private final Targets targets = new Targets(
            "tiers",
            Picker.of(Scheduler.WEIGHTED_ROUND_ROBIN),
            new WaitingSessions(10),
            PassiveChecks.NONE,
            new PersistenceTable(Persistence.NONE, System::nanoTime),
            new Events());

    private @Nullable Target claim() {
        return targets.claim(List.of(), Pickers.from("192.0.2.1"));
    }

    @Test
    void aBackupServesOnlyWhileNoOtherCan() {
        Target first = targets.add(Backend.of("10.0.0.1", 80), true, "");
        Target spare = targets.add(Backend.of("10.0.0.2", 80).asBackup(), true, "");
        assertThat(IntStream.range(0, 5).mapToObj(i -> claim())).containsOnly(first);
        targets.checked(first, false, "down");
        assertThat(claim()).isSameAs(spare);
        targets.checked(first, true, "up");
        assertThat(claim()).isSameAs(first);
        assertThat(targets.drain(first.address())).isNotDone();
        assertThat(claim()).isSameAs(spare);
        assertThat(spare.state()).isEqualTo(BackendState.UP);
    }

    @Test
    void aBackendThatComesBackGetsItsShareSlowly() {
        Target steady = targets.add(Backend.of("10.0.0.1", 80).weight(10), true, "");
        Target back = targets.add(
                Backend.of("10.0.0.2", 80).weight(10).slowStart(Duration.ofHours(10)), false, "not checked yet");
        targets.checked(back, true, "the first time: no slow start");
        assertThat(back.share()).isEqualTo(steady.share());

        targets.checked(back, false, "down");
        targets.checked(back, true, "up");
        assertThat(List.of(back.share(), steady.share())).containsExactly(10, 1000);
        assertThat(IntStream.range(0, 1010).filter(i -> claim() == back).count())
                .isCloseTo(10L, within(1L));
        assertThat(back.snapshot().weight()).isEqualTo(10);
    }

    @Test
    void theWeightGrowsInProportionToTime() {
        Target target = new Target(Backend.of("10.0.0.2", 80).slowStart(Duration.ofSeconds(10)), true, "");
        target.cameUp(1000);
        assertThat(target.warmPercent(1000)).isEqualTo(1);
        assertThat(target.warmPercent(1000 + TimeUnit.SECONDS.toNanos(5))).isEqualTo(50);
        assertThat(target.isWarming()).isTrue();
        assertThat(target.warmPercent(1000 + TimeUnit.SECONDS.toNanos(10))).isEqualTo(100);
        assertThat(target.isWarming()).isFalse();
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        Backend backend = Backend.of("10.0.0.1", 80);
        assertThatThrownBy(() -> backend.maxConnections(-1))
                .hasMessage("maxConnections of /10.0.0.1:80 must be 0 or more, but was -1");
        assertThatThrownBy(() -> backend.slowStart(Duration.ofSeconds(-1)))
                .hasMessage("slowStart of /10.0.0.1:80 must be in [0, 1 day], but was PT-1S");
    }
}
