package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row by row: RFC 9568 §6.4, where version 2 differs RFC 3768 §6.4. The states in which a node holds nothing. */
class VrrpStateMachineTest extends MachineFixture {
    @Nested
    class Initialize {
        @Test
        void startupBelow255ListensForTheActiveDownInterval() {
            machine.linkUp(LOCAL, nowNs);
            machine.start(nowNs);

            assertThat(effects()).containsExactly("INITIALIZE>BACKUP STARTED");
            assertArmedIn(DOWN_NS);
        }

        @Test
        void startupWithTheLinkDownIsAFault() {
            machine.linkDown("eth0 is down");
            machine.start(nowNs);

            assertThat(effects()).containsExactly("INITIALIZE>FAULT LINK_DOWN");
            assertThat(machine.detail()).isEqualTo("eth0 is down");
            assertThat(armedNs).isNull();
        }

        @Test
        void startupWithAFailedCheckIsAFault() {
            machine.linkUp(LOCAL, nowNs);
            machine.fail("disk: full", nowNs);
            machine.start(nowNs);

            assertThat(effects()).containsExactly("INITIALIZE>FAULT CHECK_FAILED");
            assertThat(machine.detail()).isEqualTo("disk: full");
        }

        @Test
        void nothingElseHasAnEffect() {
            machine.linkUp(LOCAL, nowNs);
            machine.advertisementHeard(peer(0), nowNs);
            machine.advertisementHeard(peer(200), nowNs);
            machine.timerExpired(nowNs);
            machine.stop(nowNs);
            machine.linkDown("eth0 is down");
            machine.fail("disk: full", nowNs);
            machine.recover(nowNs);

            assertThat(machine.state()).isEqualTo(State.INITIALIZE);
            assertThat(effects()).isEmpty();
            assertThat(armedNs).isNull();
        }
    }

    @Nested
    class Backup {
        @Test
        void shutdownIsImmediate() {
            backup(machine).stop(nowNs);

            assertThat(effects()).containsExactly("BACKUP>INITIALIZE STOPPED");
            assertThat(armedNs).isNull();
        }

        @Test
        void activeDownTimerAdvertisesThenTakes() {
            backup(machine);
            expire(machine);

            assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
            assertAdvertisesIn(1000 * MS);
            assertThat(machine.detail()).isEqualTo("no advertisement for 3609 ms");
            assertThat(machine.active()).isNull();
        }

        @Test
        void anExpiryThatWasOvertakenByAnAdvertisementIsIgnored() {
            backup(machine);
            machine.advertisementHeard(peer(150), nowNs + 3000 * MS);
            armedNs = null;

            machine.timerExpired(nowNs + DOWN_NS);

            assertThat(effects()).isEmpty();
            assertThat(armedNs).isEqualTo(nowNs + 3000 * MS + DOWN_NS); // and is not lost
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void priorityZeroLeavesTheSkewTime(boolean preempt) {
            VrrpStateMachine machine = backup(machine(3, preempt));
            machine.advertisementHeard(peer(150), nowNs);
            nowNs += 500 * MS;
            machine.advertisementHeard(peer(0), nowNs);

            assertThat(effects()).containsExactly("heard 0");
            assertArmedIn(SKEW_NS);
            assertThat(machine.active()).isNull();

            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE PEER_RELEASED", "send 100", "take");
            assertThat(machine.detail()).isEqualTo("10.77.0.1 gave up");
        }

        @ParameterizedTest
        @ValueSource(ints = {100, 101, 255})
        void priorityNotBelowItsOwnIsFollowed(int priority) {
            backup(machine);
            nowNs += 3000 * MS;
            machine.advertisementHeard(peer(priority), nowNs);

            assertThat(effects()).isEmpty();
            assertArmedIn(DOWN_NS);
            assertThat(machine.active()).isEqualTo(peer(priority));
        }

        @Test
        void anEqualPriorityIsFollowedWhateverItsAddress() {
            backup(machine);
            nowNs += 3000 * MS;
            machine.advertisementHeard(peer("10.77.0.1", 100, 1000), nowNs);

            assertArmedIn(DOWN_NS);
        }

        @Test
        void withoutPreemptALowerPriorityIsFollowed() {
            VrrpStateMachine machine = backup(machine(3, false));
            nowNs += 3000 * MS;
            machine.advertisementHeard(peer(50), nowNs);

            assertArmedIn(DOWN_NS);
            assertThat(machine.active()).isEqualTo(peer(50));
        }

        @Test
        void withPreemptALowerPriorityIsDiscardedAndTheTimerRunsOn() {
            backup(machine);
            nowNs += 3000 * MS;
            machine.advertisementHeard(peer(50), nowNs);

            assertThat(effects()).isEmpty();
            assertArmedIn(DOWN_NS - 3000 * MS);

            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 100", "take");
            assertThat(machine.detail()).isEqualTo("own priority 100 is higher than that of 10.77.0.1 priority 50");
        }

        @Test
        void version3LearnsTheIntervalOfTheActiveNode() {
            backup(machine);
            machine.advertisementHeard(peer("10.77.0.1", 150, 2560), nowNs);
            assertArmedIn(3 * 2560 * MS + 156 * 10 * MS);

            machine.advertisementHeard(peer(0), nowNs); // a skew of the learned interval
            assertArmedIn(156 * 10 * MS);
        }

        @Test
        void version3UsesItsOwnIntervalAgainWhenActive() {
            backup(machine);
            machine.advertisementHeard(peer("10.77.0.1", 150, 2560), nowNs);
            expire(machine);

            assertAdvertisesIn(1000 * MS);
        }

        @Test
        void version2UsesItsOwnInterval() {
            VrrpStateMachine machine = backup(machine(2, true));
            machine.advertisementHeard(peer("10.77.0.1", 150, 2560), nowNs); // the receive checks let none such pass

            assertArmedIn(DOWN_NS);
        }

        @Test
        void linkDownIsAFault() {
            backup(machine).linkDown("eth0 is down");

            assertThat(effects()).containsExactly("BACKUP>FAULT LINK_DOWN");
            assertThat(armedNs).isNull();
        }

        @Test
        void aFailedCheckIsAFault() {
            backup(machine).fail("disk: full", nowNs);

            assertThat(effects()).containsExactly("BACKUP>FAULT CHECK_FAILED");
            assertThat(armedNs).isNull();
        }
    }

