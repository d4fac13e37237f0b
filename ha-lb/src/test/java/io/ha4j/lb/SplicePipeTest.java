package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes into the pipe comes out of it once, whatever becomes of the socket that it is meant for. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class SplicePipeTest {
    private ServerSocket server;
    private SplicePipe pipe;

    @BeforeEach
    void open() throws IOException {
        Epoll.ensureAvailability(); // loads the calls
        server = Route.server();
        pipe = SplicePipe.open();
    }

    @AfterEach
    void close() throws IOException {
        pipe.close();
        server.close();
    }

    /** One of ours and its other end. */
    private record Connection(TcpSocket ours, Socket other) implements AutoCloseable {
        void sends(String text) throws IOException {
            other.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String receives(int length) throws IOException {
            return new String(other.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            ours.close();
            other.close();
        }
    }

    private Connection connect() throws IOException {
        TcpSocket ours = TcpSocket.open(server.getInetAddress());
        boolean connected = ours.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        Socket other = server.accept();
        other.setSoTimeout(Peer.PATIENCE_MILLIS);
        if (!connected) {
            assertThat(ours.finishConnect()).isTrue(); // accepted, and so connected
        }
        return new Connection(ours, other);
    }

    private int fill(Connection from) throws IOException {
        int n;
        do { // until something has come
            n = pipe.fill(from.ours);
        } while (n == 0 && pipe.isUsable());
        return n;
    }

    @Test
    void whatIsNotTakenIsGivenBack() throws IOException {
        try (Connection from = connect();
                Connection to = connect()) {
            StringBuilder all = new StringBuilder();
            int passed = 0;
            int n = 0;
            int sent = 0;
            for (int i = 0; sent == n; i++) { // until the kernel has no room
                String part = "%08d".formatted(i).repeat(4000);
                all.append(part);
                from.sends(part);
                n = fill(from);
                sent = pipe.drain(to.ours, n);
                passed += sent;
            }
            ByteBuf rest = pipe.rest(n - sent);
            String arrived = to.receives(passed) + rest.toString(StandardCharsets.UTF_8);
            rest.release();
            assertThat(arrived.equals(all.substring(0, passed + n - sent))).isTrue();
            assertIsEmpty();
        }
    }

    @Test
    void whatABrokenConnectionWasToGetIsGone() throws IOException {
        try (Connection from = connect();
                Connection to = connect()) {
            from.sends("for nobody");
            int n = fill(from);
            to.other.setSoLinger(true, 0);
            to.other.close();
            Await.until("reset", () -> to.ours.info().isClosed());

            assertThatThrownBy(() -> pipe.drain(to.ours, n)).isInstanceOf(IOException.class);
            assertThat(pipe.isUsable()).isTrue();
            assertIsEmpty();
        }
    }

    @Test
    void isNotUsedWhereTheKernelRefusesToFillIt() throws IOException {
        FileDescriptor unsuitable = Native.newEventFd();
        assertThat(pipe.fill(unsuitable)).isZero();
        assertThat(pipe.isUsable()).isFalse();
        unsuitable.close();
    }

    @Test
    void isNotUsedWhereTheKernelRefusesToDrainIt() throws IOException {
        FileDescriptor unsuitable = Native.newEpollCreate();
        try (Connection from = connect()) {
            from.sends("still there");
            int n = fill(from);
            assertThat(pipe.drain(unsuitable, n)).isZero();
            assertThat(pipe.isUsable()).isFalse();
            ByteBuf rest = pipe.rest(n);
            assertThat(rest.toString(StandardCharsets.UTF_8)).isEqualTo("still there");
            rest.release();
        }
        unsuitable.close();
    }

    @Test
    void isNotUsedWhileSomethingIsInIt() throws IOException {
        try (Connection from = connect();
                Connection to = connect()) {
            from.sends("somebody's");
            int n = fill(from);
            assertThat(pipe.isUsable()).isFalse();
            assertThat(pipe.drain(to.ours, n)).isEqualTo(n);
            assertThat(pipe.isUsable()).isTrue();
        }
    }

    @Test
    void isNotUsedWhereItIsSwitchedOff() throws Exception {
        assertThat(hasPipe()).isTrue();
        System.setProperty(RelayLoop.SPLICE, "off");
        try {
            assertThat(hasPipe()).isFalse();
        } finally {
            System.clearProperty(RelayLoop.SPLICE);
        }
    }

    private static boolean hasPipe() throws Exception {
        IoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            IoEventLoop loop = group.next();
            return loop.submit(() -> RelayLoop.of(loop).pipe() != null).get();
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    /** The next bytes are the next connection's. */
    private void assertIsEmpty() throws IOException {
        try (Connection from = connect();
                Connection to = connect()) {
            from.sends("another's");
            int n = fill(from);
            assertThat(pipe.drain(to.ours, n)).isEqualTo(n);
            assertThat(to.receives(n)).isEqualTo("another's");
        }
    }
}
