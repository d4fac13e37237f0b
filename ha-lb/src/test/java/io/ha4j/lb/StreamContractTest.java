package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lb.Peer.Ending;
import io.ha4j.lb.Peer.Received;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both ends see must not depend on whether there is a balancer between them. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class StreamContractTest {
    private static final long MIB = 1024 * 1024;

    private Route route;
    private Peer client;
    private Peer server;

    private void open(Route.Kind kind) throws IOException {
        open(kind, 0);
    }

    private void open(Route.Kind kind, int clientReceiveBuffer) throws IOException {
        route = new Route(kind);
        client = Peer.connect(route.address(), clientReceiveBuffer);
        server = route.accept();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one :
                Stream.of(client, server, route).filter(Objects::nonNull).toList()) {
            one.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAfterTheClientsEndOfStream(Route.Kind kind) throws IOException {
        open(kind);
        client.send(70_000).fin();
        assertThat(server.receiveAll()).isEqualTo(Peer.expected(70_000, Ending.FIN));
        server.send(500).close();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(500, Ending.FIN));
    }

    @ParameterizedTest
    @EnumSource
    void slowClientGetsALongAnswerAfterItsEndOfStream(Route.Kind kind) throws IOException {
        open(kind, 4096);
        client.send(70_000).fin();
        assertThat(server.receiveAll()).isEqualTo(Peer.expected(70_000, Ending.FIN));
        CompletableFuture<Peer> sent = Peer.async(() -> {
            server.send(8 * MIB).close();
            return server;
        });
        assertThat(client.receiveSlowly()).isEqualTo(Peer.expected(8 * MIB, Ending.FIN));
        sent.join();
    }

    @ParameterizedTest
    @EnumSource
    void uploadsAfterTheServersEndOfStream(Route.Kind kind) throws IOException {
        open(kind);
        server.fin();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(0, Ending.FIN));
        CompletableFuture<Received> received = Peer.async(server::receiveAll);
        client.send(MIB).fin();
        assertThat(received.join()).isEqualTo(Peer.expected(MIB, Ending.FIN));
    }

    @ParameterizedTest
    @EnumSource
    void slowClientGetsEverythingAfterTheServerHasClosed(Route.Kind kind) throws IOException {
        open(kind, 4096);
        CompletableFuture<Peer> sent = Peer.async(() -> {
            server.send(8 * MIB).close();
            return server;
        });
        assertThat(client.receiveSlowly()).isEqualTo(Peer.expected(8 * MIB, Ending.FIN));
        sent.join();
    }

    @ParameterizedTest
    @EnumSource
    void slowServerGetsEverythingAfterTheClientHasClosed(Route.Kind kind) throws IOException {
        open(kind);
        CompletableFuture<Peer> sent = Peer.async(() -> {
            client.send(8 * MIB).close();
            return client;
        });
        assertThat(server.receiveSlowly()).isEqualTo(Peer.expected(8 * MIB, Ending.FIN));
        sent.join();
    }

    @ParameterizedTest
    @EnumSource
    void serversResetPasses(Route.Kind kind) throws IOException {
        open(kind);
        server.send(1000);
        assertThat(client.receive(1000)).isEqualTo(Peer.expected(1000, Ending.FIN));
        server.rst();
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
    }

    @ParameterizedTest
    @EnumSource
    void dataBeforeTheServersResetIsDelivered(Route.Kind kind) throws IOException {
        open(kind, 512 * 1024);
        client.send(1);
        server.receive(1); // a reset before the relay knows that it is connected would be a failed connect
        CompletableFuture<Received> received = Peer.async(client::receiveAll);
        server.send(100_000).delivered().rst();
        assertThat(received.join()).isEqualTo(Peer.expected(100_000, Ending.RST));
    }

    @ParameterizedTest
    @EnumSource
    void dataBeforeTheServersResetIsDeliveredToAClientThatUploads(Route.Kind kind) throws IOException {
        open(kind, 512 * 1024);
        CompletableFuture<Object> upload = Peer.async(() -> {
            client.sendUntilRefused();
            return "";
        });
        server.receive(10_000); // the upload is under way, and much of it will be unread
        server.send(100_000).delivered().rst();
        upload.join();
        assertThat(client.receiveAll().bytes()).isEqualTo(100_000);
    }

    @ParameterizedTest
    @EnumSource
    void clientsResetPasses(Route.Kind kind) throws IOException {
        open(kind);
        client.send(1000);
        assertThat(server.receive(1000)).isEqualTo(Peer.expected(1000, Ending.FIN));
        client.rst();
        assertThat(server.receiveAll().ending()).isEqualTo(Ending.RST);
    }

    @ParameterizedTest
    @EnumSource
    void dataBeforeTheClientsResetIsDelivered(Route.Kind kind) throws IOException {
        open(kind);
        server.socket.setReceiveBufferSize(512 * 1024);
        CompletableFuture<Received> received = Peer.async(server::receiveAll);
        client.send(50_000).rst();
        assertThat(received.join()).isEqualTo(Peer.expected(50_000, Ending.RST));
    }

    @ParameterizedTest
    @EnumSource
    void resetAfterTheClientsEndOfStream(Route.Kind kind) throws IOException {
        open(kind);
        client.send(10).fin();
        assertThat(server.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
        client.rst();
        server.sendUntilRefused();
    }

    @ParameterizedTest
    @EnumSource
    void resetAfterTheServersEndOfStream(Route.Kind kind) throws IOException {
        open(kind);
        server.send(10).fin();
        assertThat(client.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
        server.rst();
        client.sendUntilRefused();
    }

    @ParameterizedTest
    @EnumSource
    void sixteenMebibytesBothWaysAndTheClientEndsFirst(Route.Kind kind) throws IOException {
        open(kind);
        CompletableFuture<Received> atServer = Peer.async(server::receiveAll);
        CompletableFuture<Received> atClient = Peer.async(client::receiveAll);
        CompletableFuture<Peer> sent = Peer.async(() -> client.send(16 * MIB).fin());
        server.send(8 * MIB);
        assertThat(atServer.join()).isEqualTo(Peer.expected(16 * MIB, Ending.FIN));
        sent.join();
        Peer.async(() -> server.fin()).join();
        assertThat(atClient.join()).isEqualTo(Peer.expected(8 * MIB, Ending.FIN));
    }

    @ParameterizedTest
    @EnumSource
    void sixteenMebibytesBothWaysAtOnce(Route.Kind kind) throws IOException {
        open(kind);
        CompletableFuture<Received> atServer = Peer.async(server::receiveAll);
        CompletableFuture<Received> atClient = Peer.async(client::receiveAll);
        CompletableFuture<Peer> up = Peer.async(() -> client.send(16 * MIB).fin());
        CompletableFuture<Peer> down = Peer.async(() -> server.send(16 * MIB).fin());
        assertThat(atServer.join()).isEqualTo(Peer.expected(16 * MIB, Ending.FIN));
        assertThat(atClient.join()).isEqualTo(Peer.expected(16 * MIB, Ending.FIN));
        up.join();
        down.join();
    }
}
