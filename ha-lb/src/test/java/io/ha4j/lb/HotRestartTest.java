package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.CheckSchedule;
import io.ha4j.HaException;
import io.ha4j.HealthCheck;
import io.ha4j.HotRestart;
import io.ha4j.LoadBalancer;
import io.ha4j.Protocol;
import io.ha4j.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several generations in one process: what they say to one another is what they would say between processes. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the directory, setUp() the rest
class HotRestartTest {
    private static final int GENERATIONS = 10;
    private static final int CLIENTS = 4;

    /** The first attempt comes after a random part of it, later than all else that a successor does: what it accepted before would have no backend. */
    private static final Duration WARMUP = Duration.ofMillis(200);

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path path;
    private ServerSocket server;

    @BeforeEach
    void setUp() throws IOException {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        path = directory.resolve("restart.sock");
        server = Route.server();
        server.setSoTimeout(0);
        opened.add(server);
        var unused = Peer.async(() -> {
            while (true) {
                try {
                    serve(server.accept());
                } catch (SocketException e) { // closed: the test is over
                    return "";
                }
            }
        });
    }

    /** Sends one byte back. */
    private static void serve(Socket connection) {
        var unused = Peer.async(() -> {
            try (connection) {
                connection.getOutputStream().write(connection.getInputStream().read());
            }
            return "";
        });
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** One process's worth. */
    private final class Generation implements AutoCloseable {
        final HotRestart restart;
        final LoadBalancer balancer;
        final CountDownLatch replaced = new CountDownLatch(1);

        Generation(InetSocketAddress address) {
            this(address, Transport.AUTO);
        }

        Generation(InetSocketAddress address, Transport transport) {
            restart = HotRestart.at(path);
            opened.add(this);
            balancer = LoadBalancer.builder("web")
                    .listen(address)
                    .backend(Route.backend(server))
                    .healthCheck(HealthCheck.tcp()
                            .schedule(CheckSchedule.DEFAULT
                                    .interval(Duration.ofSeconds(1))
                                    .warmUp(WARMUP)))
                    .transport(transport)
                    .hotRestart(restart)
                    .start();
        }

        Generation ready() {
            restart.ready(replaced::countDown);
            return this;
        }

        InetSocketAddress address() {
            return balancer.snapshot().listeners().get(0);
        }

        @Override
        public void close() {
            balancer.close(Duration.ofSeconds(10));
            restart.close();
        }
    }

    private Generation first() throws IOException {
        Generation first = new Generation(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).ready();
        Await.until("the backend is up", () -> ask(first.address()));
        return first;
    }

    /** Whether a new connection is served. */
    private static boolean ask(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(Peer.PATIENCE_MILLIS);
            socket.getOutputStream().write(42);
            return socket.getInputStream().read() == 42;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void noConnectionFailsWhileGenerationsFollow() throws IOException, InterruptedException {
        Transport other = IoUring.isAvailable() ? Transport.IO_URING : Transport.AUTO;
        Generation now = first();
        InetSocketAddress address = now.address();
        AtomicLong answered = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        List<CompletableFuture<String>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Peer.async(() -> {
                while (over.getCount() > 0) {
                    (ask(address) ? answered : failed).incrementAndGet();
                }
                return "";
            }));
        }
        for (int i = 0; i < GENERATIONS; i++) {
            long before = answered.get();
            Generation next = new Generation(address, i % 2 == 0 ? other : Transport.AUTO).ready();
            assertThat(next.restart.inherited()).containsExactly(address);
            assertThat(next.restart.predecessor())
                    .hasValue(ProcessHandle.current().pid());
            assertThat(now.replaced.await(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(now.balancer.snapshot().listening()).isFalse();
            now.close();
            assertThat(next.restart.awaitPredecessor(Duration.ofSeconds(10))).isTrue();
            assertThat(now.balancer.snapshot().ended()).containsEntry("balancer_closed", 0L);
            Await.until("requests go on", () -> answered.get() > before + CLIENTS);
            now = next;
        }
        over.countDown();
        clients.forEach(CompletableFuture::join);
        System.out.println("hot restarts: " + GENERATIONS + ", connections served: " + answered);
        assertThat(failed).hasValue(0);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        now.close();
        assertThat(directory).isEmptyDirectory();
    }

    /** A successor that ends before it is ready, at whatever step, has changed nothing. */
    @Test
    void anUnfinishedSuccessorLeavesTheOldOneServing() throws IOException {
        Generation old = first();
        new Generation(old.address()).close();
        assertThat(ask(old.address())).isTrue();
        for (String words : List.of("", "ha4j hot restart 1\n", "ha4j hot restart 1\nsend\n", "what?\n")) {
            try (SocketChannel successor = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                successor.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
            }
            assertThat(ask(old.address())).isTrue();
        }
        LoadBalancer.Builder wrong =
                LoadBalancer.builder("web").listen(old.address()).transport(Transport.NIO);
        try (HotRestart restart = HotRestart.at(path)) {
            assertThatThrownBy(() -> wrong.hotRestart(restart).start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "transport of balancer web must be AUTO, EPOLL or IO_URING with hotRestart, but was NIO");
        }
        assertThat(old.replaced.getCount()).isEqualTo(1);
        assertThat(ask(old.address())).isTrue();
        Generation next = new Generation(old.address()).ready();
        assertThat(ask(next.address())).isTrue();
    }

    @Test
    void oneSuccessorOfTwoTakesOver() throws IOException {
        Generation old = first();
        Generation one = new Generation(old.address());
        Generation two = new Generation(old.address());
        one.ready();
        assertThatThrownBy(two::ready)
                .isInstanceOf(HaException.class)
                .hasMessageContaining("it refused: this process is being replaced or stopped already")
                .hasMessageContaining(path.toString());
        old.close();
        two.close();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(one.address())).isTrue();
        }
    }

