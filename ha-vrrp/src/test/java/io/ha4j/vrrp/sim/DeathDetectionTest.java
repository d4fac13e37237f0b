package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.DeathDetectionSnapshot;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.Subscription;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.StreamChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The engine with death detection, in virtual time, with an advertisement every second. */
class DeathDetectionTest {
    private static final int PORT = 7112;

    private final Cluster cluster = new Cluster(1);

    private SimNode start(int host, int priority) {
        SimNode node = cluster.start(host, router(priority, "correct horse battery staple"));
        node.owner().guarded();
        return node;
    }

    private static VirtualRouter router(int priority, String secret) {
        return Cluster.router(priority)
                .advertisementInterval(Duration.ofSeconds(1))
                .deathDetection(PORT, secret)
                .build();
    }

    private static DeathDetectionSnapshot detection(SimNode node) {
        return Objects.requireNonNull(node.snapshot().deathDetection());
    }

    private static long counter(SimNode node, String name) {
        return Objects.requireNonNull(detection(node).counters().get(name));
    }

    private void settle() {
        cluster.run(Duration.ofSeconds(10));
    }

    @Test
    void theSuccessorIsActiveAtOnceAndTheOthersFollow() {
        SimNode active = start(1, 200);
        SimNode third = start(2, 100);
        SimNode second = start(3, 100); // of the higher address
        settle();
        assertThat(detection(active).peers()).containsExactly("10.77.0.3", "10.77.0.2");
        assertThat(detection(second).rank()).isEqualTo(1);
        assertThat(detection(third).rank()).isEqualTo(2);
        assertThat(detection(third).effective()).isTrue();

        active.crash();
        assertThat(cluster.runUntil(second::isActive, Duration.ofSeconds(1))).isLessThan(Duration.ofMillis(5));
        settle();
        assertThat(cluster.actives()).containsExactly(second);
        assertThat(second.lastChange().reason()).isEqualTo(Reason.PEER_DIED);
        assertThat(second.lastChange().detail())
                .isEqualTo("the process of the active 10.77.0.1 priority 200 has ended");
        assertThat(detection(third).rank()).isEqualTo(1);
    }

    @Test
    void theNextOneTakesOverWhenTheFirstDiesToo() {
        SimNode active = start(1, 200);
        SimNode third = start(2, 90);
        SimNode second = start(3, 100);
        settle();
        active.crash();
        second.crash();
        assertThat(cluster.runUntil(third::isActive, Duration.ofSeconds(1)))
                .isBetween(Duration.ofMillis(50), Duration.ofMillis(55));
    }

    @Test
    void withoutAGuardTheTimerDecides() {
        SimNode active = cluster.start(1, router(200, "correct horse battery staple")); // its lease is not enforced
        SimNode backup = start(2, 100);
        settle();
        assertThat(detection(active).remark()).isEqualTo("nobody takes over early, as this node has no kernel guard");
        assertThat(detection(backup).remark())
                .isEqualTo("nobody takes over early, as the active node has no kernel guard");
        active.crash();
        assertThat(cluster.runUntil(backup::isActive, Duration.ofSeconds(5))).isGreaterThan(Duration.ofSeconds(2));
        assertThat(counter(backup, "deaths")).isEqualTo(1);
    }

    @Test
    void anOrderlyEndAndAnotherSecretAreNoDeaths() {
        SimNode active = start(1, 200);
        SimNode stranger = cluster.start(2, router(90, "incorrect horse battery staple"));
        SimNode backup = start(3, 100);
        settle();
        assertThat(counter(active, "refusedConnections")).isPositive();
        assertThat(detection(stranger).effective()).isFalse();
        active.stop();
        settle();
        assertThat(backup.isActive()).isTrue();
        assertThat(backup.lastChange().reason()).isEqualTo(Reason.PEER_RELEASED);
        assertThat(counter(backup, "deaths")).isZero();
    }

    /** Who says nothing has a second, and only so many wait at the same time; who has proved himself stays. */
    @Test
    void strangersAreFewAndLeaveSoon() {
        SimNode active = start(1, 200);
        SimNode backup = start(2, 100);
        settle();
        SimHost host = cluster.host(9);
        StreamChannel.Place from = new StreamChannel.Place(host.link(SimHost.INTERFACE), Cluster.address(9), 0);
        List<String> ended = new ArrayList<>();
        InetAddress to = Cluster.address(1);
        for (int i = 0; i < 20; i++) {
            host.streams().connect(host, from, to, PORT, new StreamChannel.Receiver() {
                @Override
                public void received(ByteBuffer bytes) {}

                @Override
                public void ended(StreamChannel.End end, String detail) {
                    ended.add(end.toString());
                }
            });
        }
        cluster.run(Duration.ofMillis(100));
        assertThat(ended).hasSize(4).containsOnly("FINISHED");
        cluster.run(Duration.ofSeconds(1));
        assertThat(ended).hasSize(20);
        assertThat(counter(active, "timedOutConnections")).isEqualTo(20);
        assertThat(detection(backup).effective()).isTrue();
    }

    @Test
    void aPortThatIsTakenIsNoReasonToBeOutLater() {
        SimHost host = cluster.host(1);
        StreamChannel.Place place = new StreamChannel.Place(host.link(SimHost.INTERFACE), Cluster.address(1), PORT);
        SimNode node = cluster.start(host, router(200, "correct horse battery staple"));
        settle();
        host.linkUp(false);
        cluster.run(Duration.ofMillis(10));
        Subscription other = host.streams().listen(host, place, stream -> null);
        host.linkUp(true);
        settle();
        assertThat(node.isActive()).isTrue();
        assertThat(detection(node).remark()).isEqualTo("bind: EADDRINUSE");
        other.close();
    }
}
