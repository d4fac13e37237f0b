package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/**
 * What an advertisement costs: decoding it, all checks, and packing one of the own to send. No two packets in a row are
 * the same: they are of other virtual routers, of other nodes, and of other priorities. Run with {@code -prof gc} to see
 * the bytes per operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdvertisementBenchmark {
    private static final int ROUTERS = 64; // powers of two
    private static final int PACKETS = 1024;
    private static final int NODES = 3;
    private static final int[] PRIORITIES = {150, 149, 0, 200};

    /** The version, and the family of the addresses. */
    public enum Form {
        V2,
        V3,
        V3_IPV6
    }

    @Param
    private Form form = Form.V3;

    private record Arriving(int router, ByteBuffer packet, InetAddress source) {}

    private final List<AdvertReceiver> receivers = new ArrayList<>();
    private final List<AdvertSender> senders = new ArrayList<>();
    private final List<Arriving> arriving = new ArrayList<>();
    private Family family = Family.IPV4;
    private int next;

    /** Prepares one receiver and one sender for each virtual router, and what arrives. */
    @Setup
    public void prepare() {
        boolean ipv6 = form == Form.V3_IPV6;
        family = ipv6 ? Family.IPV6 : Family.IPV4;
        BenchmarkHost host = new BenchmarkHost(node(0));
        for (int id = 1; id <= ROUTERS; id++) {
            VirtualRouter router = router(id, 100);
            Counters counters = new Counters();
            GroupEvents events = new GroupEvents("group " + id, addresses(id), event -> {}, host.eventLoop());
            receivers.add(new AdvertReceiver(router, addresses(id), counters, events));
            AdvertSender sender = new AdvertSender(router, addresses(id), counters, events);
            sender.use(host.channel(node(0)));
            senders.add(sender);
        }
        for (int i = 0; i < PACKETS; i++) {
            int id = i % ROUTERS + 1;
            InetAddress source = node(1 + i % NODES);
            int priority = PRIORITIES[i / ROUTERS % PRIORITIES.length];
            arriving.add(new Arriving(
                    id - 1, VrrpCodec.encode(advertisement(id, priority), source, family.group()), source));
        }
    }

    private VirtualRouter router(int id, int priority) {
        return VirtualRouter.on("eth0")
                .id(id)
                .version(form == Form.V2 ? 2 : 3)
                .priority(priority)
                .build();
    }

    private Advertisement advertisement(int id, int priority) {
        return new Advertisement(
                form == Form.V2 ? 2 : 3,
                id,
                priority,
                0,
                Duration.ofSeconds(1),
                addresses(id).stream().map(VirtualAddress::address).toList(),
                form == Form.V2 ? ChecksumForm.MESSAGE_ONLY : ChecksumForm.PSEUDO_HEADER);
    }

    private List<VirtualAddress> addresses(int id) {
        return form == Form.V3_IPV6
                ? List.of(VirtualAddress.of("fe80::100:" + id), VirtualAddress.of("2001:db8:77::100:" + id))
                : List.of(VirtualAddress.of("10.78.0." + id));
    }

    private InetAddress node(int number) {
        return address(form == Form.V3_IPV6 ? "fe80::" + (number + 1) : "10.77.0." + (number + 1));
    }

    /** Decoding and all checks. */
    @Benchmark
    public @Nullable Peer receive() {
        Arriving it = arriving.get(next++ & (PACKETS - 1));
        return receivers.get(it.router).receive(it.packet, it.source, family.group(), ReceiveChecks.HOP_LIMIT);
    }

    /** Packing one with another priority than the last one of the same virtual router. */
    @Benchmark
    public boolean send() {
        int turn = next++;
        return senders.get(turn & (ROUTERS - 1)).advertise(100 + (turn / ROUTERS & 1));
    }

    /** One in, one out. */
    @Benchmark
    public boolean receiveAndSend() {
        int turn = next;
        Peer peer = receive();
        return peer != null && senders.get(turn & (ROUTERS - 1)).advertise(100 + (turn / ROUTERS & 1));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
