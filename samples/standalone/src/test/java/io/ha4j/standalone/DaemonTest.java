package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.standalone.conf.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A balancer without groups, in this process, with the real modules behind it. */
@Timeout(60)
class DaemonTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path directory;

    private final EchoServer backend = new EchoServer();
    private AdminAddress admin = AdminAddress.standard();

    @BeforeEach
    void ownSocket() {
        admin = new AdminAddress(UnixDomainSocketAddress.of(directory.resolve("made/admin.sock")));
    }

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    private String server(int port) {
        return """
                virtual_server 127.0.0.1 %d {
                    lb_algo rr
                    lb_kind RELAY
                    protocol TCP
                    real_server 127.0.0.1 %d {
                    }
                }
                """.formatted(port, backend.port());
    }

    private Daemon start(String text) throws Exception {
        return Daemon.start(Configuration.parse("f", text), admin, Duration.ZERO, null, new StopSignal());
    }

    private static String echo(int port) throws IOException {
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void relaysTellsItsStatusAndLeavesNothingBehind() throws Exception {
        int port = EchoServer.freePort();
        try (Daemon daemon = start(server(port))) {
            assertThat(echo(port)).isEqualTo("hello");

            Status status = StatusJson.read(new AdminClient(admin, Duration.ofSeconds(10)).status());
            assertThat(status.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(status.groups()).isEmpty();
            Status.VirtualServer server = status.virtualServers().get(0);
            assertThat(server.address()).isEqualTo("127.0.0.1:" + port);
            assertThat(server.listening()).isTrue();
            assertThat(server.accepted()).isEqualTo(1);
            assertThat(server.realServers()).singleElement().satisfies(real -> {
                assertThat(real.address()).isEqualTo("127.0.0.1:" + backend.port());
                assertThat(real.state()).isEqualTo("UP");
                assertThat(real.totalConnections()).isEqualTo(1);
            });
            assertThat(StatusTable.render(status)).contains("TCP  127.0.0.1:" + port + " rr\n");
            daemon.close();
            daemon.close(); // without effect
        }
        assertThatThrownBy(() -> echo(port)).isInstanceOf(IOException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aPortInUseIsOneLineAndNothingStays() throws Exception {
        int free = EchoServer.freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            assertThatThrownBy(() -> start(server(free) + server(taken.getLocalPort())))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("f:8: virtual_server [127.0.0.1]:tcp:" + taken.getLocalPort() + ": ")
                    .hasMessageContaining("in use")
                    .message()
                    .hasLineCount(1);
        }
        assertThatThrownBy(() -> echo(free)).isInstanceOf(IOException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anAdminSocketInUseIsOneLineAndTheOtherInstanceStays() throws Exception {
        int port = EchoServer.freePort();
        int other = EchoServer.freePort();
        try (Daemon first = start(server(port))) {
            assertThatThrownBy(() -> start(server(other)))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("is in use: another instance runs");
            assertThat(echo(port)).isEqualTo("hello");
            assertThat(first.status().virtualServers()).hasSize(1);
            assertThatThrownBy(() -> echo(other)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aReloadChangesBackendsAndNoConnection() throws Exception {
        int port = EchoServer.freePort();
        Path file = directory.resolve("k.conf");
        try (EchoServer second = new EchoServer()) {
            String text = server(port).replace("lb_algo rr", "lb_algo wrr");
            String added = text.replace(
                    "    real_server", "    real_server 127.0.0.1 " + second.port() + " {\n    }\n    real_server");
            Files.writeString(file, text);
            try (Daemon daemon = Daemon.start(Configuration.read(file), admin, Duration.ZERO, null, new StopSignal());
                    Socket client = new Socket(LOOPBACK, port)) {
                client.getOutputStream().write('a');
                assertThat(client.getInputStream().read()).isEqualTo('a');

                Files.writeString(file, added.replace(backend.port() + " {\n", backend.port() + " {\n weight 7\n"));
                assertThat(daemon.reload().get().text())
                        .contains("real_server 127.0.0.1:" + second.port() + " added")
                        .contains("real_server 127.0.0.1:" + backend.port() + " has weight 7");
                assertThat(daemon.status().virtualServers().get(0).realServers())
                        .extracting(Status.RealServer::weight)
                        .containsExactlyInAnyOrder(1, 7);

                Files.writeString(file, text.replace(String.valueOf(backend.port()), String.valueOf(second.port())));
                assertThat(daemon.reload().get().text())
                        .contains("real_server 127.0.0.1:" + backend.port() + " removed");
                client.getOutputStream().write('b');
                assertThat(client.getInputStream().read()).isEqualTo('b');
                backend.close(); // takes no new connections
                assertThat(echo(port)).isEqualTo("hello");
                assertThat(daemon.reload().get().text()).isEqualTo("nothing has changed");
            }
        }
    }
}
