package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.Backend;
import io.ha4j.LoadBalancer;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.lb.Peer.Ending;
import io.netty.channel.uring.IoUring;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that runs out of descriptors must serve again once it has some. The balancer is a process of its own, with
 * few of them; its clients and its backend are here.
 */
@Timeout(60)
class DescriptorExhaustionTest {
    private static final int LIMIT = 100;

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void servesAgainOnceThereAreDescriptors(Transport transport) throws Exception {
        assumeTrue(transport != Transport.IO_URING || IoUring.isAvailable(), "no io_uring here");
        try (ServerSocket server = Route.server()) {
            Process process = start(transport, server);
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                CompletableFuture<Object> serving = serve(server);
                InetSocketAddress address = Backend.of("127.0.0.1", Integer.parseInt(output.readLine()))
                        .address();
                assertThat(isServed(address)).isTrue();

                List<Peer> clients = new ArrayList<>();
                for (int i = 0; i < 2 * LIMIT; i++) { // more than are left, and each would take two
                    clients.add(Peer.connect(address));
                }
                assertThat(output.readLine()).contains("cannot accept connections for now: EMFILE");
                for (Peer client : clients) {
                    client.rst();
                }
                Await.until("served again", () -> isServed(address));
                server.close();
                serving.join();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process start(Transport transport, ServerSocket server) throws IOException {
        String java = System.getProperty("java.home") + "/bin/java";
        String command = "ulimit -n " + LIMIT + "; exec '" + java
                + "' -XX:-MaxFDLimit --enable-native-access=ALL-UNNAMED -cp '"
                + System.getProperty("java.class.path") + "' io.ha4j.lb.DescriptorExhaustionTest " + transport + " "
                + server.getLocalPort();
        return new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    }

    /** Answers every connection with 10 bytes, and holds it until the client ends it. */
    private static CompletableFuture<Object> serve(ServerSocket server) {
        return Peer.async(() -> {
            while (true) {
                Peer accepted;
                try {
                    accepted = new Peer(server.accept());
                } catch (SocketException e) { // closed: the test is over
                    return "";
                }
                var unused = Peer.async(() -> {
                    try (accepted) {
                        return accepted.send(10).receiveAll();
                    }
                });
            }
        });
    }

    private static boolean isServed(InetSocketAddress address) {
        try (Peer client = Peer.connect(address)) {
            return client.fin().receiveAll().equals(Peer.expected(10, Ending.FIN));
        } catch (IOException e) {
            return false;
        }
    }

    /** The process under test. */
    public static void main(String[] args) throws IOException {
        Backend refusing; // so that the classes of that path are loaded while there are descriptors
        try (ServerSocket closed = Route.server()) {
            refusing = Route.backend(closed);
        }
        LoadBalancer balancer = LoadBalancer.builder("starved")
                .listen("127.0.0.1", 0)
                .backend(refusing)
                .backend(Backend.of("127.0.0.1", Integer.parseInt(args[1])))
                .scheduler(Scheduler.ROUND_ROBIN)
                .transport(Transport.valueOf(args[0]))
                .start();
        System.out.println(balancer.snapshot().listeners().get(0).getPort());
    }
}
