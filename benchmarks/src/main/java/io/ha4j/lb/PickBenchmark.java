package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.Scheduler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A pick among 1000 backends of five different weights, and the end of the session that began 4096 picks before. Run
 * with {@code -prof gc} to see the bytes per operation, and with {@code -t} for several event loops.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {
    private static final int BACKENDS = 1000;
    private static final int OPEN = 4096;

    @Param({"rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "mh", "p2c", "random", "peak-ewma", "bounded-load"})
    String scheduler = "";

    private Picker picker = Picker.of(Scheduler.ROUND_ROBIN);

    /** One event loop's. */
    @State(Scope.Thread)
    public static class Loop {
        final Client[] clients = new Client[OPEN];
        final Target[] open = new Target[OPEN];
        int at;

        @Setup
        public void clients() {
            for (int i = 0; i < OPEN; i++) {
                clients[i] = new Client(
                        Backend.of("10.9." + i / 256 + "." + i % 256, 40000).address());
            }
        }
    }

    record Client(InetSocketAddress client) implements Incoming {
        @Override
        public InetSocketAddress destination() {
            return client;
        }
    }

    @Setup
    public void backends() throws InterruptedException {
        picker = Picker.of(scheduler(scheduler));
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            targets.add(new Target(
                    Backend.of("10.0." + i / 250 + "." + (1 + i % 250), 80).weight(1 + i % 5), true, ""));
        }
        picker.update(List.copyOf(targets));
        targets.forEach(target -> picker.connected(target, 100_000));
        Thread.sleep(500); // Maglev's table is made elsewhere
    }

    private static Scheduler scheduler(String keyword) {
        if (keyword.equals("bounded-load")) {
            return Scheduler.boundedLoad(0.25);
        }
        for (Scheduler standard : Scheduler.Standard.values()) {
            if (standard.keyword().equals(keyword)) {
                return standard;
            }
        }
        return Scheduler.PEAK_EWMA;
    }

    @Benchmark
    public void pickAndRelease(Loop loop, Blackhole sink) {
        int at = loop.at++ & (OPEN - 1);
        Target ended = loop.open[at];
        if (ended != null) {
            ended.release();
            picker.released(ended);
        }
        Target target = picker.pick(List.of(), loop.clients[at]);
        if (target != null) {
            loop.open[at] = target;
        }
        sink.consume(target);
    }
}
