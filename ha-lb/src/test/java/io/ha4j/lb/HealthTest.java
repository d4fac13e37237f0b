package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerEvent.BackendChanged;
import io.ha4j.HealthCheck;
import io.ha4j.HealthSwitch;
import io.ha4j.LoadBalancer;
import io.ha4j.TcpCheck;
import io.ha4j.Transport;
import io.ha4j.lb.Peer.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HealthTest {
    private static final TcpCheck FAST =
            HealthCheck.tcp().interval(Duration.ofMillis(5)).timeout(Duration.ofSeconds(2));

    private static LoadBalancer.Builder builder(Events events) {
        return LoadBalancer.builder("web").listen("127.0.0.1", 0).onEvent(events);
    }

    private static Ending ending(LoadBalancer balancer) throws IOException {
        try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
            return client.fin().receiveAll().ending();
        }
    }

    /** A server that accepts until it is closed, and can be opened again on the same port. */
    private static ServerSocket reopen(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return server;
    }

    @ParameterizedTest
    @EnumSource
    void followsAServerThatStopsAndReturns(Transport transport) throws Exception {
        Events events = new Events();
        ServerSocket server = Route.server();
        Backend backend = Route.backend(server);
        try (LoadBalancer balancer = builder(events)
                .backend(backend)
                .healthCheck(FAST.rise(2).fall(3))
                .transport(transport)
                .start()) {
            BackendChanged up = events.await(BackendChanged.class);
            assertThat(up.from()).isEqualTo(BackendState.DOWN);
            assertThat(up.to()).isEqualTo(BackendState.UP);
            assertThat(up.detail()).isEqualTo("connected");

            server.close();
            BackendChanged down = events.await(BackendChanged.class);
            assertThat(down.to()).isEqualTo(BackendState.DOWN);
            assertThat(down.backend()).isEqualTo(backend.address());
            assertThat(down.detail())
                    .isEqualTo("connect to 127.0.0.1:" + backend.address().getPort() + ": ECONNREFUSED");
            assertThat(balancer.snapshot().backends().get(0).detail()).isEqualTo(down.detail());
            assertThat(ending(balancer)).isEqualTo(Ending.RST);
            Await.until(
                    "counted",
                    () -> Long.valueOf(1).equals(balancer.snapshot().ended().get("no_backend")));

            server = reopen(backend.address().getPort());
            assertThat(events.await(BackendChanged.class).to()).isEqualTo(BackendState.UP);
        } finally {
            server.close();
        }
    }

    @Test
    void aServerThatNeverAnswersStaysDown() throws Exception {
        Events events = new Events();
        ServerSocket server = Route.server();
        Backend backend = Route.backend(server);
        server.close();
        try (LoadBalancer balancer =
                builder(events).backend(backend.check(FAST)).start()) {
            Await.until(
                    "checked",
                    () -> balancer.snapshot().backends().get(0).detail().contains("ECONNREFUSED"));
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.DOWN);
            assertThat(ending(balancer)).isEqualTo(Ending.RST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatDoesNotAcceptInTimeIsDown(Transport transport) throws Exception {
        Events events = new Events();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Peer first = Peer.connect(Route.backend(full).address());
                Peer second = Peer.connect(Route.backend(full).address());
                LoadBalancer balancer = builder(events)
                        .backend(Route.backend(full).check(FAST.timeout(Duration.ofMillis(50))))
                        .transport(transport)
                        .start()) {
            assertThat(first.socket.isConnected() && second.socket.isConnected())
                    .isTrue();
            Await.until(
                    "checked",
                    () -> balancer.snapshot().backends().get(0).detail().startsWith("connect"));
            assertThat(balancer.snapshot().backends().get(0).detail())
                    .isEqualTo("connect to 127.0.0.1:" + full.getLocalPort() + ": no answer within 50 ms");
        }
    }

    @Test
    void aSwitchTakesEffectAtOnce() throws Exception {
        Events events = new Events();
        HealthSwitch flip = HealthCheck.inProcess("cache");
        try (ServerSocket server = Route.server();
                LoadBalancer balancer = builder(events)
                        .backend(Route.backend(server).check(flip))
                        .start()) {
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.UP);
            flip.down("cold");
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.DOWN);
            assertThat(ending(balancer)).isEqualTo(Ending.RST);
            flip.up();
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.UP);
            events.await(BackendChanged.class, change -> change.detail().equals("cache is up"));
            events.await(BackendChanged.class, change -> change.detail().equals("cache: cold"));

            balancer.removeBackend(Route.backend(server).address());
            flip.down("gone");
            balancer.addBackend(Route.backend(server).check(flip));
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void aScriptDecidesToo(@TempDir Path directory) throws Exception {
        Events events = new Events();
        Path good = directory.resolve("good");
        HealthCheck script = HealthCheck.script("warm", "test", "-e", good.toString())
                .interval(Duration.ofMillis(20))
                .timeout(Duration.ofSeconds(20));
        try (ServerSocket server = Route.server();
                LoadBalancer balancer = builder(events)
                        .backend(Route.backend(server).check(script))
                        .start()) {
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.DOWN);
            Files.createFile(good);
            events.await(BackendChanged.class, change -> change.to() == BackendState.UP);
            Files.delete(good);
            events.await(BackendChanged.class, change -> change.detail().equals("warm: exit code 1"));
            assertThat(balancer.snapshot().backends().get(0).state()).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void onlyAGroupCanTrackAnInterface() {
        HealthCheck link = HealthCheck.networkInterface("eth0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.of("127.0.0.1", 80).check(link))
                .withMessageStartingWith("check of a backend must be a NetworkCheck or a LocalCheck");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadBalancer.builder("web").healthCheck(link));
    }

    @Test
    void checksEndWithTheBackendAndWithTheBalancer() throws Exception {
        Events events = new Events();
        try (ServerSocket server = Route.server();
                LoadBalancer balancer = builder(events)
                        .backend(Route.backend(server).check(FAST))
                        .start()) {
            events.await(BackendChanged.class);
            balancer.removeBackend(Route.backend(server).address());
            // One attempt may be on its way; after it nothing comes.
            server.setSoTimeout(100);
            Await.until("no more checks", () -> {
                try {
                    server.accept().close();
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
    }
}
