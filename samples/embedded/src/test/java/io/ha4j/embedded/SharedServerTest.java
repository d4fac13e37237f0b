package io.ha4j.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.BackendState;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.LoadBalancer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SharedServerTest {
    @Test
    @Timeout(60)
    void oneServerServesItselfAndAnother() throws Exception {
        try (LoadBalancer second = SharedServer.start(0, List.of());
                LoadBalancer first = SharedServer.start(0, List.of("127.0.0.1:" + port(second)))) {
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (first.snapshot().backends().get(1).state() != BackendState.UP) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(5);
            }
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> response = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(first) + "/"))
                                        .timeout(Duration.ofSeconds(20))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).startsWith("hello /127.0.0.1:");
            }
            assertThat(first.snapshot().backends()).allMatch(backend -> backend.total() == 1);
        }
    }

    @Test
    @Timeout(60)
    void tellsAClientItsAddressAndEndsWhenItIsAskedTo() throws Exception {
        try (LoadBalancer balancer = SharedServer.start(0, List.of());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port(balancer))) {
            client.setSoTimeout(20_000);
            String request = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String response = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(response).endsWith("\r\n\r\nhello /127.0.0.1:" + client.getLocalPort() + "\n");
        }
    }

    @Test
    void anotherThatDoesNotAnswerIsNotUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LoadBalancer balancer = SharedServer.start(0, List.of("127.0.0.1:" + silent.getLocalPort()))) {
            assertThat(balancer.snapshot().backends())
                    .extracting(BackendSnapshot::state)
                    .containsExactly(BackendState.UP, BackendState.DOWN);
        }
    }

    private static int port(LoadBalancer balancer) {
        return balancer.snapshot().listeners().get(0).getPort();
    }
}