    /** A predecessor that says nothing useful, with a socket of its own kind. */
    @Test
    void whoeverIsAtThePathMustAnswer() throws IOException {
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path));
            var unused = Peer.async(() -> {
                try (SocketChannel asking = stranger.accept()) {
                    asking.read(ByteBuffer.allocate(100));
                }
                return "";
            });
            assertThatThrownBy(() -> HotRestart.at(path))
                    .isInstanceOf(HaException.class)
                    .hasMessageContaining("it ended the connection");
        }
        Generation first = first(); // the stranger's file is still there, and nobody behind it
        assertThat(first.restart.predecessor()).isEmpty();
    }

    @Test
    void pathsThatCannotBe() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> HotRestart.at(file))
                .isInstanceOf(HaException.class)
                .hasMessage("hot restart path " + file + ": there is a file that is no socket");
        assertThatThrownBy(() -> HotRestart.at(directory.resolve("no/such")))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("there is no directory " + directory.resolve("no"));
        assertThatThrownBy(() -> HotRestart.at(directory.resolve("x".repeat(100))))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("must have at most 99 bytes");
    }

    /** The mode of the file keeps others away; were it open, the kernel says who asks. */
    @Test
    void anotherUserGetsNothing() throws IOException, InterruptedException {
        Generation old = first();
        assumeTrue(Users.own() == 0, "needs root, to be another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/socat")), "socat is not installed; ./check installs it");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process nobody = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--clear-groups", "socat", "-T5", "-", "UNIX-CONNECT:" + path)
                .redirectErrorStream(true)
                .start();
        nobody.getOutputStream().write("ha4j hot restart 1\n".getBytes(StandardCharsets.UTF_8));
        nobody.getOutputStream().flush();
        String answer = new String(nobody.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        nobody.waitFor();
        assertThat(answer).isEqualTo("refused it runs as another user, uid 65534\n");
        assertThat(ask(old.address())).isTrue();
    }

    /** Datagrams that wait in the socket are its next owner's; answers under way still reach their clients. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void noDatagramIsLost(String listener) throws Exception {
        UdpServer backend = new UdpServer("127.0.0.1");
        opened.add(backend);
        AtomicLong asked = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        HotRestart restart = HotRestart.at(path);
        LoadBalancer balancer = startUdp(new InetSocketAddress(listener, 0), backend, restart);
        InetSocketAddress address = balancer.snapshot().listeners().get(0);
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort());
        CompletableFuture<String> client = Peer.async(() -> questions(at, asked, over));
        for (int i = 0; i < 2; i++) {
            long before = asked.get();
            Await.until("questions go on", () -> asked.get() > before + 10);
            HotRestart next = HotRestart.at(path);
            LoadBalancer started = startUdp(address, backend, next);
            assertThat(next.inherited()).contains(address);
            balancer.close(Duration.ofSeconds(10));
            restart.close();
            restart = next;
            balancer = started;
        }
        over.countDown();
        assertThat(client.join()).isEmpty();
    }

    private LoadBalancer startUdp(InetSocketAddress address, UdpServer backend, HotRestart restart) {
        opened.add(restart);
        LoadBalancer balancer = LoadBalancer.builder("dns")
                .protocol(Protocol.UDP)
                .listen(address)
                .backend(backend.backend())
                .hotRestart(restart)
                .start();
        opened.add(balancer);
        restart.ready(() -> {});
        return balancer;
    }

    /** Until one has no answer. */
    private static String questions(InetSocketAddress at, AtomicLong asked, CountDownLatch over) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[8], 8);
        while (over.getCount() > 0) {
            try (DatagramSocket socket = new DatagramSocket()) { // so each is a session
                socket.connect(at);
                socket.setSoTimeout(Peer.PATIENCE_MILLIS);
                ByteBuffer.wrap(packet.getData()).putLong(asked.incrementAndGet());
                socket.send(packet);
                socket.receive(packet);
                if (ByteBuffer.wrap(packet.getData()).getLong() != asked.get()) {
                    return "a wrong answer";
                }
            }
        }
        return "";
    }
}
