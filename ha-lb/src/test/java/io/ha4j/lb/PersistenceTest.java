package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.LoadBalancer;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of several addresses on loopback, and which backend they get. */
@Timeout(60)
class PersistenceTest extends Opening {
    private static final Persistence LONG = Persistence.of(Duration.ofHours(1));

    private LoadBalancer balancer(Scheduler scheduler, Persistence persistence, Backend... backends) {
        LoadBalancer.Builder builder = LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .scheduler(scheduler)
                .persistence(persistence);
        Stream.of(backends).forEach(builder::backend);
        return open(builder.start());
    }

    private List<Backend> servers(int count) throws IOException {
        List<Backend> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(Route.backend(open(Route.server()))); // the kernel accepts
        }
        return backends;
    }

    /** Connects from this address and says which backend it got: the place in the list. */
    private int connect(LoadBalancer balancer, String from) throws IOException {
        List<Long> before = totals(balancer);
        Socket socket = open(new Socket());
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(balancer.snapshot().listeners().get(0));
        Await.until("passed on", () -> !totals(balancer).equals(before));
        List<Long> after = totals(balancer);
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).equals(before.get(i))) {
                return i;
            }
        }
        throw new AssertionError(after);
    }

    private static List<Long> totals(LoadBalancer balancer) {
        return balancer.snapshot().backends().stream()
                .map(BackendSnapshot::total)
                .toList();
    }

    static Stream<Scheduler> schedulers() {
        return Stream.concat(
                Stream.of(Scheduler.Standard.values()), Stream.of(Scheduler.PEAK_EWMA, Scheduler.boundedLoad(0.1)));
    }

    @ParameterizedTest
    @MethodSource("schedulers")
    void aClientStaysWithItsBackend(Scheduler scheduler) throws IOException {
        LoadBalancer balancer = balancer(scheduler, LONG, servers(4).toArray(Backend[]::new));
        Map<String, Integer> first = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i <= 6; i++) {
                String client = "127.0.1." + i;
                int got = connect(balancer, client);
                assertThat(first.computeIfAbsent(client, any -> got)).as(client).isEqualTo(got);
            }
        }
        assertThat(balancer.snapshot().persistentClients()).isEqualTo(6);
        assertThat(balancer.snapshot().persistence()).isEqualTo(LONG);
        closeClients();
        Await.until(
                "none is left", () -> balancer.snapshot().backends().stream().allMatch(it -> it.active() == 0));
    }

    private void closeClients() throws IOException {
        for (AutoCloseable resource : opened) {
            if (resource instanceof Socket socket) {
                socket.close();
            } else if (resource instanceof ServerSocket server) {
                server.close();
            }
        }
    }

    @Test
    void aNetworkIsOneClientAndIsForgotten() throws IOException {
        LoadBalancer balancer = balancer(
                Scheduler.ROUND_ROBIN,
                Persistence.of(Duration.ofMillis(300)).ipv4Prefix(24),
                servers(3).toArray(Backend[]::new));
        int got = connect(balancer, "127.0.1.1");
        assertThat(connect(balancer, "127.0.1.200")).isEqualTo(got);
        assertThat(connect(balancer, "127.0.2.1")).isNotEqualTo(got);
        assertThat(balancer.snapshot().persistentClients()).isEqualTo(2);
        closeClients();
        Await.until("forgotten", () -> balancer.snapshot().persistentClients() == 0);
    }

    @Test
    void whatTakesNoNewConnectionsIsLeft() throws IOException {
        List<Backend> servers = servers(3);
        LoadBalancer balancer = balancer(Scheduler.ROUND_ROBIN, LONG, servers.toArray(Backend[]::new));
        int first = connect(balancer, "127.0.1.1");
        InetSocketAddress address = servers.get(first).address();

        balancer.setWeight(address, 0);
        int second = connect(balancer, "127.0.1.1");
        assertThat(second).isNotEqualTo(first);
        balancer.setWeight(address, 1);
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(second); // it stays with what it got then
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(second);

        var unused = balancer.drain(servers.get(second).address());
        int third = connect(balancer, "127.0.1.1");
        assertThat(third).isNotEqualTo(second);
        balancer.undrain(servers.get(second).address());
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(third);

        balancer.removeBackend(servers.get(third).address());
        int fourth = connect(balancer, "127.0.1.1");
        balancer.addBackend(servers.get(third)); // another one, as far as anybody knows
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(fourth);
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(fourth);
    }

    @Test
    void aFullBackendIsPassedOverButNotLeft() throws IOException {
        List<Backend> servers = servers(2);
        LoadBalancer balancer =
                balancer(Scheduler.ROUND_ROBIN, LONG, servers.get(0).maxConnections(1), servers.get(1));
        assertThat(connect(balancer, "127.0.1.1")).isZero();
        Socket first = (Socket) opened.get(0);
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(1);
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(1);
        first.setSoLinger(true, 0);
        first.close();
        Await.until("free", () -> balancer.snapshot().backends().get(0).active() == 0);
        assertThat(connect(balancer, "127.0.1.1")).isZero();
    }

    @Test
    void whoeverRefusesIsLeft() throws IOException {
        ServerSocket one = open(Route.server());
        LoadBalancer balancer = balancer(
                Scheduler.ROUND_ROBIN, LONG, Route.backend(one), servers(1).get(0));
        assertThat(connect(balancer, "127.0.1.1")).isZero();
        one.close();
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(1);
        assertThat(connect(balancer, "127.0.1.1")).isEqualTo(1);
        assertThat(balancer.snapshot().backends().get(0).connectFailures()).isEqualTo(1);
    }

    @Test
    void sessionsOfUdpFollowTheirClient() throws IOException {
        UdpServer one = open(new UdpServer("127.0.0.1"));
        UdpServer two = open(new UdpServer("127.0.0.1"));
        LoadBalancer balancer = open(LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen("127.0.0.1", 0)
                .backend(one.backend())
                .backend(two.backend())
                .scheduler(Scheduler.ROUND_ROBIN)
                .persistence(LONG)
                .start());
        InetSocketAddress to = balancer.snapshot().listeners().get(0);
        for (int i = 0; i < 6; i++) { // each port is a session
            DatagramSocket client = open(new DatagramSocket(new InetSocketAddress("127.0.1." + (1 + i / 3), 0)));
            client.setSoTimeout(Peer.PATIENCE_MILLIS);
            client.send(new DatagramPacket(new byte[1], 1, to));
            client.receive(new DatagramPacket(new byte[10], 10));
        }
        assertThat(List.of(one.received.get(), two.received.get())).containsExactly(3L, 3L);
        assertThat(balancer.snapshot().persistentClients()).isEqualTo(2);
    }
}
