package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The priority changes while the machine runs; it begins with 100. */
class PriorityChangeTest extends MachineFixture {
    private static final long DOWN_OF_200_NS = 3_000 * MS + 56 * 1_000 * MS / 256;
    private static final long DOWN_OF_50_NS = 3_000 * MS + 206 * 1_000 * MS / 256;

    @ParameterizedTest
    @ValueSource(ints = {50, 200})
    void anActiveNodeSaysItAtOnceAndAtEveryInterval(int priority) {
        active(machine);
        nowNs += 400 * MS;
        machine.priority(priority, nowNs);

        assertThat(effects()).containsExactly("send " + priority, "renew");
        assertAdvertisesIn(1000 * MS);
        expire(machine);
        assertThat(effects()).containsExactly("send " + priority, "renew");
        assertThat(machine.priority()).isEqualTo(priority);
    }

    @Test
    void theSameOneIsNoChange() {
        active(machine);
        nowNs += 400 * MS;
        machine.priority(100, nowNs);

        assertThat(effects()).isEmpty();
        assertAdvertisesIn(600 * MS);
    }

    @Test
    void anActiveNodeComparesWithTheNewOne() {
        active(machine).priority(50, nowNs);
        effects.clear();
        machine.advertisementHeard(peer(60), nowNs);

        assertThat(effects()).containsExactly("ACTIVE>BACKUP HIGHER_PRIORITY", "release");
        assertArmedIn(DOWN_OF_50_NS);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200})
    void aBackupWaitsAsIfItHadAlwaysHadIt(int priority) {
        backup(machine);
        machine.advertisementHeard(peer(220), nowNs);
        nowNs += 2_000 * MS;
        machine.priority(priority, nowNs);

        assertThat(effects()).isEmpty();
        assertArmedIn((priority == 50 ? DOWN_OF_50_NS : DOWN_OF_200_NS) - 2_000 * MS);
        expire(machine);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send " + priority, "take");
    }

    @Test
    void aBackupThatHasWaitedLongEnoughForItsNewPriorityTakesOverAtOnce() {
        backup(machine);
        nowNs += 3_500 * MS;
        machine.priority(200, nowNs);

        assertArmedIn(0);
        machine.timerExpired(nowNs);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 200", "take");
    }

    @Test
    void thatIsNoLateWakeUp() { // simulation, seed 373920
        machine.linkUp(LOCAL, nowNs);
        machine.start(nowNs);
        machine.priority(200, nowNs);
        machine.advertisementHeard(peer("10.77.0.1", 150, 100), nowNs); // discarded, but counts by a lower priority
        effects.clear();
        nowNs += 2_000 * MS;
        machine.priority(100, nowNs);
        expire(machine);

        assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
    }

    @Test
    void theWaitAfterAFarewellIsOfTheNewOneToo() {
        backup(machine);
        machine.advertisementHeard(peer(220), nowNs);
        machine.advertisementHeard(peer(0), nowNs);
        machine.priority(200, nowNs);

        assertArmedIn(DOWN_OF_200_NS - 3_000 * MS);
    }

    @Test
    void aBackupThatRisesAboveTheActiveNodePreemptsIt() {
        backup(machine);
        machine.advertisementHeard(peer(150), nowNs);
        machine.priority(200, nowNs);
        nowNs += 1_000 * MS;
        machine.advertisementHeard(peer(150), nowNs); // counts no more

        assertArmedIn(DOWN_OF_200_NS - 1_000 * MS);
        expire(machine);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 200", "take");
        assertThat(machine.detail()).isEqualTo("own priority 200 is higher than that of 10.77.0.1 priority 150");
    }

    @Test
    void withoutPreemptItDoesNot() {
        VrrpStateMachine machine = backup(machine(3, false));
        machine.advertisementHeard(peer(150), nowNs);
        machine.priority(200, nowNs);
        nowNs += 1_000 * MS;
        machine.advertisementHeard(peer(150), nowNs);

        assertArmedIn(DOWN_OF_200_NS);
    }

    @Test
    void aBackupThatFallsBelowTheActiveNodeLeavesItAlone() {
        backup(machine);
        nowNs += 3_600 * MS;
        machine.advertisementHeard(peer("10.77.0.1", 80, 2_000), nowNs); // lower: the timer runs on
        assertArmedIn(DOWN_NS - 3_600 * MS);
        nowNs += 5 * MS;
        machine.priority(50, nowNs);

        assertArmedIn(3 * 2_000 * MS + 206 * 2_000 * MS / 256 - 5 * MS); // from that advertisement
        assertThat(machine.active()).isEqualTo(peer("10.77.0.1", 80, 2_000));
    }

    @Test
    void whatWasDiscardedBeforeAFarewellIsForgotten() {
        backup(machine);
        machine.advertisementHeard(peer(80), nowNs);
        nowNs += 100 * MS;
        machine.advertisementHeard(peer(0), nowNs);
        machine.priority(50, nowNs);

        assertArmedIn(DOWN_OF_50_NS - 3_000 * MS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "fault", "handing over"})
    void whereNobodyIsToldItIsKept(String state) {
        switch (state) {
            case "initialize" -> machine.linkUp(LOCAL, nowNs);
            case "fault" -> backup(machine).fail("disk: full", nowNs);
            default -> handingOver(machine);
        }
        effects.clear();
        Long before = armedNs;
        State was = machine.state();
        machine.priority(200, nowNs);

        assertThat(effects()).isEmpty();
        assertThat(armedNs).isEqualTo(before);
        assertThat(machine.state()).isEqualTo(was);
        if (state.equals("handing over")) {
            return;
        }
        machine.recover(nowNs);
        machine.start(nowNs);
        assertArmedIn(DOWN_OF_200_NS);
    }
}
