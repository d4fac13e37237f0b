package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.BalancerSnapshot;
import io.ha4j.LoadBalancer;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that end in every way at both ends must leave nothing behind. */
@Timeout(1800)
class ChurnTest {
    private static final int CLIENTS = 8;

    /** More of them for each transport: {@code -Dha4j.churn.connections=100000}. */
    private static final int CONNECTIONS_EACH = Integer.getInteger("ha4j.churn.connections", 3200) / CLIENTS;

    private static final long LIMIT_MILLIS = 60_000 + 10L * CLIENTS * CONNECTIONS_EACH;

    /** As /proc/net/tcp writes them, include/net/tcp_states.h. */
    private static final Set<String> HALF_CLOSED = Set.of("05", "08"); // FIN_WAIT2, CLOSE_WAIT

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /**
     * Connections of these ports that one side has closed and the other has not, and that belong to somebody. (Without a
     * balancer, too, one in some thousands stays in FIN_WAIT2 with no owner, until the kernel's tcp_fin_timeout.)
     */
    private static List<String> halfClosed(Set<Integer> ports) {
        List<String> found = new ArrayList<>();
        for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] words = line.trim().split("\\s+", -1);
                    if (HALF_CLOSED.contains(words[3])
                            && !words[9].equals("0") // inode
                            && (ports.contains(port(words[1])) || ports.contains(port(words[2])))) {
                        found.add(line);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    /** One end of a connection, with both sides at random. */
    private static void misbehave(Socket socket, Random random) throws IOException {
        try (socket) {
            socket.setSoTimeout(1 + random.nextInt(20));
            for (int steps = random.nextInt(4); steps >= 0; steps--) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> socket.getOutputStream().write(new byte[1 + random.nextInt(20_000)]);
                    case 2, 3 -> socket.getInputStream().read(new byte[20_000]);
                    case 4 -> socket.shutdownOutput();
                    default -> socket.setSoLinger(true, 0); // the close will be a reset
                }
            }
        } catch (SocketTimeoutException | SocketException e) {
            // the other end is as random as this one
        }
    }

    private static CompletableFuture<Object> serve(ServerSocket server, long seed) {
        return Peer.async(
                () -> {
                    Random random = new Random(seed);
                    List<CompletableFuture<Object>> open = new ArrayList<>();
                    while (true) {
                        Socket accepted;
                        try {
                            accepted = server.accept();
                        } catch (SocketException e) { // closed: the test is over
                            open.forEach(CompletableFuture::join);
                            return "";
                        }
                        Random own = new Random(random.nextLong());
                        open.removeIf(CompletableFuture::isDone);
                        open.add(Peer.async(() -> {
                            misbehave(accepted, own);
                            return "";
                        }));
                    }
                },
                LIMIT_MILLIS);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void leavesNothingBehind(Transport transport) throws IOException {
        Backend refusing;
        try (ServerSocket closed = Route.server()) {
            refusing = Route.backend(closed);
        }
        churn(transport, refusing, 10); // class loading opens descriptors too
        System.gc();
        long before = descriptors();
        BalancerSnapshot last = churn(transport, refusing, CONNECTIONS_EACH);
        Await.until("descriptors as before", () -> {
            try {
                return descriptors() <= before;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(last.accepted()).isEqualTo((long) CLIENTS * CONNECTIONS_EACH);
        assertThat(last.ended().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(last.accepted());
        assertThat(last.ended()).containsEntry("internal_error", 0L).containsEntry("balancer_closed", 0L);
        for (EndReason reason : List.of(EndReason.FINISHED, EndReason.CLIENT_RESET, EndReason.BACKEND_RESET)) {
            assertThat(last.ended().get(reason.key())).as(reason.key()).isPositive();
        }
        assertThat(last.backends())
                .allSatisfy(backend -> assertThat(backend.active()).isZero());
    }

    private static BalancerSnapshot churn(Transport transport, Backend refusing, int each) throws IOException {
        try (ServerSocket server = Route.server()) {
            server.setSoTimeout(0);
            CompletableFuture<Object> serving = serve(server, 42);
            try (LoadBalancer balancer = LoadBalancer.builder("churn")
                    .listen("127.0.0.1", 0)
                    .backend(Route.backend(server))
                    .backend(refusing)
                    .scheduler(Scheduler.ROUND_ROBIN)
                    .connectTimeout(Duration.ofSeconds(5))
                    .transport(transport)
                    .start()) {
                InetSocketAddress address = balancer.snapshot().listeners().get(0);
                List<CompletableFuture<Object>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    Random random = new Random(i);
                    clients.add(Peer.async(
                            () -> {
                                for (int n = 0; n < each; n++) {
                                    misbehave(new Socket(address.getAddress(), address.getPort()), random);
                                }
                                return "";
                            },
                            LIMIT_MILLIS));
                }
                clients.forEach(CompletableFuture::join);
                Await.until(
                        "all sessions end by themselves",
                        () -> balancer.snapshot().active() == 0);
                Await.until(
                        "all are released",
                        () -> balancer.snapshot().backends().stream().allMatch(backend -> backend.active() == 0));
                server.close();
                serving.join();
                Set<Integer> ports = Set.of(
                        address.getPort(), Route.backend(server).address().getPort());
                Await.until("none is half-closed", () -> halfClosed(ports).isEmpty());
                return balancer.snapshot();
            }
        }
    }
}
