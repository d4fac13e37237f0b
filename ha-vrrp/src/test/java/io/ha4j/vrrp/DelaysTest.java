package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Priority 100, interval 1 s, with the one or the other delay. */
class DelaysTest extends MachineFixture {
    private static VirtualRouter.Builder router() {
        return VirtualRouter.on("eth0").id(51);
    }

    @Nested
    class Preemption {
        private final VrrpStateMachine machine = machine(router().preemptDelay(Duration.ofSeconds(10)));

        @Test
        void aLowerNodeIsFollowedUntilTheDelayIsOver() {
            backup(machine);
            for (int second = 1; second < 10; second++) {
                nowNs += 1000 * MS;
                machine.advertisementHeard(peer(50), nowNs);
                assertArmedIn(DOWN_NS);
                assertThat(machine.delayNs(nowNs)).isEqualTo((10 - second) * 1000L * MS);
            }
            nowNs += 1000 * MS;
            machine.advertisementHeard(peer(50), nowNs); // counts no more
            assertArmedIn(DOWN_NS - 1000 * MS);
            assertThat(machine.delayNs(nowNs)).isZero();
            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 100", "take");
        }

        @Test
        void itCountsFromTheLastNodeThatWasNotLower() {
            backup(machine);
            nowNs += 60_000 * MS;
            machine.advertisementHeard(peer(100), nowNs);
            assertThat(machine.delayNs(nowNs)).as("nobody to preempt").isZero();
            nowNs += 9_900 * MS;
            machine.advertisementHeard(peer(50), nowNs);
            assertArmedIn(DOWN_NS);
            assertThat(machine.delayNs(nowNs)).isEqualTo(100 * MS);
        }

        @Test
        void itDelaysARiseOfThePriorityToo() {
            backup(machine);
            nowNs += 60_000 * MS;
            machine.advertisementHeard(peer(150), nowNs);
            machine.priority(200, nowNs);
            nowNs += 1_000 * MS;
            machine.advertisementHeard(peer(150), nowNs);

            assertArmedIn(3_000 * MS + 56 * 1_000 * MS / 256);
            assertThat(machine.delayNs(nowNs)).isEqualTo(9_000 * MS);
        }

        @Test
        void itBeginsAnewAfterAFault() {
            backup(machine);
            nowNs += 60_000 * MS;
            machine.fail("disk: full", nowNs);
            machine.recover(nowNs);
            nowNs += 5_000 * MS;
            machine.advertisementHeard(peer(50), nowNs);

            assertArmedIn(DOWN_NS);
            assertThat(machine.delayNs(nowNs)).isEqualTo(5_000 * MS);
        }

        @Test
        void itDelaysNothingWhenTheActiveNodeIsGone() {
            backup(machine);
            machine.advertisementHeard(peer(50), nowNs);
            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
        }

        @Test
        void norWhenThatGivesUp() {
            backup(machine);
            machine.advertisementHeard(peer(50), nowNs);
            machine.advertisementHeard(peer(0), nowNs);
            assertArmedIn(SKEW_NS);
            assertThat(machine.delayNs(nowNs)).isZero();
        }
    }

    @Nested
    class Startup {
        private final VrrpStateMachine machine = machine(router().startupDelay(Duration.ofSeconds(10)));

        @Test
        void theActiveDownTimerBeginsAfterIt() {
            backup(machine);
            assertArmedIn(10_000 * MS + DOWN_NS);
            assertThat(machine.delayNs(nowNs)).isEqualTo(10_000 * MS);
            assertThat(machine.delayNs(nowNs + 4_000 * MS)).isEqualTo(6_000 * MS);
            assertThat(machine.delayNs(nowNs + 11_000 * MS)).isZero();
            expire(machine);
            assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
        }

        @Test
        void anActiveNodeThatFallsSilentMeanwhileIsReplacedNotBeforeItsEnd() {
            backup(machine);
            nowNs += 1_000 * MS;
            machine.advertisementHeard(peer(150), nowNs);
            assertArmedIn(9_000 * MS);
            nowNs += 7_000 * MS;
            machine.advertisementHeard(peer(150), nowNs);
            assertArmedIn(DOWN_NS);
        }

        @Test
        void oneThatGivesUpMeanwhileToo() {
            backup(machine);
            machine.advertisementHeard(peer(0), nowNs);
            assertArmedIn(10_000 * MS);
            nowNs += 9_900 * MS;
            machine.advertisementHeard(peer(0), nowNs);
            assertArmedIn(SKEW_NS);
        }

        @Test
        void aLowerOneIsPreemptedNotBeforeItsEnd() {
            backup(machine);
            machine.advertisementHeard(peer(50), nowNs);
            assertArmedIn(10_000 * MS + DOWN_NS);
            assertThat(machine.delayNs(nowNs)).isEqualTo(10_000 * MS);
        }

        @Test
        void itIsOfTheStartAndNotOfTheLink() {
            machine.linkDown("eth0 is down");
            machine.start(nowNs);
            nowNs += 4_000 * MS;
            machine.linkUp(LOCAL, nowNs);
            assertArmedIn(6_000 * MS + DOWN_NS);

            machine.linkDown("eth0 is down");
            nowNs += 60_000 * MS;
            machine.linkUp(LOCAL, nowNs);
            assertArmedIn(DOWN_NS);
        }

        @Test
        void stoppingDoesNotWaitForIt() {
            backup(machine).stop(nowNs);
            assertThat(effects()).containsExactly("BACKUP>INITIALIZE STOPPED");
        }
    }
}
