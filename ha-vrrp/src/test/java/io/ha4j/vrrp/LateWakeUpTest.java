package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that was away listens before it speaks. Priority 100, interval 1 s. */
class LateWakeUpTest extends MachineFixture {
    private static final String SILENTLY = "ACTIVE>BACKUP LATE_WAKE_UP";

    @Nested
    class Active {
        @Test
        void justBelowThreeIntervalsItGoesOn() {
            active(machine);
            nowNs += 3000 * MS - 1;
            machine.timerExpired(nowNs);

            assertThat(effects()).containsExactly("send 100", "renew");
            assertAdvertisesIn(1000 * MS);
        }

        @Test
        void afterThreeIntervalsItSaysNothingAndListens() {
            active(machine);
            nowNs += 3000 * MS;
            machine.timerExpired(nowNs);

            assertThat(effects()).containsExactly(SILENTLY, "release");
            assertThat(machine.detail())
                    .isEqualTo(
                            "away for 3000 ms, which is three intervals of 1000 ms or more: another node may be active");
            assertArmedIn(DOWN_NS);
            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
        }

        @Test
        void whatCouldNotBeSentIsNoAbsence() {
            active(machine);
            sendFails = true;
            for (int i = 0; i < 10; i++) {
                expire(machine);
            }

            assertThat(machine.state()).isEqualTo(State.ACTIVE);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 50, 150})
        void aPacketThatIsReadFirstIsReadByABackup(int priority) {
            active(machine);
            nowNs += 8000 * MS;
            machine.advertisementHeard(peer(priority), nowNs);

            assertThat(effects()).startsWith(SILENTLY, "release").noneMatch(it -> it.startsWith("send"));
            assertThat(machine.state()).isEqualTo(State.BACKUP);
            assertArmedIn(priority == 0 ? SKEW_NS : DOWN_NS);
        }

        @Test
        void itDoesNotSayFarewellEither() {
            active(machine);
            nowNs += 8000 * MS;
            machine.stop(nowNs);

            assertThat(effects()).containsExactly(SILENTLY, "release", "BACKUP>INITIALIZE STOPPED");
        }

        @Test
        void norWhenACheckFails() {
            active(machine);
            nowNs += 8000 * MS;
            machine.fail("disk: full", nowNs);

            assertThat(effects()).containsExactly(SILENTLY, "release", "BACKUP>FAULT CHECK_FAILED");
        }

        @Test
        void norDoesItTellItsNewPriority() {
            active(machine);
            nowNs += 8000 * MS;
            machine.priority(200, nowNs);

            assertThat(effects()).containsExactly(SILENTLY, "release");
            assertArmedIn(3000 * MS + 56 * 1000 * MS / 256);
        }

        @Test
        void anOwnerListensToo() {
            VrrpStateMachine owner = machine(VirtualRouter.on("eth0").id(51).priority(255));
            owner.linkUp(LOCAL, nowNs);
            owner.start(nowNs);
            effects.clear();
            nowNs += 8000 * MS;
            owner.timerExpired(nowNs);

            assertThat(effects()).containsExactly(SILENTLY, "release");
            assertArmedIn(3000 * MS + 1000 * MS / 256);
            owner.advertisementHeard(peer(100), nowNs);
            expire(owner);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 255", "take");
        }

        @Test
        void itComesBackWithItsPreemptionDelay() {
            VrrpStateMachine patient =
                    active(machine(VirtualRouter.on("eth0").id(51).preemptDelay(Duration.ofSeconds(10))));
            nowNs += 8000 * MS;
            patient.timerExpired(nowNs);
            patient.advertisementHeard(peer(50), nowNs);

            assertThat(patient.delayNs(nowNs)).isEqualTo(10_000 * MS);
        }
    }

    @Nested
    class Backup {
        @Test
        void lateByLessThanAnIntervalItTakesOver() {
            backup(machine);
            nowNs += DOWN_NS + 1000 * MS - 1;
            machine.timerExpired(nowNs);

            assertThat(effects()).contains("BACKUP>ACTIVE NO_ADVERTISEMENT");
        }

        @Test
        void lateByAnIntervalItListensOnceMore() {
            backup(machine);
            nowNs += DOWN_NS + 1000 * MS;
            machine.timerExpired(nowNs);

            assertThat(effects()).containsExactly("late by 1000 ms");
            assertArmedIn(DOWN_NS);
            machine.advertisementHeard(peer(150), nowNs);
            assertArmedIn(DOWN_NS);
        }

        @Test
        void butNotTwiceInARow() {
            backup(machine);
            nowNs += DOWN_NS + 5000 * MS;
            machine.timerExpired(nowNs);
            nowNs += DOWN_NS + 5000 * MS;
            machine.timerExpired(nowNs);

            assertThat(effects())
                    .containsExactly("late by 5000 ms", "BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
        }

        @Test
        void havingHeardSomethingItMayBeLateAgain() {
            backup(machine);
            nowNs += DOWN_NS + 5000 * MS;
            machine.timerExpired(nowNs);
            machine.advertisementHeard(peer(150), nowNs);
            nowNs += DOWN_NS + 5000 * MS;
            machine.timerExpired(nowNs);

            assertThat(effects()).containsExactly("late by 5000 ms", "late by 5000 ms");
        }

        @Test
        void itWaitsByTheIntervalThatItHasLearned() {
            backup(machine);
            machine.advertisementHeard(peer("10.77.0.1", 150, 2560), nowNs);
            nowNs += 3 * 2560 * MS + 156 * 10 * MS + 2560 * MS;
            machine.timerExpired(nowNs);

            assertArmedIn(3 * 2560 * MS + 156 * 10 * MS);
        }

        @Test
        void aNodeThatPreemptsIsNoExceptionEither() {
            backup(machine);
            machine.advertisementHeard(peer(50), nowNs);
            nowNs += DOWN_NS + 1000 * MS;
            machine.timerExpired(nowNs);

            assertThat(effects()).containsExactly("late by 1000 ms");
            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 100", "take");
        }
    }
}
