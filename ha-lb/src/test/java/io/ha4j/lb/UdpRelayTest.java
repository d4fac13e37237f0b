package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerSnapshot;
import io.ha4j.ConnectionLimits;
import io.ha4j.HaException;
import io.ha4j.HealthCheck;
import io.ha4j.HealthSwitch;
import io.ha4j.LoadBalancer;
import io.ha4j.PassiveChecks;
import io.ha4j.Protocol;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class UdpRelayTest extends Opening {

    private static LoadBalancer.Builder builder(Transport transport, Backend... backends) {
        LoadBalancer.Builder builder = LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen("127.0.0.1", 0)
                .scheduler(Scheduler.ROUND_ROBIN)
                .transport(transport);
        Arrays.stream(backends).forEach(builder::backend);
        return builder;
    }

    private UdpServer server() throws IOException {
        return open(new UdpServer("127.0.0.1"));
    }

    /** A port that refuses: ICMP port unreachable. */
    private static Backend refusing() throws IOException {
        try (UdpServer server = new UdpServer("127.0.0.1")) {
            return server.backend();
        }
    }

    /** Connected, so that it hears from the address it asked only. */
    private DatagramSocket client(InetSocketAddress to) throws IOException {
        DatagramSocket client = open(new DatagramSocket(new InetSocketAddress(0)));
        client.connect(to);
        client.setSoTimeout(Peer.PATIENCE_MILLIS);
        return client;
    }

    private DatagramSocket client(LoadBalancer balancer) throws IOException {
        return client(balancer.snapshot().listeners().get(0));
    }

    private static void send(DatagramSocket client, byte[] data) throws IOException {
        client.send(new DatagramPacket(data, data.length));
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static byte[] ask(DatagramSocket client, byte[] data) throws IOException {
        send(client, data);
        return receive(client);
    }

    private static byte[] ask(DatagramSocket client) throws IOException {
        return ask(client, new byte[] {1, 2, 3});
    }

    /** As a client does it: asks again when there is no answer. */
    private static void askUntilAnswered(DatagramSocket client) throws IOException {
        client.setSoTimeout(200);
        for (int i = 0; i < Peer.PATIENCE_MILLIS / 200; i++) {
            try {
                ask(client);
                client.setSoTimeout(Peer.PATIENCE_MILLIS);
                return;
            } catch (SocketTimeoutException e) {
                // once more
            }
        }
        throw new AssertionError("no answer");
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason, long count) {
        Await.until(
                reason + " " + count,
                () -> Long.valueOf(count).equals(balancer.snapshot().ended().get(reason.key())));
    }

    private static BalancerSnapshot.BackendSnapshot backend(LoadBalancer balancer, int index) {
        return balancer.snapshot().backends().get(index);
    }

    @ParameterizedTest
    @EnumSource
    void everyDatagramArrivesAsItWas(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend()).start());
        Random random = new Random(1);
        DatagramSocket client = open(new DatagramSocket()); // the JDK sends empty ones only where it is not connected
        client.setSoTimeout(Peer.PATIENCE_MILLIS);
        InetSocketAddress listener = balancer.snapshot().listeners().get(0);
        int emptyOr1 = transport == Transport.NIO ? 1 : 0; // the JDK sends none through a connected channel
        long bytes = 0;
        int[] lengths = {1, 512, 1472, 1473, 9000, 65_506, 65_507, emptyOr1, emptyOr1};
        for (int length : lengths) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            client.send(new DatagramPacket(data, length, listener));
            assertThat(receive(client)).as("%s bytes", length).isEqualTo(data);
            bytes += length;
        }
        Await.until("counted", () -> backend(balancer, 0).datagramsOut() == 9); // is counted last
        BalancerSnapshot snapshot = balancer.snapshot();
        assertThat(snapshot.protocol()).isEqualTo(Protocol.UDP);
        assertThat(snapshot.limits()).isEqualTo(ConnectionLimits.DEFAULT_UDP);
        assertThat(snapshot.datagrams()).isEqualTo(new BalancerSnapshot.Datagrams(9, 9, 0));
        assertThat(snapshot.accepted()).isEqualTo(1);
        assertThat(snapshot.active()).isEqualTo(1);
        assertThat(snapshot.backends().get(0).active()).isEqualTo(1);
        assertThat(snapshot.backends().get(0).total()).isEqualTo(1);
        assertThat(snapshot.backends().get(0).bytesIn()).isEqualTo(bytes);
        assertThat(snapshot.backends().get(0).datagramsIn()).isEqualTo(9);
        assertThat(snapshot.backends().get(0).datagramsOut()).isEqualTo(9);
        assertThat(server.sources).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void eachClientHasItsSessionAndHearsItsAnswers(Transport transport) throws IOException {
        UdpServer a = server();
        UdpServer b = server();
        LoadBalancer balancer =
                open(builder(transport, a.backend(), b.backend()).start());
        List<DatagramSocket> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(client(balancer));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < clients.size(); i++) {
                byte[] data = {(byte) i, (byte) round};
                assertThat(ask(clients.get(i), data)).isEqualTo(data);
            }
        }
        assertThat(a.sources).hasSize(5);
        assertThat(b.sources).hasSize(5);
        assertThat(a.received.get()).isEqualTo(15);
        assertThat(balancer.snapshot().active()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, 127.0.0.1, ::1",
        "EPOLL, ::1, 127.0.0.1",
        "EPOLL, ::1, ::1",
        "IO_URING, ::1, 127.0.0.1",
        "NIO, 127.0.0.1, ::1",
        "NIO, ::1, 127.0.0.1",
        "NIO, ::1, ::1"
    })
    void eitherFamilyToEither(Transport transport, String listener, String backend) throws IOException {
        UdpServer server = open(new UdpServer(backend));
        LoadBalancer balancer = open(LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen(listener, 0)
                .backend(server.backend())
                .transport(transport)
                .start());
        byte[] data = new byte[30_000];
        assertThat(ask(client(balancer), data)).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, ::", "EPOLL, 0.0.0.0", "EPOLL, ::", "NIO, 0.0.0.0", "NIO, ::"})
    void theAnswerComesFromTheAddressThatWasAsked(Transport transport, String wildcard) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen(wildcard, 0)
                .backend(server.backend())
                .transport(transport)
                .start());
        int port = balancer.snapshot().listeners().get(0).getPort();
        Set<InetAddress> addresses = LocalAddresses.of(InetAddress.getByName(wildcard));
        assertThat(addresses).contains(InetAddress.getLoopbackAddress());
        for (int i = 0; i < 2; i++) {
            for (InetAddress address : addresses) {
                DatagramSocket client = client(new InetSocketAddress(address, port));
                assertThat(ask(client)).as(address.toString()).hasSize(3);
                assertThat(ask(client)).as(address.toString()).hasSize(3);
            }
        }
        assertThat(balancer.snapshot().active()).isEqualTo(2L * addresses.size());
        assertThatThrownBy(() -> open(new DatagramSocket(port)))
                .as("the port is this balancer's alone")
                .isInstanceOf(BindException.class);
        balancer.close();
        open(new DatagramSocket(port));
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aSessionMovesWhenItsBackendIsRemoved(Transport transport) throws IOException {
        UdpServer a = server();
        UdpServer b = server();
        LoadBalancer balancer = open(builder(transport, a.backend()).start());
        DatagramSocket client = client(balancer);
        ask(client);
        balancer.addBackend(b.backend());
        ask(client);
        assertThat(b.received.get()).isZero();
        balancer.removeBackend(a.backend().address());
        ask(client);
        assertThat(b.received.get()).isEqualTo(1);
        assertThat(a.received.get()).isEqualTo(2);
        assertThat(balancer.snapshot().active()).as("it is the same session").isEqualTo(1);
    }

    /** Nobody answers, and nobody says that nobody does. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aOneWaySenderMovesWhenItsBackendIsDown(Transport transport) throws IOException {
        UdpServer a = open(new UdpServer("127.0.0.1", false));
        UdpServer b = open(new UdpServer("127.0.0.1", false));
        HealthSwitch health = HealthCheck.inProcess("a");
        LoadBalancer balancer =
                open(builder(transport, a.backend().check(health), b.backend()).start());
        Await.until("up", () -> backend(balancer, 0).state() == BackendState.UP);
        DatagramSocket client = client(balancer);
        send(client, new byte[1]);
        if (a.received.get() == 0) {
            Await.until("arrived", () -> a.received.get() + b.received.get() == 1);
        }
        if (b.received.get() == 1) { // round robin began there
            client = client(balancer);
            send(client, new byte[1]);
        }
        Await.until("arrived", () -> a.received.get() == 1);
        health.down("maintenance");
        Await.until("no session is left there", () -> backend(balancer, 0).active() == 0);
        long before = b.received.get();
        send(client, new byte[1]);
        Await.until("moved", () -> b.received.get() == before + 1);
        assertThat(a.received.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aRefusalCountsAndTheNextDatagramGoesElsewhere(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, refusing(), server.backend())
                .passiveChecks(PassiveChecks.NONE.failures(3).ejectionTime(Duration.ofMinutes(1)))
                .start());
        for (int i = 0; i < 6; i++) {
            askUntilAnswered(client(balancer));
        }
        assertThat(backend(balancer, 0).connectFailures()).isEqualTo(3);
        assertThat(backend(balancer, 0).state()).as("ejected").isEqualTo(BackendState.DOWN);
        assertThat(backend(balancer, 0).active()).isZero();
        assertThat(backend(balancer, 1).state()).isEqualTo(BackendState.UP);
        assertThat(balancer.snapshot().active()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aBackendThatComesBackIsAskedAgain(Transport transport) throws IOException {
        UdpServer first = new UdpServer("127.0.0.1");
        int port = first.socket.getLocalPort();
        LoadBalancer balancer = open(builder(transport, first.backend()).start());
        DatagramSocket client = client(balancer);
        ask(client);
        first.close();
        Await.until("refused", () -> {
            try {
                send(client, new byte[1]); // one may still be taken by a socket that is being closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return backend(balancer, 0).connectFailures() > 0;
        });
        DatagramSocket back = open(new DatagramSocket(port, InetAddress.getLoopbackAddress()));
        back.setSoTimeout(Peer.PATIENCE_MILLIS);
        send(client, new byte[7]);
        byte[] got = receive(back);
        while (got.length == 1) { // of before
            got = receive(back);
        }
        assertThat(got).hasSize(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void theSessionThatIsIdleForTheLongestTimeIsEvicted(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend())
                .limits(ConnectionLimits.DEFAULT_UDP.maxConnections(2))
                .start());
        DatagramSocket one = client(balancer);
        DatagramSocket two = client(balancer);
        ask(one);
        ask(two);
        ask(one);
        ask(client(balancer)); // in place of two
        awaitEnded(balancer, EndReason.EVICTED, 1);
        assertThat(balancer.snapshot().active()).isEqualTo(2);
        ask(one);
        assertThat(balancer.snapshot().accepted()).isEqualTo(3);
        ask(two);
        awaitEnded(balancer, EndReason.EVICTED, 2);
        assertThat(balancer.snapshot().accepted()).isEqualTo(4);
        assertThat(balancer.snapshot().active()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void limitsHaveTheirReasons(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend().maxConnections(1))
                .limits(ConnectionLimits.DEFAULT_UDP.maxConnectionsPerSource(2).idleTimeout(Duration.ofMinutes(1)))
                .start());
        ask(client(balancer));
        DatagramSocket second = client(balancer);
        send(second, new byte[1]);
        awaitEnded(balancer, EndReason.QUEUE_FULL, 1);
        balancer.addBackend(server().backend());
        ask(second);
        send(client(balancer), new byte[1]);
        awaitEnded(balancer, EndReason.TOO_MANY_FROM_SOURCE, 1);
        Await.until("dropped", () -> balancer.snapshot().datagrams().dropped() == 2);
        assertThat(balancer.snapshot().active()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void anIdleSessionEndsAndALaterDatagramBeginsAnother(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend())
                .limits(ConnectionLimits.DEFAULT_UDP.idleTimeout(Duration.ofMillis(100)))
                .start());
        DatagramSocket client = client(balancer);
        ask(client);
        awaitEnded(balancer, EndReason.IDLE_TIMEOUT, 1);
        assertThat(backend(balancer, 0).active()).isZero();
        ask(client);
        assertThat(balancer.snapshot().accepted()).isEqualTo(2);
    }

    @Test
    void withoutABackendDatagramsAreDropped() throws IOException {
        LoadBalancer balancer = open(builder(Transport.AUTO).start());
        send(client(balancer), new byte[1]);
        awaitEnded(balancer, EndReason.NO_BACKEND, 1);
        Await.until("dropped", () -> balancer.snapshot().datagrams().equals(new BalancerSnapshot.Datagrams(1, 0, 1)));
        assertThat(balancer.snapshot().active()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void whileItClosesSessionsGoOnAndNoneBegins(Transport transport) throws Exception {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend()).start());
        DatagramSocket client = client(balancer);
        ask(client);
        InetSocketAddress listener = balancer.snapshot().listeners().get(0);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> balancer.close(Duration.ofMinutes(1)));
        Await.until("it is closing", () -> !balancer.snapshot().listening());
        while (balancer.snapshot().datagrams().dropped() == 0) { // it may take a moment; the test's timeout ends this
            send(client(balancer), new byte[1]);
        }
        closed.get();
        BalancerSnapshot after = balancer.snapshot();
        assertThat(after.ended()).containsEntry("idle_timeout", after.accepted());
        open(new DatagramSocket(listener)); // the port is free
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void closingEndsAllAtOnce(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = builder(transport, server.backend()).start();
        for (int i = 0; i < 5; i++) {
            ask(client(balancer));
        }
        InetSocketAddress listener = balancer.snapshot().listeners().get(0);
        balancer.close();
        assertThat(balancer.snapshot().ended()).containsEntry("balancer_closed", 5L);
        assertThat(balancer.snapshot().active()).isZero();
        open(new DatagramSocket(listener));
    }

    /** More than sockets hold: nothing is lost from the counters. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aFloodIsCounted(Transport transport) throws IOException {
        UdpServer server = open(new UdpServer("127.0.0.1", false));
        LoadBalancer balancer = open(builder(transport, server.backend()).start());
        List<DatagramSocket> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(client(balancer));
        }
        for (int i = 0; i < 20_000; i++) {
            send(clients.get(i % clients.size()), new byte[100]);
        }
        Await.until("all have come that came", () -> {
            BalancerSnapshot snapshot = balancer.snapshot();
            BalancerSnapshot.Datagrams datagrams = snapshot.datagrams();
            return datagrams.received() > 1000
                    && datagrams.received() == snapshot.backends().get(0).datagramsIn() + datagrams.dropped();
        });
        assertThat(balancer.snapshot().active()).isEqualTo(20);
        DatagramSocket after = client(balancer);
        long before = server.received.get();
        send(after, new byte[1]);
        Await.until("it still relays", () -> server.received.get() > before);
    }

    @Test
    void refusesWhatUdpDoesNotHave() throws IOException {
        Backend backend = refusing();
        assertThatThrownBy(() -> builder(Transport.AUTO, backend.proxyProtocol(ProxyProtocol.V1))
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be NONE with UDP, but was V1");
        assertThatThrownBy(() -> builder(Transport.AUTO, backend)
                        .acceptProxy(TrustedProxies.of("::/0"))
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("acceptProxy of balancer dns must not be set with UDP");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aPortInUseShowsAtTheStart(Transport transport) throws IOException {
        UdpServer server = server();
        LoadBalancer balancer = open(builder(transport, server.backend()).start());
        InetSocketAddress taken = balancer.snapshot().listeners().get(0);
        assertThatThrownBy(
                        () -> builder(transport, server.backend()).listen(taken).start())
                .isInstanceOf(HaException.class)
                .hasMessageContaining("EADDRINUSE");
    }
}
