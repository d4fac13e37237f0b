package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Priority 255, the owner of the addresses: RFC 9568 §6.4, row by row where it differs. */
class OwnerTest extends MachineFixture {
    private static final long DOWN_OF_OWNER_NS = 3_000 * MS + 1_000 * MS / 256;

    private final VrrpStateMachine owner = machine(router());

    private static VirtualRouter.Builder router() {
        return VirtualRouter.on("eth0").id(51).priority(255);
    }

    private void active() {
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);
        effects.clear();
    }

    @Test
    void startupIsActiveAtOnce() {
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);

        assertThat(effects()).containsExactly("INITIALIZE>ACTIVE STARTED", "send 255", "take");
        assertAdvertisesIn(1000 * MS);
        assertThat(owner.detail()).isEqualTo("started, and this node owns the addresses");
    }

    @Test
    void fromFaultItIsActiveAtOnceToo() {
        active();
        owner.fail("disk: full", nowNs);
        assertThat(effects()).containsExactly("send 0", "ACTIVE>FAULT CHECK_FAILED", "release");
        owner.recover(nowNs);
        assertThat(effects()).containsExactly("FAULT>ACTIVE CHECK_RECOVERED", "send 255", "take");

        owner.linkDown("eth0 is down");
        effects.clear();
        owner.linkUp(LOCAL, nowNs);
        assertThat(effects()).containsExactly("FAULT>ACTIVE LINK_UP", "send 255", "take");
    }

    @Test
    void whatIsBlockedAtStartupIsAFault() {
        owner.fail("disk: full", nowNs);
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);

        assertThat(effects()).containsExactly("INITIALIZE>FAULT CHECK_FAILED");
    }

    @Test
    void aLowerPriorityIsAnswered() {
        active();
        owner.advertisementHeard(peer(254), nowNs);

        assertThat(effects()).containsExactly("send 255", "renew", "announce", "heard lower");
    }

    @Test
    void aDuplicateOwnerIsHeardAndTheHigherAddressStays() { // erratum 8298: log, do not discard
        active();
        owner.advertisementHeard(peer("10.77.0.4", 255, 1000), nowNs);
        assertThat(effects()).containsExactly("send 255", "renew", "announce", "heard lower");

        owner.advertisementHeard(peer("10.77.0.6", 255, 1000), nowNs);
        assertThat(effects()).containsExactly("ACTIVE>BACKUP HIGHER_ADDRESS", "release");
        assertArmedIn(DOWN_OF_OWNER_NS);
        expire(owner);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE NO_ADVERTISEMENT", "send 255", "take");
    }

    @Test
    void preemptModeIsNotAskedOfAnOwner() {
        VrrpStateMachine owner = machine(router().preempt(false));
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);
        owner.advertisementHeard(peer("10.77.0.6", 255, 1000), nowNs);
        effects.clear();
        nowNs += 1000 * MS;
        owner.advertisementHeard(peer(254), nowNs); // that one has gone, and a lower one was faster

        assertArmedIn(DOWN_OF_OWNER_NS - 1000 * MS);
        expire(owner);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 255", "take");
    }

    @Test
    void aStartupDelayIsWaitedForAndNothingElse() {
        VrrpStateMachine owner = machine(router().startupDelay(Duration.ofSeconds(5)));
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);
        assertThat(effects()).containsExactly("INITIALIZE>BACKUP STARTED");
        assertArmedIn(5000 * MS);
        owner.advertisementHeard(peer(200), nowNs);
        assertArmedIn(5000 * MS);

        expire(owner);
        assertThat(effects()).containsExactly("BACKUP>ACTIVE PREEMPTED_PEER", "send 255", "take");
    }

    @Test
    void afterASilentStartupDelayItSaysSo() {
        VrrpStateMachine owner = machine(router().startupDelay(Duration.ofSeconds(5)));
        owner.linkUp(LOCAL, nowNs);
        owner.start(nowNs);
        effects.clear();
        expire(owner);

        assertThat(effects()).containsExactly("BACKUP>ACTIVE STARTED", "send 255", "take");
        assertThat(owner.detail()).isEqualTo("the start-up delay is over, and this node owns the addresses");
    }

    @Test
    void shutdownTellsTheOthers() {
        active();
        owner.stop(nowNs);

        assertThat(effects()).containsExactly("send 0", "ACTIVE>HANDING_OVER STOPPED");
    }
}
