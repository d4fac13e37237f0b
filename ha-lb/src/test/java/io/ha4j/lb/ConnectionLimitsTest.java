package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.ConnectionLimits;
import io.ha4j.LoadBalancer;
import io.ha4j.Transport;
import io.ha4j.lb.Peer.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timeouts and maxima, each with its own reason; clients and backends of the pain table. */
@Timeout(60)
class ConnectionLimitsTest extends Opening {
    private static final ConnectionLimits DEFAULT = ConnectionLimits.DEFAULT;
    private static final Duration SHORT = Duration.ofMillis(300);

    private LoadBalancer balancer(ServerSocket server, Transport transport, ConnectionLimits limits) {
        return open(LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(Route.backend(server))
                .transport(transport)
                .limits(limits)
                .start());
    }

    private Peer connect(LoadBalancer balancer) throws IOException {
        return open(Peer.connect(balancer.snapshot().listeners().get(0)));
    }

    private Peer accept(ServerSocket server) throws IOException {
        return open(new Peer(server.accept()));
    }

    private static long ended(LoadBalancer balancer, EndReason reason) {
        return balancer.snapshot().ended().getOrDefault(reason.key(), -1L);
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason) {
        Await.until(reason + " in " + balancer.snapshot().ended(), () -> ended(balancer, reason) == 1);
        Await.until("gone", () -> balancer.snapshot().active() == 0);
        Await.until("released", () -> balancer.snapshot().backends().get(0).active() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatSendsNothingAndABackendThatNeverAnswersAreReset(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.idleTimeout(SHORT));
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
        assertThat(accepted.receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.IDLE_TIMEOUT);
    }

    /** A byte is progress; when there are no more of them, the time begins anew. */
    @ParameterizedTest
    @EnumSource
    void aClientThatSendsAByteNowAndThenStays(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.idleTimeout(Duration.ofSeconds(1)));
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        for (int i = 0; i < 8; i++) { // twice the timeout in all
            client.send(1);
            assertThat(accepted.receive(1).bytes()).isEqualTo(1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        }
        assertThat(ended(balancer, EndReason.IDLE_TIMEOUT)).isZero();
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.IDLE_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatNeverReadsIsReset(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.idleTimeout(SHORT));
        open(Peer.connect(balancer.snapshot().listeners().get(0), 4096));
        Peer accepted = accept(server);
        accepted.sendUntilRefused(); // for ever, if nobody ends it
        awaitEnded(balancer, EndReason.IDLE_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void aHalfClosedConnectionHasATimeoutOfItsOwn(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.halfClosedTimeout(SHORT));
        Peer open = connect(balancer);
        Peer atOpen = accept(server);
        Peer client = connect(balancer);
        Peer accepted = accept(server);
        client.send(10).fin();
        assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
        Await.until("ended", () -> ended(balancer, EndReason.HALF_CLOSED_TIMEOUT) == 1);
        open.send(1); // this one is idle for as long
        assertThat(atOpen.receive(1).bytes()).isEqualTo(1);
        assertThat(ended(balancer, EndReason.IDLE_TIMEOUT)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aBackendThatDoesNotAcceptTimesOut(Transport transport) throws IOException {
        ServerSocket silent = open(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 2; i++) { // a full accept queue drops further SYNs
            open(Peer.connect((InetSocketAddress) silent.getLocalSocketAddress()));
        }
        LoadBalancer balancer = balancer(silent, transport, DEFAULT.connectTimeout(SHORT));
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.CONNECT_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void moreThanTheMaximumAreResetUntilOneHasEnded(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.maxConnections(2));
        Peer first = connect(balancer);
        Peer atFirst = accept(server);
        connect(balancer);
        accept(server);
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        Await.until("refused", () -> ended(balancer, EndReason.TOO_MANY_CONNECTIONS) == 1);
        first.close();
        atFirst.receiveAll();
        atFirst.close();
        Await.until("room", () -> balancer.snapshot().active() == 1);
        connect(balancer).send(1);
        assertThat(accept(server).receive(1).bytes()).isEqualTo(1);
        assertThat(ended(balancer, EndReason.TOO_MANY_CONNECTIONS)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void moreThanTheRateAreReset(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.maxConnectionRate(1));
        connect(balancer).send(1);
        assertThat(accept(server).receive(1).bytes()).isEqualTo(1);
        Await.until("refused", () -> {
            try {
                connect(balancer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ended(balancer, EndReason.TOO_MANY_PER_SECOND) > 0;
        });
    }

    /** Clients that never read are reset, the longest waiting first, and who reads gets every byte. */
    @ParameterizedTest
    @EnumSource
    void whoNeverReadsDoesNotFillTheMemory(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.maxBuffered(4 * RelayLoop.READ_SIZE));
        InetSocketAddress address = balancer.snapshot().listeners().get(0);
        List<CompletableFuture<Object>> sending = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            open(Peer.connect(address, 4096));
            Peer accepted = accept(server);
            sending.add(Peer.async(() -> {
                while (true) {
                    accepted.send(1 << 20); // until it is reset
                }
            }));
        }
        Await.until("reset", () -> ended(balancer, EndReason.BUFFERS_FULL) > 0);
        Await.until("within the limit", () -> balancer.snapshot().buffered() <= 4 * RelayLoop.READ_SIZE);
        assertThat(balancer.snapshot().active()).isPositive();

        Peer client = connect(balancer);
        Peer accepted = accept(server);
        CompletableFuture<Object> sent = Peer.async(() -> {
            accepted.send(3 << 20);
            accepted.socket.shutdownOutput();
            return "";
        });
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(3 << 20, Ending.FIN));
        sent.join();

        balancer.close(Duration.ZERO);
        assertThat(balancer.snapshot().buffered()).isZero();
        sending.forEach(one -> assertThat(one).failsWithin(Duration.ofSeconds(10)));
    }

    @Test
    void theRateIsAnAverageWithOneSecondAtOnce() {
        long start = Long.MAX_VALUE - 1000; // the clock may run over
        ConnectionRate rate = new ConnectionRate(4, start);
        for (int i = 0; i < 4; i++) {
            assertThat(rate.tryTake(start)).isTrue();
        }
        assertThat(rate.tryTake(start)).isFalse();
        assertThat(rate.tryTake(start + 249_999_999)).isFalse();
        assertThat(rate.tryTake(start + 250_000_000)).isTrue();
        assertThat(rate.tryTake(start + 250_000_000)).isFalse();
        long later = start + 60_000_000_000L;
        for (int i = 0; i < 4; i++) {
            assertThat(rate.tryTake(later)).isTrue();
        }
        assertThat(rate.tryTake(later)).as("what was not used is not saved").isFalse();
        assertThat(new ConnectionRate(0, start).isLimited()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void oneSourceCannotTakeEverything(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(server, transport, DEFAULT.maxConnectionsPerSource(1));
        connect(balancer);
        accept(server);
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        Await.until("refused", () -> ended(balancer, EndReason.TOO_MANY_FROM_SOURCE) == 1);
        Socket other = open(new Socket());
        other.bind(new InetSocketAddress("127.0.0.2", 0));
        other.connect(balancer.snapshot().listeners().get(0));
        open(new Peer(other)).send(1);
        assertThat(accept(server).receive(1).bytes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void whoFindsAllBackendsFullWaitsForAPlace(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(Route.backend(server).maxConnections(1))
                .transport(transport)
                .limits(DEFAULT.maxQueued(1))
                .start());
        Peer first = connect(balancer);
        Peer atFirst = accept(server);
        Peer second = connect(balancer);
        second.send(100).fin(); // while it waits
        Await.until("queued", () -> balancer.snapshot().queued() == 1);
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        Await.until("full", () -> ended(balancer, EndReason.QUEUE_FULL) == 1);
        first.fin();
        atFirst.receiveAll();
        atFirst.fin();
        Peer atSecond = accept(server);
        assertThat(atSecond.receiveAll()).isEqualTo(Peer.expected(100, Ending.FIN));
        assertThat(balancer.snapshot().queued()).isZero();
        assertThat(balancer.snapshot().backends().get(0).active()).isEqualTo(1);
    }

    @Test
    void countsSources() throws Exception {
        SourceCounts counts = new SourceCounts(2);
        InetAddress a = InetAddress.getByName("2001:db8::1");
        InetAddress sameNetwork = InetAddress.getByName("2001:db8::2");
        InetAddress other = InetAddress.getByName("2001:db8:0:1::1");
        assertThat(List.of(counts.enter(a), counts.enter(sameNetwork), counts.enter(a), counts.enter(other)))
                .containsExactly(true, true, false, true);
        counts.leave(sameNetwork);
        assertThat(counts.enter(a)).isTrue();
        counts.leave(a);
        counts.leave(a);
        counts.leave(other);
        assertThat(counts.sources()).isZero();
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        assertThatThrownBy(() -> DEFAULT.connectTimeout(Duration.ZERO))
                .hasMessage("connectTimeout must be positive, but was PT0S");
        assertThatThrownBy(() -> DEFAULT.idleTimeout(Duration.ofSeconds(-1)))
                .hasMessage("idleTimeout must be in [0, 365 days], but was PT-1S");
        assertThatThrownBy(() -> DEFAULT.maxConnections(-1)).hasMessage("maxConnections must be 0 or more, but was -1");
    }
}
