package io.ha4j.vrrp.sim;

import static io.ha4j.vrrp.sim.Cluster.router;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ha4j.GroupEvent.Reason;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Priorities that change while a cluster runs, at 100 ms intervals. */
class RunTimePriorityTest {
    private final Cluster cluster = new Cluster(11);
    private final SimNode one = cluster.start(1, router(150).build());
    private final SimNode two = cluster.start(2, router(100).build());

    private void settle() {
        cluster.run(Duration.ofSeconds(2));
        assertThat(cluster.actives()).containsExactly(one);
    }

    @Test
    void theOthersLearnItAtOnce() {
        settle();
        one.candidacy().priority(120);
        cluster.run(Duration.ofMillis(2));

        assertThat(requireNonNull(two.snapshot().active()).priority()).isEqualTo(120);
        assertThat(one.snapshot().priority()).isEqualTo(120);
        assertThat(((VirtualRouter) one.snapshot().election()).priority()).isEqualTo(150);
    }

    @Test
    void aBackupThatRisesTakesOverWithinItsDownTime() {
        settle();
        two.candidacy().priority(200);
        Duration took = cluster.runUntil(two::isActive, Duration.ofSeconds(1));

        assertThat(took).isBetween(Duration.ofMillis(220), Duration.ofMillis(325)); // 3 intervals and a skew of 22 ms
        assertThat(two.lastChange().reason()).isEqualTo(Reason.PREEMPTED_PEER);
        cluster.run(Duration.ofMillis(5));
        assertThat(cluster.actives()).containsExactly(two);
        assertThat(one.lastChange().reason()).isEqualTo(Reason.HIGHER_PRIORITY);
    }

    @Test
    void anActiveNodeThatFallsIsPreempted() {
        settle();
        one.candidacy().priority(50);
        Duration took = cluster.runUntil(two::isActive, Duration.ofSeconds(1));

        assertThat(took).isLessThan(Duration.ofMillis(362));
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.actives()).containsExactly(two);
        one.candidacy().priority(150);
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.actives()).containsExactly(one);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 255, 256})
    void itHasARange(int priority) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.candidacy().priority(priority))
                .withMessage("priority must be in [1, 254] at run time, but was " + priority);
        assertThat(one.snapshot().priority()).isEqualTo(150);
    }

    @Test
    void thatOfAnOwnerIsFixed() {
        SimNode owner = cluster.start(3, router(255).build());
        assertThatIllegalStateException()
                .isThrownBy(() -> owner.candidacy().priority(100))
                .withMessage("the priority of node3 cannot be changed: it is 255, as this node owns the addresses");
    }
}
