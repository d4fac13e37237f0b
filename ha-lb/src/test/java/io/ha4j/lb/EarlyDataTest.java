package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.ConnectionLimits;
import io.ha4j.LoadBalancer;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.lb.Peer.Ending;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a client does before it has a backend. That it waits for a place makes sure that it has done so. */
@Timeout(60)
class EarlyDataTest extends Opening {

    private LoadBalancer balancer(Transport transport, Backend... backends) {
        LoadBalancer.Builder builder = LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .scheduler(Scheduler.ROUND_ROBIN)
                .limits(ConnectionLimits.DEFAULT.maxQueued(10))
                .transport(transport);
        for (Backend backend : backends) {
            builder.backend(backend);
        }
        return open(builder.start());
    }

    private Peer connect(LoadBalancer balancer) throws IOException {
        return open(Peer.connect(balancer.snapshot().listeners().get(0)));
    }

    private static void awaitQueued(LoadBalancer balancer) {
        Await.until("queued", () -> balancer.snapshot().queued() == 1);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void whatWasSentBeforeARefusalGoesToTheBackendThatAccepts(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        Backend refusing;
        try (ServerSocket closed = Route.server()) {
            refusing = Route.backend(closed);
        }
        LoadBalancer balancer =
                balancer(transport, Route.backend(server).maxConnections(1).proxyProtocol(ProxyProtocol.V1), refusing);
        Peer first = connect(balancer);
        Peer atFirst = open(new Peer(server.accept()));
        Peer client = connect(balancer);
        CompletableFuture<Peer> sent = Peer.async(() -> client.send(70_000).fin());
        awaitQueued(balancer);
        first.rst();
        atFirst.receiveAll();

        Peer accepted = open(new Peer(server.accept()));
        InetSocketAddress listener = balancer.snapshot().listeners().get(0);
        String header =
                "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " " + listener.getPort() + "\r\n";
        assertThat(new String(accepted.socket.getInputStream().readNBytes(header.length()), StandardCharsets.US_ASCII))
                .isEqualTo(header);
        assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(70_000, Ending.FIN));
        sent.join();
        accepted.send(500).fin();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(500, Ending.FIN));
        Await.until("counted", () -> balancer.snapshot().backends().get(0).bytesIn() == 70_000);
    }

    @Test
    void noBackendIsAskedForAClientThatHasLeft() throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = balancer(Transport.AUTO, Route.backend(server).maxConnections(1));
        Peer first = connect(balancer);
        open(new Peer(server.accept()));
        connect(balancer).rst();
        awaitQueued(balancer);
        first.rst();
        Await.until("both ended", () -> balancer.snapshot().active() == 0);
        assertThat(balancer.snapshot().ended()).containsEntry("client_reset", 2L);
        assertThat(balancer.snapshot().backends().get(0).total()).isEqualTo(1);
        server.setSoTimeout(1);
        assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
}
