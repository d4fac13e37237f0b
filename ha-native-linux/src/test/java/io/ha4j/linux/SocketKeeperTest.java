package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Against the running kernel; {@code /proc} says who has a socket. */
class SocketKeeperTest {
    private final LinuxSyscalls syscalls = new JnaSyscalls();

    @Test
    void whatIsKeptIsInNoOtherTable() throws IOException {
        try (SocketKeeper keeper = SocketKeeper.start(syscalls);
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                KernelSocket socket = connected(server);
                Socket accepted = server.accept()) {
            accepted.setSoTimeout(10_000);
            String inode = target(Path.of("/proc/self/fd", String.valueOf(socket.fd())));
            assertThat(holders(inode)).hasSizeGreaterThan(1); // all threads that there are

            socket.entrust(keeper);
            assertThat(holders(inode)).containsExactly("ha4j-keeper");

            for (int i = 0; i < 100; i++) {
                try (KernelSocket.Loan unused = socket.borrow()) {
                    assertThat(socket.write(text("hello"), 5)).isEqualTo(5);
                }
                assertThat(accepted.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            }
            assertThat(holders(inode)).containsExactly("ha4j-keeper");

            socket.close();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            assertThat(holders(inode)).isEmpty();
        }
    }

    @Test
    void whatIsKeptEndsWithTheThread() throws IOException {
        SocketKeeper keeper = SocketKeeper.start(syscalls);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                KernelSocket socket = connected(server);
                Socket accepted = server.accept()) {
            accepted.setSoTimeout(10_000);
            socket.entrust(keeper);
            keeper.close();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(socket::borrow).isInstanceOf(HaException.class).hasMessageContaining("ha4j-keeper");
        }
    }

    @Test
    void aKernelThatRefusesLeavesNothing() {
        LinuxSyscalls refusing = RefusingSyscalls.of("closeRange");
        int before = descriptors();
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> SocketKeeper.start(refusing))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("close_range")
                    .hasMessageContaining("EPERM");
        }
        TestLan.await(() -> descriptors() <= before && threads("ha4j-keeper").isEmpty(), "no descriptor and no thread");
    }

    private KernelSocket connected(ServerSocket server) {
        KernelSocket socket =
                KernelSocket.open(syscalls, SocketAddresses.AF_INET, KernelSocket.SOCK_STREAM, 0, "a connection");
        socket.connect(SocketAddresses.inet(InetAddress.getLoopbackAddress(), server.getLocalPort(), 0));
        return socket;
    }

    private static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes);
    }

    private static int descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> threads(String name) {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            return all.filter(task -> name(task).equals(name)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /**
     * The names of the threads that have a socket open.
     *
     * @param inode such as {@code socket:[4711]}
     */
    static List<String> holders(String inode) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try (Stream<Path> open = Files.list(task.resolve("fd"))) {
                    if (open.anyMatch(fd -> target(fd).equals(inode))) {
                        found.add(name(task));
                    }
                } catch (NoSuchFileException e) {
                    assertThat(task).doesNotExist(); // it has ended
                }
            }
        }
        return found;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // it was closed
        }
    }
}
