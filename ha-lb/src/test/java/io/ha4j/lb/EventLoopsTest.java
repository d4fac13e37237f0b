package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.BalancerSnapshot.EventLoopSnapshot;
import io.ha4j.LoadBalancer;
import io.ha4j.Protocol;
import io.ha4j.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Timeout(120)
class EventLoopsTest extends Opening {
    private static final int FOR_EACH = 10;

    private static long total(LoadBalancer balancer) {
        return balancer.snapshot().eventLoops().stream()
                .mapToLong(EventLoopSnapshot::total)
                .sum();
    }

    private static List<Long> active(LoadBalancer balancer) {
        return balancer.snapshot().eventLoops().stream()
                .map(EventLoopSnapshot::active)
                .toList();
    }

    /** Which loop has got one more since then. */
    private static int loopOfNewest(LoadBalancer balancer, List<EventLoopSnapshot> before) {
        List<EventLoopSnapshot> now = balancer.snapshot().eventLoops();
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).total() > before.get(i).total()) {
                return i;
            }
        }
        throw new AssertionError(now);
    }

    /** Connections that live for different times make what was dealt out in turn uneven; new ones make it even again. */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void newConnectionsGoWhereTheFewestAre(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(Route.backend(server))
                .transport(transport)
                .start());
        int loops = balancer.snapshot().eventLoops().size();
        Map<Integer, List<Peer>> clients = new HashMap<>();
        for (int i = 0; i < FOR_EACH * loops; i++) {
            List<EventLoopSnapshot> before = balancer.snapshot().eventLoops();
            Peer client = open(Peer.connect(balancer.snapshot().listeners().get(0)));
            long expected = i + 1L;
            Await.until("begun", () -> total(balancer) == expected);
            clients.computeIfAbsent(loopOfNewest(balancer, before), loop -> new ArrayList<>())
                    .add(client);
        }
        assertThat(active(balancer)).as("dealt out").containsOnly((long) FOR_EACH);

        for (int loop = 1; loop < loops; loop++) {
            for (Peer client : clients.getOrDefault(loop, List.of())) {
                client.rst();
            }
        }
        Await.until("only those of one loop are left", () -> balancer.snapshot().active() == FOR_EACH);
        for (int i = 0; i < FOR_EACH * loops; i++) {
            open(Peer.connect(balancer.snapshot().listeners().get(0)));
        }
        long all = FOR_EACH * (loops + 1L);
        Await.until(
                "all begun",
                () -> active(balancer).stream().mapToLong(Long::longValue).sum() == all);
        assertThat(active(balancer)).allMatch(one -> one * loops < all * 1.2);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void eachCountsWhatItPasses(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(Route.backend(server))
                .transport(transport)
                .start());
        Peer client = open(Peer.connect(balancer.snapshot().listeners().get(0)));
        Peer accepted = open(new Peer(server.accept()));
        client.send(1000).fin();
        accepted.receiveAll();
        accepted.send(70_000).close();
        client.receiveAll();
        Await.until("ended", () -> balancer.snapshot().active() == 0);

        assertThat(balancer.snapshot().eventLoops())
                .filteredOn(loop -> loop.total() > 0)
                .singleElement()
                .satisfies(loop -> {
                    String kind = balancer.snapshot().transport() == Transport.NIO ? "nio" : "epoll";
                    assertThat(loop.name()).matches("ha4j-lb-" + kind + "-[0-9]+");
                    assertThat(loop.active()).isZero();
                    assertThat(loop.total()).isEqualTo(1);
                    assertThat(loop.bytesIn()).isEqualTo(1000);
                    assertThat(loop.bytesOut()).isEqualTo(70_000);
                    assertThat(Thread.getAllStackTraces().keySet())
                            .as("it is the thread's name")
                            .anyMatch(thread -> thread.getName().equals(loop.name()));
                });
    }

    @Test
    void datagramsAreOnOneLoop() throws IOException {
        UdpServer server = open(new UdpServer("127.0.0.1"));
        LoadBalancer balancer = open(LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen("127.0.0.1", 0)
                .backend(server.backend())
                .start());
        for (int i = 0; i < 4; i++) {
            DatagramSocket client = open(new DatagramSocket());
            client.setSoTimeout(Peer.PATIENCE_MILLIS);
            client.send(new DatagramPacket(
                    new byte[9], 9, balancer.snapshot().listeners().get(0)));
            client.receive(new DatagramPacket(new byte[9], 9));
        }
        Await.until(
                "counted",
                () -> balancer.snapshot().eventLoops().stream()
                                .mapToLong(EventLoopSnapshot::bytesOut)
                                .sum()
                        == 36);
        assertThat(balancer.snapshot().eventLoops())
                .filteredOn(loop -> loop.total() > 0)
                .singleElement()
                .satisfies(loop -> {
                    assertThat(loop.active()).isEqualTo(4);
                    assertThat(loop.total()).isEqualTo(4);
                    assertThat(loop.bytesIn()).isEqualTo(36);
                });
    }

    @Test
    void ofSeveralEachGetsItsTurn() {
        EventLoops loops = EventLoops.acquire(IoTransport.NIO);
        try {
            List<SharedLoop> all = loops.all();
            for (int first = 0; first < all.size(); first++) {
                assertThat(EventLoops.leastLoaded(all, first)).isSameAs(all.get(first));
            }
            all.forEach(SharedLoop::given);
            SharedLoop last = all.get(all.size() - 1);
            last.ended();
            for (int first = 0; first < all.size(); first++) {
                assertThat(EventLoops.leastLoaded(all, first)).isSameAs(last);
            }
            assertThat(last.load()).isZero();
        } finally {
            loops.close();
        }
    }
}
