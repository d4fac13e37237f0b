package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.ConnectionLimits;
import io.ha4j.LoadBalancer;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.Peer.Ending;
import io.ha4j.lb.Peer.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** PROXY headers of trusted proxies. */
@Timeout(120)
class AcceptProxyTest extends Opening {
    private static final TrustedProxies LOOPBACK =
            TrustedProxies.of("127.0.0.0/8").headerTimeout(Duration.ofSeconds(20));
    private static final byte[] TEXT = bytes("PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\n");
    private static final byte[] BINARY = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a" + "21" + "11" + "0013" + "c0000201" + "0a000064" + "9c40" + "01bb"
                    + "04" + "0004" + "01020304");

    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private LoadBalancer.Builder builder(Transport transport, Backend backend) {
        return LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(backend)
                .scheduler((client, candidates) -> {
                    clients.add(client);
                    return candidates.get(0);
                })
                .acceptProxy(LOOPBACK)
                .transport(transport);
    }

    private Peer connect(LoadBalancer balancer) throws IOException {
        Peer client = open(Peer.connect(balancer.snapshot().listeners().get(0)));
        client.socket.setTcpNoDelay(true);
        return client;
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason, long count) {
        Await.until(
                reason + " " + count + " in " + balancer.snapshot().ended(),
                () -> Long.valueOf(count).equals(balancer.snapshot().ended().get(reason.key())));
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void theClientIsTheOneThatTheHeaderNames(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server).proxyProtocol(ProxyProtocol.V1))
                .start());
        for (byte[] header : new byte[][] {TEXT, BINARY}) {
            Peer client = connect(balancer);
            OutputStream out = client.socket.getOutputStream();
            byte[] both = new byte[header.length + 5];
            System.arraycopy(header, 0, both, 0, header.length);
            System.arraycopy(bytes("hello"), 0, both, header.length, 5);
            out.write(both); // in one segment
            Peer accepted = open(new Peer(server.accept()));
            assertThat(accepted.socket.getInputStream().readNBytes(TEXT.length + 5))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\nhello");
            client.send(300_000).fin();
            assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(300_000, Ending.FIN));
            accepted.send(500).fin();
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(500, Ending.FIN));
        }
        assertThat(clients).containsExactly(new InetSocketAddress("192.0.2.1", 40000));
        awaitEnded(balancer, EndReason.FINISHED, 2);
        assertThat(balancer.snapshot().backends().get(0).bytesIn()).isEqualTo(2 * 300_005);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void aHeaderInTwoPiecesWhereverItIsCut(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server)).start());
        for (byte[] header : new byte[][] {TEXT, BINARY}) {
            for (int cut = 1; cut < header.length; cut++) {
                try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
                    client.socket.setTcpNoDelay(true);
                    OutputStream out = client.socket.getOutputStream();
                    out.write(header, 0, cut);
                    out.flush();
                    out.write(header, cut, header.length - cut);
                    client.send(100).fin();
                    try (Peer accepted = new Peer(server.accept())) {
                        assertThat(accepted.receiveAll())
                                .as("cut at %s", cut)
                                .isEqualTo(Peer.expected(100, Ending.FIN));
                    }
                }
            }
        }
        assertThat(clients).containsExactly(new InetSocketAddress("192.0.2.1", 40000));
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void aHeaderByteByByte(Transport transport) throws Exception {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server)).start());
        Peer client = connect(balancer);
        for (byte b : BINARY) {
            client.socket.getOutputStream().write(b);
            Thread.sleep(1); // not for a state: so that segments do not join
        }
        client.send(70_000).fin();
        Peer accepted = open(new Peer(server.accept()));
        assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(70_000, Ending.FIN));
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void whatIsNoHeaderIsResetAndNeverPassedOn(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server)).start());
        int ended = 0;
        for (byte[] header : new byte[][] {TEXT, BINARY}) {
            for (int at = 0; at < 13; at++) {
                byte[] wrong = header.clone();
                wrong[at] ^= (byte) 0x85;
                try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
                    assertReset(client, wrong);
                }
                ended++;
            }
        }
        for (byte[] cutOff : new byte[][] {{}, {'P'}, {0x0d, 0x0a}}) {
            try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
                client.socket.getOutputStream().write(cutOff);
                client.fin();
                assertThat(client.receiveAll().bytes()).isZero();
            }
            ended++;
        }
        awaitEnded(balancer, EndReason.PROXY_HEADER_MALFORMED, ended);
        assertThat(balancer.snapshot().backends().get(0).total()).isZero();
        Await.until("none is left", () -> balancer.snapshot().active() == 0);
    }

    private static void assertReset(Peer client, byte[] sent) throws IOException {
        try {
            client.socket.getOutputStream().write(sent);
        } catch (SocketException e) {
            return; // the first segment was enough
        }
        Received received = client.receiveAll();
        assertThat(received.ending()).isEqualTo(Ending.RST);
        assertThat(received.bytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void thereIsADeadlineForAllOfIt(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server))
                .acceptProxy(LOOPBACK.headerTimeout(Duration.ofMillis(300)))
                .start());
        Peer silent = connect(balancer);
        Peer slow = connect(balancer);
        slow.socket.getOutputStream().write(TEXT, 0, TEXT.length - 1);
        assertThat(silent.receiveAll()).isEqualTo(Peer.expected(0, Ending.RST));
        assertThat(slow.receiveAll()).isEqualTo(Peer.expected(0, Ending.RST));
        awaitEnded(balancer, EndReason.PROXY_HEADER_TIMEOUT, 2);
        assertThat(balancer.snapshot().backends().get(0).total()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void fromElsewhereAHeaderIsData(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server))
                .acceptProxy(TrustedProxies.of("127.0.0.2", "192.0.2.0/24", "::1"))
                .start());
        Peer client = connect(balancer);
        client.socket.getOutputStream().write(TEXT);
        client.fin();
        Peer accepted = open(new Peer(server.accept()));
        assertThat(accepted.socket.getInputStream().readAllBytes()).isEqualTo(TEXT);
        assertThat(clients).containsExactly((InetSocketAddress) client.socket.getLocalSocketAddress());
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void limitsPerSourceMeanTheNamedClient(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server))
                .limits(ConnectionLimits.DEFAULT.maxConnectionsPerSource(1))
                .start());
        Peer first = connect(balancer);
        first.socket.getOutputStream().write(TEXT);
        Peer accepted = open(new Peer(server.accept()));
        Peer other = connect(balancer);
        other.socket.getOutputStream().write(bytes("PROXY TCP4 192.0.2.2 10.0.0.100 40000 443\r\n"));
        open(new Peer(server.accept()));
        assertReset(connect(balancer), TEXT);
        awaitEnded(balancer, EndReason.TOO_MANY_FROM_SOURCE, 1);
        first.fin();
        accepted.receiveAll();
        accepted.close();
        awaitEnded(balancer, EndReason.FINISHED, 1);
        connect(balancer).socket.getOutputStream().write(TEXT);
        open(new Peer(server.accept()));
    }

    /** The header is there, the client waits for a backend, and sends and ends meanwhile. */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void whatComesBeforeThereIsABackendIsKept(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, Route.backend(server).maxConnections(1))
                .scheduler(Scheduler.ROUND_ROBIN)
                .start());
        Peer first = connect(balancer);
        first.socket.getOutputStream().write(TEXT);
        Peer atFirst = open(new Peer(server.accept()));
        Peer client = connect(balancer);
        client.socket.getOutputStream().write(BINARY);
        Await.until("queued", () -> balancer.snapshot().queued() == 1);
        client.send(30_000).fin();
        Peer leaving = connect(balancer);
        leaving.socket.getOutputStream().write(BINARY);
        Await.until("queued", () -> balancer.snapshot().queued() == 2);
        leaving.rst();
        first.rst();
        atFirst.receiveAll();
        try (Peer accepted = new Peer(server.accept())) {
            assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(30_000, Ending.FIN));
            accepted.send(500).fin();
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(500, Ending.FIN));
        }
        awaitEnded(balancer, EndReason.CLIENT_RESET, 2);
        Await.until("none is left", () -> balancer.snapshot().active() == 0);
    }

    @Test
    void whileAHeaderIsMissingTheBalancerCanBeClosed() throws IOException {
        ServerSocket server = open(Route.server());
        for (Transport transport : Transport.values()) {
            LoadBalancer balancer = builder(transport, Route.backend(server)).start();
            Peer client = connect(balancer);
            client.socket.getOutputStream().write(TEXT, 0, 3);
            Await.until("accepted", () -> balancer.snapshot().active() == 1);
            balancer.close();
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(0, Ending.RST));
        }
    }
}
