package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.HaException;
import io.ha4j.Mismatch;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other settings while a group runs, and no election for it. */
class ReconfigurationTest {
    private static final List<VirtualAddress> MORE =
            List.of(VirtualAddress.of("10.77.0.100/24"), VirtualAddress.of("10.77.0.101/24"));

    private final Cluster cluster = new Cluster(4);
    private SimNode high;
    private SimNode low;

    private static VirtualRouter.Builder router(int priority) {
        return VirtualRouter.on(SimHost.INTERFACE)
                .id(51)
                .priority(priority)
                .advertisementInterval(Duration.ofMillis(100));
    }

    @BeforeEach
    void twoNodes() {
        high = cluster.start(1, router(150).build());
        low = cluster.start(2, router(100).build());
        cluster.runUntil(high::isActive, Duration.ofSeconds(10));
        cluster.run(Duration.ofSeconds(1));
    }

    @Test
    void anotherAddressIsAdvertisedFromTheNextTimeOnAndNobodyChangesItsState() {
        int changes = high.events(GroupEvent.StateChanged.class).size();
        high.candidacy().reconfigure(router(150).build(), MORE, List.of());
        cluster.run(Duration.ofSeconds(1));

        assertThat(high.owner().calls()).containsExactly("take", "change [10.77.0.100/24, 10.77.0.101/24]");
        assertThat(high.events(GroupEvent.StateChanged.class)).hasSize(changes);
        assertThat(high.events(GroupEvent.PriorityZeroSent.class)).isEmpty();
        assertThat(low.state()).isEqualTo(GroupState.BACKUP);
        assertThat(low.snapshot().mismatches())
                .singleElement()
                .extracting(Mismatch::kind)
                .isEqualTo(Mismatch.Kind.ADDRESS_LIST);
        assertThat(high.snapshot().addresses()).isEqualTo(MORE);

        low.candidacy().reconfigure(router(100).build(), MORE, List.of());
        long before = low.counter("addressListErrors");
        cluster.run(Duration.ofSeconds(1));
        assertThat(low.counter("addressListErrors")).isEqualTo(before);
    }

    @Test
    void withoutPreemptionAHigherOneLeavesTheActiveNodeAlone() {
        low.candidacy().reconfigure(router(100).preempt(false).build(), Cluster.ADDRESSES, List.of());
        low.candidacy().priority(200);
        cluster.run(Duration.ofSeconds(2));
        assertThat(high.isActive()).isTrue();

        low.candidacy().reconfigure(router(100).preempt(true).build(), Cluster.ADDRESSES, List.of());
        cluster.runUntil(low::isActive, Duration.ofSeconds(2));
        assertThat(low.owner().calls()).as("the addresses are the same").doesNotContain("change [10.77.0.100/24]");
    }

    @Test
    void whatWouldMakeItAnotherOneIsRefusedByName() {
        VirtualRouter next =
                router(150).id(52).advertisementInterval(Duration.ofSeconds(1)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> high.candidacy().reconfigure(next, MORE, List.of()))
                .withMessageContaining("virtual router id from 51 to 52, advertisementInterval from PT0.1S to PT1S");
        VirtualRouter sooner = router(150).lease(Duration.ofMillis(200)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> high.candidacy().reconfigure(sooner, MORE, List.of()))
                .withMessageContaining("lease from PT0.3S to PT0.2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> high.candidacy()
                        .reconfigure(router(150).build(), List.of(VirtualAddress.of("fe80::100/64")), List.of()))
                .withMessageContaining("family");
        assertThat(high.owner().calls()).containsExactly("take");
        assertThat(high.snapshot().addresses()).isEqualTo(Cluster.ADDRESSES);
    }

    @Test
    void whatTheKernelRefusesLeavesAllAsItWas() {
        high.host().refuseAddresses(true);
        assertThatThrownBy(() -> high.candidacy().reconfigure(router(150).build(), MORE, List.of()))
                .isInstanceOf(HaException.class);
        high.host().refuseAddresses(false);
        cluster.run(Duration.ofSeconds(1));

        assertThat(high.snapshot().addresses()).isEqualTo(Cluster.ADDRESSES);
        assertThat(low.snapshot().mismatches()).isEmpty();
        assertThat(high.isActive()).isTrue();
    }
}
