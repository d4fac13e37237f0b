package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row by row: RFC 9568 §6.4, where version 2 differs RFC 3768 §6.4. The states in which a node holds the addresses. */
class VrrpStateMachineActiveTest extends MachineFixture {
    @Nested
    class Active {
        @Test
        void adverTimerAdvertisesAndRenews() {
            active(machine);
            for (int i = 0; i < 3; i++) {
                expire(machine);
                assertThat(effects()).containsExactly("send 100", "renew");
                assertArmedIn(1000 * MS);
            }
        }

        @Test
        void whatWasNotSentRenewsNothing() {
            active(machine);
            sendFails = true;
            expire(machine);

            assertThat(effects()).containsExactly("send 100");
            assertArmedIn(1000 * MS);
        }

        @Test
        void shutdownSendsPriorityZeroAndKeepsTheAddresses() {
            active(machine).stop(nowNs);

            assertThat(effects()).containsExactly("send 0", "ACTIVE>HANDING_OVER STOPPED");
            assertArmedIn(1100 * MS);
        }

        @Test
        void priorityZeroIsAnsweredAtOnce() {
            active(machine);
            nowNs += 400 * MS;
            machine.advertisementHeard(peer(0), nowNs);

            assertThat(effects()).containsExactly("send 100", "renew");
            assertAdvertisesIn(1000 * MS);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aHigherPriorityTakesOverWhateverThePreemptMode(boolean preempt) {
            VrrpStateMachine machine = active(machine(3, preempt));
            machine.advertisementHeard(peer("10.77.0.1", 101, 2560), nowNs);

            assertThat(effects()).containsExactly("ACTIVE>BACKUP HIGHER_PRIORITY", "release");
            assertArmedIn(3 * 2560 * MS + 156 * 10 * MS); // and its interval is learned
            assertThat(machine.active()).isEqualTo(peer("10.77.0.1", 101, 2560));
            assertThat(machine.detail()).isEqualTo("10.77.0.1 priority 101 is higher than own priority 100");
        }

        @Test
        void theTieGoesToTheHigherAddressAsAnUnsignedNumber() {
            active(machine).advertisementHeard(peer("200.0.0.1", 100, 1000), nowNs);

            assertThat(effects()).containsExactly("ACTIVE>BACKUP HIGHER_ADDRESS", "release");
            assertArmedIn(DOWN_NS);
        }

        @Test
        void theTieIsWonAgainstALowerAddress() {
            active(machine).advertisementHeard(peer("10.77.0.4", 100, 1000), nowNs);

            assertThat(machine.state()).isEqualTo(State.ACTIVE);
        }

        @Test
        void theTieIsDecidedByTheAddressAsItIsNow() {
            active(machine).linkUp(ip("10.77.0.2"), nowNs);
            machine.advertisementHeard(peer("10.77.0.4", 100, 1000), nowNs);

            assertThat(effects()).containsExactly("ACTIVE>BACKUP HIGHER_ADDRESS", "release");
        }

        @Test
        void version3AnswersALowerPriorityAtOnceAndTheTimerRunsOn() {
            active(machine);
            nowNs += 400 * MS;
            machine.advertisementHeard(peer(99), nowNs);

            assertThat(effects()).containsExactly("send 100", "renew", "announce", "heard lower");
            assertAdvertisesIn(600 * MS);
        }

        @Test
        void version2OnlyDiscardsALowerPriority() {
            VrrpStateMachine machine = active(machine(2, true));
            machine.advertisementHeard(peer(99), nowNs);

            assertThat(effects()).containsExactly("announce", "heard lower");
            assertAdvertisesIn(1000 * MS);
        }

        @Test
        void aFailedCheckGivesUpAndReleasesAtOnce() {
            active(machine).fail("disk: full", nowNs);

            assertThat(effects()).containsExactly("send 0", "ACTIVE>FAULT CHECK_FAILED", "release");
            assertThat(armedNs).isNull();
        }

        @Test
        void linkDownReleasesAtOnceAndSendsNothing() {
            active(machine).linkDown("eth0 is down");

            assertThat(effects()).containsExactly("ACTIVE>FAULT LINK_DOWN", "release");
            assertThat(armedNs).isNull();
        }
    }

    @Nested
    class HandingOver {
        @Test
        void theFirstAdvertisementOfASuccessorEndsIt() {
            handingOver(machine).advertisementHeard(peer(50), nowNs);

            assertThat(effects()).containsExactly("HANDING_OVER>INITIALIZE STOPPED", "release");
            assertThat(machine.detail()).isEqualTo("stopped; 10.77.0.1 priority 50 is active");
            assertThat(armedNs).isNull();
        }

        @Test
        void aPriorityZeroDoesNot() {
            handingOver(machine).advertisementHeard(peer(0), nowNs);

            assertThat(effects()).isEmpty();
            assertArmedIn(1100 * MS);
        }

        @Test
        void itsBoundEndsIt() {
            handingOver(machine);
            expire(machine);

            assertThat(effects()).containsExactly("HANDING_OVER>INITIALIZE STOPPED", "release");
        }

        @Test
        void linkDownAndAFailedCheckEndIt() {
            handingOver(machine).linkDown("eth0 is down");
            assertThat(effects()).containsExactly("HANDING_OVER>INITIALIZE STOPPED", "release");

            VrrpStateMachine other = handingOver(machine(3, true));
            other.fail("disk: full", nowNs);
            assertThat(effects()).containsExactly("HANDING_OVER>INITIALIZE STOPPED", "release");
        }

        @Test
        void aSecondStopChangesNothing() {
            handingOver(machine);
            nowNs += 100 * MS;
            machine.stop(nowNs);

            assertThat(effects()).isEmpty();
            assertArmedIn(1000 * MS);
        }

        @Test
        void toTheOutsideItIsActive() {
            assertThat(handingOver(machine).state().shown()).isEqualTo(io.ha4j.GroupState.ACTIVE);
        }
    }
}
