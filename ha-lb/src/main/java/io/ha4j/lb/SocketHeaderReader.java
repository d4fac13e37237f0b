package io.ha4j.lb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PROXY header from an accepted socket. It is on the event loop only until the header is there, and not at all
 * when it comes with the connection, as it mostly does. Loop thread only.
 */
final class SocketHeaderReader implements EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(SocketHeaderReader.class);

    private final SocketPair pair;
    private final TcpSocket socket;
    private final IoEventLoop loop;
    private @Nullable IoRegistration registration;
    private @Nullable ByteBuf received;
    private boolean done;

    SocketHeaderReader(SocketPair pair, TcpSocket socket, IoEventLoop loop) {
        this.pair = pair;
        this.socket = socket;
        this.loop = loop;
    }

    /** Reports to the pair, now or later, unless it is stopped before. */
    void begin() {
        read();
        if (!done) {
            IoRegistration added = loop.register(this).getNow(); // at once, in the loop's own thread
            registration = added;
            added.submit(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP));
        }
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        try {
            read();
        } catch (RuntimeException | LinkageError e) {
            log.error("reading a PROXY header failed on {}", socket, e);
            pair.defect();
        }
    }

    private void read() {
        if (done) {
            return;
        }
        RelayLoop relayLoop = RelayLoop.of(loop);
        int n;
        try {
            n = socket.recvAddress(relayLoop.address(), 0, ProxyHeaderParser.MAX_LENGTH);
        } catch (IOException | NotYetConnectedException e) {
            stop();
            pair.clientLeft();
            return;
        }
        if (n < 0) {
            stop();
            pair.headerMalformed("the connection ended before there was a whole one");
        } else if (n > 0) {
            look(collect(relayLoop, n));
        }
    }

    private ByteBuf collect(RelayLoop relayLoop, int length) {
        ByteBuf latest = relayLoop.copy(length);
        ByteBuf before = received;
        if (before == null) {
            received = latest;
            return latest;
        }
        ByteBuf both = PooledByteBufAllocator.DEFAULT
                .directBuffer(before.readableBytes() + length)
                .writeBytes(before)
                .writeBytes(latest);
        before.release();
        latest.release();
        received = both;
        return both;
    }

    private void look(ByteBuf bytes) {
        ProxyHeaderParser.Result result = ProxyHeaderParser.parse(bytes.nioBuffer());
        if (result instanceof ProxyHeaderParser.Malformed malformed) {
            stop();
            pair.headerMalformed(malformed.why());
        } else if (result instanceof ProxyHeaderParser.Header header) {
            received = null;
            stop();
            pair.headerRead(header, bytes.skipBytes(header.length()));
        }
    }

    /** Leaves the event loop, and the socket as it is. */
    void stop() {
        done = true;
        if (received != null) {
            received.release();
            received = null;
        }
        if (registration != null) {
            registration.cancel();
        }
    }

    /** The event loop ends. */
    @Override
    public void close() {
        stop();
        pair.defect();
    }
}
