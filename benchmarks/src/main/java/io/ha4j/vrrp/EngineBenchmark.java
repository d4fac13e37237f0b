package io.ha4j.vrrp;

import static java.util.Objects.requireNonNull;

import io.ha4j.ChecksumForm;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way of an advertisement through the engine, without the kernel: from the socket to the state machine and its
 * timer, and from an expired timer to the socket. Run with {@code -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineBenchmark {
    private static final int ROUTERS = 128; // a power of two
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final InetAddress own = address("10.77.0.1");
    private final InetAddress[] peers = {address("10.77.0.2"), address("10.77.0.3")};
    private final InetAddress group = Family.IPV4.group();

    private final BenchmarkHost backup = new BenchmarkHost(own);
    private final BenchmarkHost active = new BenchmarkHost(own);
    private final List<ByteBuffer> arriving = new ArrayList<>();
    private PacketChannel.Receiver receiver = (payload, source, destination, hopLimit) -> {};
    private int next;

    /** Two engines of as many virtual routers: one of backups, one that is active in all. */
    @Setup
    public void prepare() {
        open(backup);
        open(active);
        receiver = requireNonNull(backup.receiver);
        active.nowNs += Duration.ofSeconds(10).toNanos();
        List.copyOf(active.timers).forEach(Runnable::run);
        if (active.sentOctets == 0) {
            throw new AssertionError("nobody became active");
        }
        for (int i = 0; i < peers.length * ROUTERS; i++) {
            int id = i % ROUTERS + 1;
            Advertisement advertisement = new Advertisement(
                    3, id, 150 + i / ROUTERS, 0, INTERVAL, List.of(address(vip(id))), ChecksumForm.PSEUDO_HEADER);
            arriving.add(VrrpCodec.encode(advertisement, peers[i / ROUTERS], group));
        }
    }

    private static void open(BenchmarkHost host) {
        VrrpEngine engine = new VrrpEngine(() -> {});
        for (int id = 1; id <= ROUTERS; id++) {
            VirtualRouter router = VirtualRouter.on("eth0").id(id).priority(100).build();
            List<VirtualAddress> addresses = List.of(VirtualAddress.of(vip(id)));
            AddressOwner owner = host.addressOwner(new AddressOwner.Spec("", "eth0", addresses, INTERVAL));
            engine.open(new Candidacy.Spec("group " + id, router, addresses, host, owner, event -> {}), "eth0")
                    .start();
        }
    }

    private static String vip(int id) {
        return "10.78.0." + id;
    }

    /** A backup hears one of two active nodes. */
    @Benchmark
    public void hear() {
        int turn = next++ & (peers.length * ROUTERS - 1);
        receiver.received(arriving.get(turn), peers[turn / ROUTERS], group, ReceiveChecks.HOP_LIMIT);
    }

    /** The timer of an active virtual router has expired. */
    @Benchmark
    public long advertise() {
        active.nowNs += INTERVAL.toNanos();
        active.timers.get(1 + (next++ & (ROUTERS - 1))).run(); // the first is that of the link
        return active.sentOctets;
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
