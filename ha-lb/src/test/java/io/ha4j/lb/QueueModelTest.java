package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.ConnectionLimits;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.netty.NettyApplication;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions with a plumbing that does nothing by itself: they come, wait, connect, fail and leave at random. */
class QueueModelTest {
    private static final int MAX_QUEUED = 5;

    private final ConnectionLimits limits = ConnectionLimits.DEFAULT.maxQueued(MAX_QUEUED);
    private final Sessions sessions = new Sessions(limits);
    private final WaitingSessions waiting = new WaitingSessions(MAX_QUEUED);
    private final LoopCounters loop = new LoopCounters("model", () -> {});
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Fake> open = new ArrayList<>();
    private final List<Target> all = new ArrayList<>();

    private final class Fake implements Plumbing {
        final Session session;

        @Nullable
        InetSocketAddress connecting;

        final List<InetSocketAddress> refusedBy = new ArrayList<>();
        boolean relaying;

        Fake(Session session) {
            this.session = session;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void readHeader() {
            throw new AssertionError("nobody is a proxy");
        }

        @Override
        public void connect(InetSocketAddress backend, Origin origin) {
            connecting = backend;
        }

        @Override
        public void handOver(NettyApplication application, Incoming incoming) {
            throw new AssertionError("there is no application");
        }

        @Override
        public boolean hasSentMore() {
            return false;
        }

        @Override
        public void abortConnect() {
            connecting = null;
        }

        @Override
        public void relay(byte[] preface) {
            connecting = null;
            relaying = true;
        }

        @Override
        public void abort() {
            open.remove(this);
            session.closed();
        }
    }

    private Targets targets(Scheduler scheduler, int... maxima) {
        Targets targets = new Targets(
                "model",
                Picker.of(scheduler),
                waiting,
                PassiveChecks.NONE,
                new PersistenceTable(Persistence.NONE, System::nanoTime),
                new Events());
        for (int i = 0; i < maxima.length; i++) {
            all.add(targets.add(Backend.of("10.0.0." + (i + 1), 80).maxConnections(maxima[i]), true, ""));
        }
        return targets;
    }

    private void arrive(Targets targets) {
        Session session = new Session(
                targets, sessions, waiting, SourceAddress.KERNEL, loop, false, Pickers.from("192.0.2.1"), self -> {
                    Fake fake = new Fake(self);
                    open.add(fake);
                    return fake;
                });
        sessions.accepted(session);
        session.admitOr(TrustedProxies.NONE, session::start);
    }

    private void runTasks(Random random, boolean all) {
        while (!tasks.isEmpty() && (all || random.nextInt(3) > 0)) {
            tasks.removeFirst().run();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void noPlaceIsLostAndNobodyWaitsBesideAFreeOne(int backends) {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            all.clear();
            int[] maxima = random.ints(backends, 1, 4).toArray();
            Targets targets = targets(Scheduler.NEVER_QUEUE, maxima);
            for (int step = 0; step < 200; step++) {
                step(random, targets);
                for (int i = 0; i < backends; i++) {
                    assertThat(all.get(i).active()).isLessThanOrEqualTo(maxima[i]);
                }
                assertThat(waiting.size()).isLessThanOrEqualTo(MAX_QUEUED);
                if (tasks.isEmpty() && waiting.size() > 0) {
                    List<Target> free = all.stream()
                            .filter(target -> target.isEligible() && !target.isFull())
                            .toList();
                    assertThat(open.stream().filter(fake -> fake.connecting == null && !fake.relaying))
                            .as("seed %d step %d", seed, step)
                            .hasSize(waiting.size())
                            .allMatch(fake ->
                                    free.stream().allMatch(target -> fake.refusedBy.contains(target.address())));
                }
            }
            for (Fake fake : List.copyOf(open)) {
                fake.session.end(EndReason.BALANCER_CLOSED);
            }
            runTasks(random, true);
            assertThat(open).isEmpty();
            assertThat(waiting.size()).isZero();
            assertThat(sessions.activeCount()).isZero();
            assertThat(all).allMatch(target -> target.active() == 0 && !target.isFull());
        }
    }

    private void step(Random random, Targets targets) {
        Fake any = open.isEmpty() ? null : open.get(random.nextInt(open.size()));
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> arrive(targets);
            case 3 -> { // the client leaves, waiting or not
                if (any != null) {
                    any.session.end(EndReason.CLIENT_RESET);
                }
            }
            case 4 -> {
                if (any != null && any.connecting != null) {
                    any.session.connected();
                }
            }
            case 5 -> {
                if (any != null && any.connecting != null) {
                    any.refusedBy.add(any.connecting);
                    any.connecting = null;
                    any.session.connectFailed(new IOException("refused"));
                }
            }
            case 6 -> {
                if (any != null && any.relaying) {
                    open.remove(any);
                    any.session.closed();
                }
            }
            default -> targets.checked(all.get(random.nextInt(all.size())), random.nextInt(3) > 0, "");
        }
        runTasks(random, random.nextBoolean());
    }

    @Test
    void whoWaitsTooLongIsTurnedAway() {
        Targets targets = targets(Scheduler.ROUND_ROBIN, 1);
        for (int i = 0; i < 2 + MAX_QUEUED; i++) {
            arrive(targets);
        }
        open.get(0).session.connected();
        assertThat(waiting.size()).isEqualTo(MAX_QUEUED);
        assertThat(sessions.endedCounts()).containsEntry("queue_full", 1L).containsEntry("queue_timeout", 0L);
        sessions.expire(System.nanoTime() + Duration.ofSeconds(6).toNanos());
        runTasks(new Random(0), true);
        assertThat(waiting.size()).isZero();
        assertThat(sessions.endedCounts()).containsEntry("queue_timeout", (long) MAX_QUEUED);
        assertThat(sessions.activeCount()).isEqualTo(1);
    }

    @Test
    void firstComeFirstServed() {
        Targets targets = targets(Scheduler.ROUND_ROBIN, 1);
        for (int i = 0; i < 4; i++) {
            arrive(targets);
        }
        targets.setWeight(all.get(0).address(), 1); // all look again, and go back to their places
        runTasks(new Random(0), true);
        List<Fake> order = List.copyOf(open);
        for (int i = 0; i < 4; i++) {
            assertThat(order.get(i).connecting).isNotNull();
            if (i < 3) {
                assertThat(order.get(i + 1).connecting).isNull();
            }
            order.get(i).session.end(EndReason.CLIENT_RESET);
            runTasks(new Random(0), true);
        }
    }
}