    @Nested
    class Fault {
        private void fault() {
            backup(machine).linkDown("eth0 is down");
            effects.clear();
        }

        @Test
        void nothingIsHeardOrSent() {
            fault();
            machine.advertisementHeard(peer(0), nowNs);
            machine.advertisementHeard(peer(50), nowNs);
            machine.timerExpired(nowNs + DOWN_NS);

            assertThat(effects()).isEmpty();
            assertThat(machine.state()).isEqualTo(State.FAULT);
            assertThat(machine.active()).isNull();
        }

        @Test
        void linkUpListensAfreshWithItsOwnInterval() {
            backup(machine);
            machine.advertisementHeard(peer("10.77.0.1", 150, 2560), nowNs);
            machine.linkDown("eth0 is down");
            effects.clear();
            nowNs += 60_000 * MS;
            machine.linkUp(LOCAL, nowNs);

            assertThat(effects()).containsExactly("FAULT>BACKUP LINK_UP");
            assertArmedIn(DOWN_NS);
        }

        @Test
        void recoveryListensAfresh() {
            active(machine).fail("disk: full", nowNs);
            effects.clear();
            nowNs += 60_000 * MS;
            machine.recover(nowNs);

            assertThat(effects()).containsExactly("FAULT>BACKUP CHECK_RECOVERED");
            assertArmedIn(DOWN_NS);
        }

        @Test
        void bothCausesMustBeGone() {
            fault();
            machine.fail("disk: full", nowNs);
            machine.linkUp(LOCAL, nowNs);
            assertThat(machine.state()).isEqualTo(State.FAULT);
            assertThat(machine.detail()).isEqualTo("disk: full");

            machine.linkDown("eth0 is down");
            machine.recover(nowNs);
            assertThat(machine.state()).isEqualTo(State.FAULT);
            assertThat(machine.detail()).isEqualTo("eth0 is down");
            assertThat(effects()).isEmpty();

            machine.linkUp(LOCAL, nowNs);
            assertThat(effects()).containsExactly("FAULT>BACKUP LINK_UP");
        }

        @Test
        void shutdownIsImmediate() {
            fault();
            machine.stop(nowNs);

            assertThat(effects()).containsExactly("FAULT>INITIALIZE STOPPED");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"BACKUP", "ACTIVE"})
    void recoveringWithoutAFailureHasNoEffect(State state) {
        VrrpStateMachine machine = state == State.BACKUP ? backup(this.machine) : active(this.machine);
        Long before = armedNs;
        machine.recover(nowNs);
        machine.linkUp(LOCAL, nowNs);

        assertThat(machine.state()).isEqualTo(state);
        assertThat(effects()).isEmpty();
        assertThat(armedNs).isEqualTo(before);
    }
}
