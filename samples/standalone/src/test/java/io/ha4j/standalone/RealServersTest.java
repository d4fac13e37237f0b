package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.standalone.conf.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ha4j drain} and {@code ha4j undrain}, with the real modules behind them. */
@Timeout(60)
class RealServersTest {
    @TempDir
    Path directory;

    private final EchoServer backend = new EchoServer();
    private final int port = EchoServer.freePort();

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    private Path configuration(String more) throws IOException {
        return Files.writeString(directory.resolve("ha.conf"), """
                virtual_server 127.0.0.1 %d {
                    lb_algo rr
                    lb_kind RELAY
                    protocol TCP
                    real_server 127.0.0.1 %d {
                        %s
                    }
                }
                """.formatted(port, backend.port(), more));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String echo(Socket client) throws IOException {
        client.getOutputStream().write('x');
        int answer = client.getInputStream().read();
        return answer < 0 ? "" : String.valueOf((char) answer);
    }

    private boolean isServed() {
        try (Socket client = connect()) {
            return echo(client).equals("x");
        } catch (IOException e) { // reset
            return false;
        }
    }

    @Test
    void whatIsThereGoesOnAndNothingNewComes() throws Exception {
        AdminAddress admin = new AdminAddress(UnixDomainSocketAddress.of(directory.resolve("admin.sock")));
        String server = "127.0.0.1:" + backend.port();
        try (Daemon daemon = Daemon.start(
                        Configuration.read(configuration("")), admin, Duration.ZERO, null, new StopSignal());
                Socket before = connect()) {
            assertThat(echo(before)).isEqualTo("x");

            AdminClient client = new AdminClient(admin, Duration.ofSeconds(20));
            assertThat(client.operate("/drain?server=" + server))
                    .isEqualTo(new AdminClient.Reply(
                            200,
                            server + " of virtual_server 127.0.0.1:" + port
                                    + ": gets no new connections until 'ha4j undrain'; 1 connection of it goes on\n"));
            assertThat(isServed()).isFalse();
            assertThat(echo(before)).isEqualTo("x");
            assertThat(state(daemon)).isEqualTo("DRAINING");

            configuration("uthreshold 5");
            assertThat(client.operate("/reload").code()).isEqualTo(200);
            assertThat(state(daemon)).as("after a reload that changes it").isEqualTo("DRAINING");

            assertThat(client.operate("/undrain?server=" + server).body()).contains("takes part again, and is UP");
            assertThat(isServed()).isTrue();
            assertThat(echo(before)).isEqualTo("x");
        }
    }

    private static String state(Daemon daemon) {
        return daemon.status().virtualServers().get(0).realServers().get(0).state();
    }

    @Test
    void whatIsNotThereIsTold() throws Exception {
        AdminAddress admin = new AdminAddress(UnixDomainSocketAddress.of(directory.resolve("admin.sock")));
        try (Daemon daemon =
                Daemon.start(Configuration.read(configuration("")), admin, Duration.ZERO, null, new StopSignal())) {
            assertThat(daemon.drain("127.0.0.1:1").join())
                    .isEqualTo(Operations.Answer.unknown(
                            "there is no real server 127.0.0.1:1, but 127.0.0.1:" + backend.port()));
            for (String wrong : new String[] {"", "127.0.0.1", "web:80", "[::1]", "127.0.0.1:99999"}) {
                assertThat(daemon.undrain(wrong).join().text())
                        .isEqualTo("a real server is given as ADDRESS:PORT or [ADDRESS]:PORT, but was '" + wrong + "'");
            }
        }
    }
}
