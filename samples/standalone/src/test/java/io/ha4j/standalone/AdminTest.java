package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private static AdminAddress loopback(int port) {
        return new AdminAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private AdminAddress unix(String name) {
        return new AdminAddress(UnixDomainSocketAddress.of(directory.resolve(name)));
    }

    private static AdminServer start(AdminAddress address) {
        return AdminServer.start(address, new Echo());
    }

    /** Does nothing but to say what was asked. */
    private static class Echo implements Operations {
        @Override
        public Status status() {
            return StatusTableTest.STATUS;
        }

        @Override
        public CompletableFuture<Answer> handOver(String group) {
            return CompletableFuture.completedFuture(Answer.refused("handover of " + group));
        }

        @Override
        public CompletableFuture<Answer> suspend(String group, String why) {
            return CompletableFuture.completedFuture(Answer.done("suspend of " + group + " for " + why));
        }

        @Override
        public CompletableFuture<Answer> resume(String group) {
            return CompletableFuture.completedFuture(Answer.done("resume of " + group));
        }

        @Override
        public CompletableFuture<Answer> drain(String server) {
            return CompletableFuture.completedFuture(Answer.done("drain of " + server));
        }

        @Override
        public CompletableFuture<Answer> undrain(String server) {
            return CompletableFuture.completedFuture(Answer.unknown("undrain of " + server));
        }

        @Override
        public CompletableFuture<Answer> reload() {
            return CompletableFuture.failedFuture(new IllegalStateException("thrown on purpose by the test"));
        }
    }

    @Test
    void operatesOnRequestsThatABrowserWouldNotSendByItself() throws Exception {
        try (AdminServer server = start(loopback(0))) {
            AdminClient client = new AdminClient(loopback(server.port()), TIMEOUT);
            assertThat(client.operate("/resume?group=VI%201"))
                    .isEqualTo(new AdminClient.Reply(200, "resume of VI 1\n"));
            assertThat(client.operate("/handover?group=x").code()).isEqualTo(409);
            assertThat(client.operate("/suspend?group=x&why=new+kernel").body())
                    .isEqualTo("suspend of x for new kernel\n");
            assertThat(client.operate("/drain?server=%5B::1%5D:80").body()).isEqualTo("drain of [::1]:80\n");
            assertThat(client.operate("/undrain?server=x").code()).isEqualTo(404);
            assertThat(client.operate("/reload").code()).isEqualTo(500);

            HttpClient browser = HttpClient.newHttpClient();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/reload"));
            assertThat(code(browser, request.GET())).isEqualTo(405);
            assertThat(code(browser, request.POST(HttpRequest.BodyPublishers.noBody())))
                    .isEqualTo(403);
        }
    }

    @Test
    void answersOverTcp() throws Exception {
        try (AdminServer server = start(loopback(0))) {
            String answer = new AdminClient(loopback(server.port()), TIMEOUT).status();

            assertThat(StatusJson.read(answer)).isEqualTo(StatusTableTest.STATUS);
        }
    }

    @Test
    void isPlainHttp() throws Exception {
        try (AdminServer server = start(loopback(0))) {
            HttpClient client = HttpClient.newHttpClient();
            URI status = URI.create("http://127.0.0.1:" + server.port() + "/status?pretty");
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(status).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
            assertThat(answer.body()).contains("\"virtualRouterId\" : 51");
            assertThat(code(client, HttpRequest.newBuilder(status.resolve("/other"))))
                    .isEqualTo(404);
            assertThat(code(client, HttpRequest.newBuilder(status).DELETE())).isEqualTo(405);
        }
    }

    private static int code(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void answersOverAPrivateUnixSocketAndRemovesIt() throws Exception {
        Path socket = directory.resolve("made/a.sock");
        try (AdminServer server = start(unix("made/a.sock"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                    .isEqualTo("rwx------");
            assertThat(server.port()).isZero();
            assertThat(StatusJson.read(new AdminClient(unix("made/a.sock"), TIMEOUT).status()))
                    .isEqualTo(StatusTableTest.STATUS);
        }
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void replacesTheSocketOfADeadProcess() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(directory.resolve("a.sock")));
        }
        assertThat(directory.resolve("a.sock")).exists();

        try (AdminServer server = start(unix("a.sock"))) {
            assertThat(new AdminClient(unix("a.sock"), TIMEOUT).status()).contains("VI_1");
        }
    }

    @Test
    void refusesTheSocketOfALivingProcess() throws Exception {
        try (AdminServer server = start(unix("a.sock"))) {
            assertThatThrownBy(() -> start(unix("a.sock")))
                    .isInstanceOf(HaException.class)
                    .hasMessage("admin socket " + directory.resolve("a.sock")
                            + " is in use: another instance runs; give this one its own with --admin");
            assertThat(new AdminClient(unix("a.sock"), TIMEOUT).status()).contains("VI_1");
        }
    }

    @Test
    void refusesToReplaceAnOrdinaryFile() throws Exception {
        Path file = Files.writeString(directory.resolve("a.sock"), "precious");

        assertThatThrownBy(() -> start(unix("a.sock")))
                .isInstanceOf(HaException.class)
                .hasMessageEndingWith("there is a file that is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void refusesAPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(loopback(taken.getLocalPort())))
                    .isInstanceOf(HaException.class)
                    .hasMessageMatching("admin address \\S+:" + taken.getLocalPort() + " cannot be bound: .*in use.*");
        }
    }

    @Test
    void aFailureInsideIsAnAnswerToo() {
        Operations failing = new Echo() {
            @Override
            public Status status() {
                throw new IllegalStateException("thrown on purpose by the test");
            }
        };
        try (AdminServer server = AdminServer.start(loopback(0), failing)) {
            assertThatThrownBy(() -> new AdminClient(loopback(server.port()), TIMEOUT).status())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("500")
                    .hasMessageContaining("thrown on purpose");
        }
    }

    @Test
    void theClientDoesNotWaitForEver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new AdminClient(loopback(silent.getLocalPort()), Duration.ofMillis(50)).status())
                    .isInstanceOf(IOException.class)
                    .hasMessage("no answer within 50 ms");
        }
    }

    @Test
    void theClientKnowsWhatIsNotHttp() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (var connection = other.accept()) {
                    connection
                            .getOutputStream()
                            .write("SSH-2.0-OpenSSH\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    connection.shutdownOutput();
                    connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            thread.start();
            assertThatThrownBy(() -> new AdminClient(loopback(other.getLocalPort()), TIMEOUT).status())
                    .isInstanceOf(IOException.class)
                    .hasMessage("the answer is not HTTP");
            thread.join();
        }
    }
}
