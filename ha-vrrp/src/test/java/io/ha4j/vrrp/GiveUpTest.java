package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a sync group asks of the machine and tells it. */
class GiveUpTest extends MachineFixture {
    @Test
    void anActiveNodeSaysSoAndListensAfresh() {
        active(machine);
        machine.giveUp("in follows another node", nowNs);
        assertThat(effects()).containsExactly("send 0", "ACTIVE>BACKUP SYNC_GROUP", "release");
        assertThat(machine.detail()).isEqualTo("in follows another node");
        assertArmedIn(DOWN_NS);
        assertThat(machine.follows()).isFalse();
    }

    @Test
    void othersAreNotConcerned() {
        machine.giveUp("", nowNs);
        backup(machine);
        machine.giveUp("", nowNs);
        machine.fail("disk full", nowNs);
        effects();
        machine.giveUp("", nowNs);
        assertThat(effects()).isEmpty();
        machine.recover(nowNs);
        expire(machine);
        machine.handOver(nowNs);
        effects();
        machine.giveUp("", nowNs);
        assertThat(effects()).isEmpty();
        assertThat(machine.state()).isEqualTo(State.HANDING_OVER);
    }

    @Test
    void itFollowsWhomItDoesNotPreempt() {
        backup(machine);
        assertThat(machine.follows()).isFalse();
        machine.advertisementHeard(peer(90), nowNs);
        assertThat(machine.follows()).isFalse();
        nowNs += 100 * MS;
        machine.advertisementHeard(peer(150), nowNs);
        assertThat(machine.follows()).isTrue();
        assertThat(machine.dueNs()).isEqualTo(nowNs + DOWN_NS);
        machine.linkDown("eth0 is down");
        assertThat(machine.follows()).isFalse();
        assertThat(machine.linkObstacle()).isEqualTo("eth0 is down");
        machine.linkUp(LOCAL, nowNs);
        assertThat(machine.linkObstacle()).isNull();
    }
}
