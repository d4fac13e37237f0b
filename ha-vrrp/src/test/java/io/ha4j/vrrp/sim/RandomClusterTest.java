package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.GroupState;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Clusters that chance is cruel to, and what must hold nevertheless. The seed is in the message of a failure; put it
 * into {@link #replay} to see it again.
 */
class RandomClusterTest {
    private static final int SCENARIOS = 300;

    @Test
    void invariantsHoldInEveryScenario() {
        for (long seed = 1; seed <= SCENARIOS; seed++) {
            try {
                new Scenario(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void replay() {
        new Scenario(1).run();
    }

    /** The same seed gives the same run, to the nanosecond. */
    @Test
    void scenariosAreReproducible() {
        for (long seed = 1; seed <= 5; seed++) {
            Scenario once = new Scenario(seed);
            Scenario again = new Scenario(seed);
            once.run();
            again.run();
            assertThat(history(once)).isEqualTo(history(again)).isNotEmpty();
        }
    }

    private static List<String> history(Scenario scenario) {
        return scenario.cluster.nodes().stream()
                .flatMap(node -> node.events().stream()
                        .map(it -> it.atNs() + " " + it.event().getClass()))
                .toList();
    }

    /** One version, one interval and one preempt mode for all, as the RFC wants it; everything else is chance. */
    private static final class Scenario {
        private final Cluster cluster;
        private final Random random;
        private final int version;
        private final Duration interval;
        private final boolean preempt;
        private final List<Integer> priorities = new ArrayList<>();
        private final List<SimNode> current = new ArrayList<>(); // by host, the latest process on it
        private final List<Boolean> failed = new ArrayList<>();

        Scenario(long seed) {
            cluster = new Cluster(seed);
            random = cluster.random();
            version = random.nextInt(4) == 0 ? 2 : 3;
            long[] intervals = version == 2 ? new long[] {1000, 2000} : new long[] {10, 100, 1000, 3330};
            interval = Duration.ofMillis(intervals[random.nextInt(intervals.length)]);
            preempt = random.nextInt(4) != 0;
            cluster.time().afterEachTask(this::nobodyHoldsWhatIsNotHis);
        }

        void run() {
            int size = 2 + random.nextInt(2);
            for (int host = 0; host < size; host++) {
                priorities.add(1 + random.nextInt(254));
                current.add(start(host));
                failed.add(false);
            }
            for (int phase = 0; phase < 3; phase++) {
                cluster.lan().loss(random.nextDouble() * 0.6);
                cluster.lan().delay(Duration.ofNanos(20_000), interval.dividedBy(5));
                int steps = 1 + random.nextInt(8);
                for (int step = 0; step < steps; step++) {
                    somethingHappens(random.nextInt(size));
                    cluster.run(interval.multipliedBy(random.nextInt(60)).dividedBy(10));
                }
                calm();
                convergedOnEveryIsland();
            }
            current.forEach(node -> node.host().moveTo(0));
            calm();
            convergedOnEveryIsland();
        }

        private SimNode start(int host) {
            return cluster.start(
                    host + 1,
                    VirtualRouter.on(SimHost.INTERFACE)
                            .id(51)
                            .version(version)
                            .priority(priorities.get(host))
                            .preempt(preempt)
                            .advertisementInterval(interval)
                            .build());
        }

        private void somethingHappens(int host) {
            SimNode node = current.get(host);
            if (!node.alive()) {
                current.set(host, start(host));
                failed.set(host, false);
                return;
            }
            switch (random.nextInt(8)) {
                case 0, 1 -> node.host().moveTo(random.nextInt(2));
                case 2 -> node.crash();
                case 3 -> node.stop();
                case 4, 5 -> node.host().linkUp(!node.host().linkIsUp());
                default -> {
                    failed.set(host, !failed.get(host));
                    if (failed.get(host)) {
                        node.candidacy().fail("check");
                    } else {
                        node.candidacy().recover();
                    }
                }
            }
        }

        /** No loss, and time for what is under way: a restart, a contention, a hand-over. */
        private void calm() {
            cluster.lan().loss(0);
            cluster.lan().delay(Duration.ofNanos(20_000), Duration.ofNanos(200_000));
            cluster.run(interval.multipliedBy(10));
        }

        private void convergedOnEveryIsland() {
            for (int island = 0; island < 2; island++) {
                List<SimNode> here = new ArrayList<>();
                for (int host = 0; host < current.size(); host++) {
                    SimNode node = current.get(host);
                    if (node.alive()
                            && node.host().island() == island
                            && node.host().linkIsUp()
                            && !failed.get(host)) {
                        here.add(node);
                    }
                }
                List<SimNode> active = here.stream().filter(SimNode::isActive).toList();
                assertThat(active).as("active on island %d of %s", island, here).hasSize(here.isEmpty() ? 0 : 1);
                if (!here.isEmpty()) {
                    assertThat(active.get(0).owner().answers())
                            .as("%s answers", active)
                            .isTrue();
                }
                if (preempt && !here.isEmpty()) {
                    int highest = here.stream()
                            .map(node -> node.router().priority())
                            .max(Comparator.naturalOrder())
                            .orElseThrow();
                    assertThat(active.get(0).router().priority())
                            .as("of %s", here)
                            .isEqualTo(highest);
                }
            }
            for (SimNode node : cluster.nodes()) {
                assertThat(node.owner().answers()).as("%s answers", node).isEqualTo(node.isActive());
                assertThat(node.alive() && node.stopping())
                        .as("%s is still stopping", node)
                        .isFalse();
            }
        }

        /** The bound of release is zero for whoever lives; for the dead it is the lease. */
        private void nobodyHoldsWhatIsNotHis() {
            for (SimNode node : cluster.nodes()) {
                if (node.alive() && node.state() != GroupState.ACTIVE) {
                    assertThat(node.owner().held()).as("%s holds", node).isFalse();
                }
            }
        }
    }
}
