package io.ha4j.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.ha4j.BackendState;
import io.ha4j.LoadBalancer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TcpBalancerTest {
    private HttpServer a;
    private HttpServer b;

    @BeforeEach
    void start() throws IOException {
        a = server("a");
        b = server("b");
    }

    @AfterEach
    void stop() {
        a.stop(0);
        b.stop(0);
    }

    private static HttpServer server(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, name.length());
            exchange.getResponseBody().write(name.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static String ask(LoadBalancer balancer) throws Exception {
        int port = balancer.snapshot().listeners().get(0).getPort();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void awaitAllEnded(LoadBalancer balancer) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (balancer.snapshot().backends().stream().anyMatch(backend -> backend.active() > 0)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static void awaitAllUp(LoadBalancer balancer) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (balancer.snapshot().backends().stream().anyMatch(backend -> backend.state() != BackendState.UP)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    @Timeout(60)
    void aBackendThatDrainsGetsNoNewConnections() throws Exception {
        try (LoadBalancer balancer = TcpBalancer.start(0, List.of(address(a), address(b)))) {
            awaitAllUp(balancer);
            assertThat(TcpBalancer.command(balancer, "drain " + address(a))).contains(address(a) + " DRAINING");
            for (int i = 0; i < 3; i++) {
                assertThat(ask(balancer)).isEqualTo("b");
            }
            TcpBalancer.command(balancer, "undrain " + address(a));
            TcpBalancer.command(balancer, "drain " + address(b));
            assertThat(ask(balancer)).isEqualTo("a");
            awaitAllEnded(balancer);
            assertThat(TcpBalancer.command(balancer, ""))
                    .contains(address(a) + " UP, ", "0 connections now, 1 in all", "0 connections now, 3 in all");
        }
    }

    @Test
    void saysWhatItUnderstands() {
        try (LoadBalancer balancer = TcpBalancer.start(0, List.of(address(a)))) {
            assertThat(TcpBalancer.command(balancer, "stop")).isEqualTo("drain or undrain ADDRESS:PORT, but was: stop");
            assertThat(TcpBalancer.command(balancer, "drain x")).isEqualTo("a backend must be ADDRESS:PORT, but was x");
            assertThat(TcpBalancer.command(balancer, "drain 127.0.0.1:1"))
                    .startsWith("balancer tcp has no backend ")
                    .endsWith("127.0.0.1:1");
        }
    }

    @Test
    void aBackendThatIsNotThereIsNotUp() {
        String gone = address(a);
        a.stop(0);
        try (LoadBalancer balancer = TcpBalancer.start(0, List.of(gone))) {
            assertThat(TcpBalancer.command(balancer, "")).isEqualTo(gone + " DOWN, 0 connections now, 0 in all");
        }
    }
}
