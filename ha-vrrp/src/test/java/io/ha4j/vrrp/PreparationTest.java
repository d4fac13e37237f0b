package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the application does before its node becomes active delays the take-over, and may come too late for it. */
class PreparationTest extends MachineFixture {
    @BeforeEach
    void prepare() {
        prepares = true;
        backup(machine);
        expire(machine);
        assertThat(effects()).containsExactly("prepare");
    }

    @Test
    void nothingIsSentOrTakenBeforeItIsReady() {
        assertThat(machine.state()).isEqualTo(State.BACKUP);
        nowNs += 800 * MS;
        machine.ready(nowNs);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 100", "take");
        assertAdvertisesIn(1000 * MS);
        machine.ready(nowNs);
        assertThat(effects()).isEmpty();
    }

    @Test
    void anotherActiveNodeCallsTheTakeOverOff() {
        machine.advertisementHeard(peer(150), nowNs);
        machine.ready(nowNs + 100 * MS);
        assertThat(machine.state()).isEqualTo(State.BACKUP);
        assertThat(effects()).isEmpty();
        assertArmedIn(DOWN_NS);

        expire(machine);
        assertThat(effects()).as("the next time it is asked again").containsExactly("prepare");
    }

    @Test
    void aLowerOneThatThisNodePreemptsAnywayDoesNot() {
        machine.advertisementHeard(peer(50), nowNs);
        machine.timerExpired(nowNs);
        assertThat(effects()).as("it is under way already").isEmpty();
        machine.ready(nowNs + 100 * MS);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 100", "take");
    }

    @Test
    void aFailureMeanwhileIsNotForgotten() {
        machine.fail("disk full", nowNs);
        machine.ready(nowNs);
        assertThat(machine.state()).isEqualTo(State.FAULT);
        machine.recover(nowNs);
        machine.ready(nowNs);
        assertThat(machine.state()).isEqualTo(State.BACKUP);
    }
}
