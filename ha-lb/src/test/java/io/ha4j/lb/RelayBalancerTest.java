package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot;
import io.ha4j.HaException;
import io.ha4j.LoadBalancer;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.lb.Peer.Ending;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RelayBalancerTest extends Opening {

    private static LoadBalancer.Builder builder() {
        return LoadBalancer.builder("web").listen("127.0.0.1", 0).scheduler(Scheduler.ROUND_ROBIN);
    }

    private Peer connect(LoadBalancer balancer) throws IOException {
        return open(Peer.connect(balancer.snapshot().listeners().get(0)));
    }

    private Peer accept(ServerSocket server) throws IOException {
        return open(new Peer(server.accept()));
    }

    private static BalancerSnapshot.BackendSnapshot backend(LoadBalancer balancer, int index) {
        return balancer.snapshot().backends().get(index);
    }

    /** A port that refuses. */
    private static Backend refusing() throws IOException {
        try (ServerSocket server = Route.server()) {
            return Route.backend(server);
        }
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason, long count) {
        Await.until(
                reason + " " + count,
                () -> Long.valueOf(count).equals(balancer.snapshot().ended().get(reason.key())));
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatItDoes(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(
                builder().backend(Route.backend(server)).transport(transport).start());
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        client.send(1000).fin();
        accepted.receiveAll();
        assertThat(balancer.snapshot().active()).isEqualTo(1);
        assertThat(backend(balancer, 0).active()).isEqualTo(1);
        accepted.send(500).close();
        client.receiveAll();
        awaitEnded(balancer, EndReason.FINISHED, 1);

        BalancerSnapshot snapshot = balancer.snapshot();
        assertThat(snapshot.listening()).isTrue();
        assertThat(snapshot.transport()).isNotEqualTo(Transport.AUTO);
        assertThat(snapshot.accepted()).isEqualTo(1);
        assertThat(snapshot.active()).isZero();
        assertThat(snapshot.ended().keySet()).first().isEqualTo("finished");
        Await.until("released", () -> backend(balancer, 0).active() == 0);
        assertThat(backend(balancer, 0).total()).isEqualTo(1);
        assertThat(backend(balancer, 0).bytesIn()).isEqualTo(1000);
        assertThat(backend(balancer, 0).bytesOut()).isEqualTo(500);
        assertThat(backend(balancer, 0).state()).isEqualTo(BackendState.UP);
    }

    @ParameterizedTest
    @EnumSource
    void triesAnotherBackendAndTheClientNoticesNothing(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder()
                .backend(refusing())
                .backend(Route.backend(server))
                .transport(transport)
                .start());
        for (int i = 0; i < 3; i++) {
            Peer client = connect(balancer);
            client.send(100).fin(); // before the backend is connected, and epoll tells so at once
            Peer accepted = accept(server);
            assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(100, Ending.FIN));
            accepted.send(200).close();
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(200, Ending.FIN));
        }
        assertThat(backend(balancer, 0).connectFailures()).isPositive();
        assertThat(backend(balancer, 0).total()).isZero();
        assertThat(backend(balancer, 1).total()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void triesAnotherBackendWhenOneDoesNotAnswer(Transport transport) throws IOException {
        ServerSocket silent = open(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 2; i++) { // a full accept queue drops further SYNs
            open(Peer.connect((InetSocketAddress) silent.getLocalSocketAddress()));
        }
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder()
                .backend(Route.backend(silent))
                .backend(Route.backend(server))
                .connectTimeout(Duration.ofMillis(200))
                .transport(transport)
                .start());
        Peer client = connect(balancer);
        accept(server).send(10).close();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
        assertThat(backend(balancer, 0).connectFailures()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void resetsTheClientWhenAllBackendsRefuse(Transport transport) throws IOException {
        LoadBalancer balancer = open(builder()
                .backend(refusing())
                .backend(refusing())
                .transport(transport)
                .start());
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.CONNECT_FAILED, 1);
        assertThat(backend(balancer, 0).connectFailures()).isEqualTo(1);
        assertThat(backend(balancer, 1).connectFailures()).isEqualTo(1);
        assertThat(backend(balancer, 0).active()).isZero();
    }

    @Test
    void resetsTheClientWhenThereIsNoBackend() throws IOException {
        LoadBalancer balancer = open(builder().start());
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.NO_BACKEND, 1);
    }

    @Test
    void drains() throws Exception {
        ServerSocket a = open(Route.server());
        ServerSocket b = open(Route.server());
        Events events = new Events();
        LoadBalancer balancer = open(builder()
                .backend(Route.backend(a))
                .backend(Route.backend(b))
                .onEvent(events)
                .start());
        Peer onA = connect(balancer);
        Peer atA = accept(a);
        CompletableFuture<Void> drained = balancer.drain(Route.backend(a).address());
        assertThat(events.await(BalancerEvent.BackendChanged.class).to()).isEqualTo(BackendState.DRAINING);
        for (int i = 0; i < 3; i++) {
            connect(balancer);
            accept(b);
        }
        onA.send(10);
        assertThat(atA.receive(10).bytes()).isEqualTo(10); // it goes on
        assertThat(drained).isNotDone();

        onA.fin();
        atA.fin();
        drained.join();
        assertThat(events.await(BalancerEvent.BackendDrained.class).backend())
                .isEqualTo(Route.backend(a).address());
        balancer.drain(Route.backend(a).address()).join();

        balancer.undrain(Route.backend(a).address());
        assertThat(events.await(BalancerEvent.BackendChanged.class).to()).isEqualTo(BackendState.UP);
        connect(balancer);
        connect(balancer);
        accept(a);
    }

    @Test
    void drainOfAnIdleBackendCompletesAtOnceAndUndrainReleasesAWaiter() throws Exception {
        ServerSocket a = open(Route.server());
        LoadBalancer balancer = open(builder().backend(Route.backend(a)).start());
        balancer.drain(Route.backend(a).address()).join();
        balancer.undrain(Route.backend(a).address());
        connect(balancer);
        accept(a);
        CompletableFuture<Void> waiting = balancer.drain(Route.backend(a).address());
        balancer.undrain(Route.backend(a).address());
        waiting.join();
    }

    @Test
    void backendsComeAndGo() throws IOException {
        ServerSocket a = open(Route.server());
        ServerSocket b = open(Route.server());
        LoadBalancer balancer = open(builder().backend(Route.backend(a)).start());
        Peer onA = connect(balancer);
        Peer atA = accept(a);
        balancer.addBackend(Route.backend(b));
        balancer.removeBackend(Route.backend(a).address());
        connect(balancer);
        accept(b);
        onA.send(10);
        assertThat(atA.receive(10).bytes()).isEqualTo(10);
        assertThat(balancer.snapshot().backends()).hasSize(1);

        balancer.setWeight(Route.backend(b).address(), 0);
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        assertThatThrownBy(() -> balancer.setWeight(Route.backend(b).address(), 65536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be in [0, 65535], but was 65536");
        assertThatThrownBy(() -> balancer.drain(Route.backend(a).address()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> balancer.addBackend(Route.backend(b))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aPortInUseLeavesNothingBehind(Transport transport) throws IOException {
        ServerSocket taken = open(Route.server());
        Backend free = refusing();
        assertThatThrownBy(() -> LoadBalancer.builder("web")
                        .listen(free.address())
                        .listen("127.0.0.1", taken.getLocalPort())
                        .transport(transport)
                        .start())
                .isInstanceOf(HaException.class)
                .hasMessage(
                        "cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": EADDRINUSE (address already in use)");
        assertThatThrownBy(() -> Peer.connect(free.address())).isInstanceOf(SocketException.class);
        assertThat(loopThreads()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anAddressOfAnotherMachineIsRefused(Transport transport) {
        assertThatThrownBy(() -> LoadBalancer.builder("web")
                        .listen("192.0.2.1", 8080)
                        .transport(transport)
                        .start())
                .isInstanceOf(HaException.class)
                .hasMessage("cannot listen on 192.0.2.1:8080: EADDRNOTAVAIL (cannot assign requested address)");
        assertThat(loopThreads()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void closeResetsConnectionsAndEndsTheThreads(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(
                builder().backend(Route.backend(server)).transport(transport).start());
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        InetSocketAddress address = balancer.snapshot().listeners().get(0);
        balancer.close();
        balancer.close();
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
        assertThat(accepted.receiveAll().ending()).isEqualTo(Ending.RST);
        assertThat(balancer.snapshot().ended()).containsEntry("balancer_closed", 1L);
        assertThat(balancer.snapshot().active()).isZero();
        assertThat(balancer.snapshot().listening()).isFalse();
        assertThat(loopThreads()).isEmpty();
        assertThatThrownBy(() -> Peer.connect(address)).isInstanceOf(SocketException.class);
    }

    @Test
    void closeLetsConnectionsEnd() throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder().backend(Route.backend(server)).start());
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> balancer.close(Duration.ofMinutes(1)));
        Await.until("not listening", () -> !balancer.snapshot().listening());
        client.send(10).fin();
        assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
        assertThat(closing).isNotDone();
        accepted.send(20).close();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(20, Ending.FIN));
        closing.join();
        assertThat(balancer.snapshot().ended()).containsEntry("finished", 1L);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsQueuedWhenItClosesIsServed(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(
                builder().backend(Route.backend(server)).transport(transport).start());
        InetSocketAddress address = balancer.snapshot().listeners().get(0);
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(open(Peer.connect(address)));
        }
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> balancer.close(Duration.ofMinutes(1)));
        for (int i = 0; i < 200; i++) {
            accept(server).send(1).close();
        }
        for (Peer client : clients) {
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(1, Ending.FIN));
            client.close();
        }
        closing.join();
    }

    @Test
    void balancersShareTheirThreads() throws IOException {
        LoadBalancer first = open(builder().start());
        LoadBalancer second = open(builder().start());
        connect(first).receiveAll();
        connect(second).receiveAll();
        assertThat(loopThreads()).hasSizeLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        first.close();
        assertThat(connect(second).receiveAll().ending()).isEqualTo(Ending.RST); // no backend, but it answers
        second.close();
        assertThat(loopThreads()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatNeverReadsCostsABoundedAmountOfMemory(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(
                builder().backend(Route.backend(server)).transport(transport).start());
        Peer deaf = open(Peer.connect(balancer.snapshot().listeners().get(0), 4096));
        Peer endless = accept(server);
        endless.socket.setSendBufferSize(4096);
        CompletableFuture<Object> sending = Peer.async(() -> endless.send(1L << 40));
        // It has come to a stop when nothing more passes; what the kernel holds for two sockets is a few MB.
        long[] last = {-1};
        Await.until("the relay stops reading", () -> {
            long before = last[0];
            LockSupport.parkNanos(200_000_000);
            last[0] = backend(balancer, 0).bytesOut();
            return last[0] == before;
        });
        long used = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        assertThat(used).isLessThan(32L << 20); // chunks of 4 MB per arena; what leaks would be without bound
        Peer other = connect(balancer);
        Peer accepted = accept(server);
        accepted.send(1 << 20).fin();
        assertThat(other.receiveAll()).isEqualTo(Peer.expected(1 << 20, Ending.FIN));
        deaf.rst();
        assertThatThrownBy(sending::join).hasRootCauseInstanceOf(SocketException.class);
        awaitEnded(balancer, EndReason.CLIENT_RESET, 1);
    }

    @Test
    void aResetAfterTheEndOfStreamIsNoticedWhileNobodyWrites() throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder()
                .backend(Route.backend(server))
                .transport(Transport.EPOLL)
                .start());
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        client.fin();
        accepted.receiveAll();
        client.rst();
        awaitEnded(balancer, EndReason.CLIENT_RESET, 1);
        accepted.sendUntilRefused();
    }

    /**
     * Better than a direct connection, whose reset discards what the client's window had no room for. On NIO nobody can
     * ask the kernel, so that this holds for epoll alone.
     */
    @Test
    void aSlowClientGetsWhatCameBeforeTheReset() throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder()
                .backend(Route.backend(server))
                .transport(Transport.EPOLL)
                .start());
        Peer client = open(Peer.connect(balancer.snapshot().listeners().get(0), 4096));
        Peer accepted = accept(server);
        accepted.send(200_000);
        Await.until("all of it is at the relay", () -> backend(balancer, 0).bytesOut() == 200_000);
        accepted.rst();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(200_000, Ending.RST));
        awaitEnded(balancer, EndReason.BACKEND_RESET, 1);
    }

    @ParameterizedTest
    @EnumSource
    void servesCurl(Transport transport) throws Exception {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(
                builder().backend(Route.backend(server)).transport(transport).start());
        CompletableFuture<Object> serving = Peer.async(() -> {
            Peer accepted = accept(server);
            accepted.socket.getInputStream().read(new byte[4096]);
            accepted.socket
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            return "";
        });
        InetSocketAddress address = balancer.snapshot().listeners().get(0);
        Process curl = new ProcessBuilder("curl", "-sS", "--max-time", "10", "http://127.0.0.1:" + address.getPort())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("hello");
        assertThat(curl.waitFor()).isZero();
        serving.join();
    }

    /** Names of event-loop threads that are alive. */
    static List<String> loopThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ha4j-lb"))
                .toList();
    }
}
