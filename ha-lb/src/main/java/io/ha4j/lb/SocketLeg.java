package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a session, as a socket on the event loop: passes what comes in to its peer.
 *
 * <p>Edge-triggered, so that epoll is told once what is wanted: input from the beginning, output from the first time
 * that the kernel does not take everything. Then it need not be told anything more, whichever side is the slow one.
 * {@link #readable} remembers what epoll will not say again.
 *
 * <p>Backpressure: while the peer's kernel does not take all of one read, nothing more is read. So a direction holds at
 * most what one read or splice has brought, and nothing while the other end keeps up.
 *
 * <p>Loop thread only.
 */
final class SocketLeg implements EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(SocketLeg.class);

    private static final EpollIoOps INPUT =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    private static final EpollIoOps INPUT_AND_OUTPUT = INPUT.with(EpollIoOps.EPOLLOUT);

    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int HUP = 0x10; // linux/eventpoll.h
    private static final int IN_OR_END = EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLRDHUP.value() | HUP;
    private static final int END = EpollIoOps.EPOLLRDHUP.value() | HUP;

    /** Reads in a row, so that the others of the event loop get their turn: 512 KiB at most. */
    private static final int MAX_READS = 8;

    /** What is read before a backend is connected: a request as a rule, and little enough to hold for many clients. */
    private static final int EARLY_SIZE = 2 * 1024;

    private final SocketPair pair;
    private final Side side;
    private final TcpSocket socket;
    private @Nullable RelayLoop loop; // null until it is registered
    private @Nullable IoRegistration registration;
    private @Nullable SocketLeg peer;

    private boolean connecting;
    private boolean watchesOutput;
    private boolean readable; // there may be more to read
    private boolean bulk; // the last read was a full one
    private boolean readToEnd; // the other end has ended its stream or reset: a short read is not the last one
    private boolean inputEnded;

    private final SocketOutput output;
    private boolean endAfterFlush; // the peer's stream has ended, this one's end is due
    private boolean outputEnded;
    private int kept; // as the session knows it

    private boolean broken; // the other end has reset the connection, but its last data may be unread
    private boolean closed;

    SocketLeg(SocketPair pair, Side side, TcpSocket socket) {
        this.pair = pair;
        this.side = side;
        this.socket = socket;
        output = new SocketOutput(socket);
    }

    Side side() {
        return side;
    }

    void peer(SocketLeg peer) {
        this.peer = peer;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    // ---- the beginning

    /**
     * Connects; the pair hears of the outcome.
     *
     * @param origin what it is bound to before
     * @param hasData whether there is something to be sent at once
     */
    void connect(InetSocketAddress address, Origin origin, boolean hasData, RelayLoop loop) throws IOException {
        socket.bindTo(origin);
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        if (hasData) {
            socket.acknowledgeWithData();
        }
        connecting = true;
        socket.connect(address);
        watchesOutput = true;
        register(loop);
    }

    /** What has come already from a connection that is not registered yet; null when nothing has. */
    @Nullable
    ByteBuf readEarly(RelayLoop loop) throws IOException {
        int n = socket.recvAddress(loop.address(), 0, EARLY_SIZE);
        return n > 0 ? loop.copy(n) : null; // an end of stream is read again in its time
    }

    /** Begins to pass on what comes from an accepted connection, of which something may be there already. */
    void begin(RelayLoop loop) {
        register(loop);
    }

    private void register(RelayLoop loop) {
        this.loop = loop;
        registration = requireNonNull(loop.eventLoop().register(this).getNow()); // at once, in the loop's own thread
        watch();
    }

    /** Also reports again what epoll has reported already. */
    private void watch() {
        requireNonNull(registration).submit(watchesOutput ? INPUT_AND_OUTPUT : INPUT);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (closed) {
            return;
        }
        int events = ((EpollIoEvent) event).ops().value();
        try {
            if (connecting) {
                connected(events);
            } else {
                happened(events);
            }
        } catch (RuntimeException | LinkageError e) {
            log.error("relaying failed on {}", socket, e);
            pair.defect();
        }
    }

    private void connected(int events) {
        try {
            if ((events & (ERR | HUP)) != 0) {
                socket.finishConnect(); // asks for the error
            }
        } catch (IOException e) {
            pair.connectFailed(this, e);
            return;
        }
        connecting = false;
        pair.connected();
        if (peer != null && !closed) {
            happened(events);
        }
    }

    private void happened(int events) {
        if ((events & OUT) != 0 && !output.isEmpty()) {
            flush();
        }
        if ((events & ERR) != 0) {
            resetSeen();
        } else if ((events & IN_OR_END) != 0) {
            readable = true;
            readToEnd |= (events & END) != 0;
            pass();
        }
    }

    // ---- input

    private void pass() {
        SocketLeg to = requirePeer();
        for (int reads = 0; readable && !inputEnded && !closed && to.takesData(); reads++) {
            if (!to.output.isEmpty()) {
                return; // goes on when the peer has sent it
            }
            if (reads == MAX_READS) {
                watch();
                return;
            }
            SplicePipe pipe = bulk && !readToEnd ? requireNonNull(loop).pipe() : null;
            if (pipe == null) {
                read(to);
            } else {
                splice(to, pipe);
            }
        }
    }

    private void read(SocketLeg to) {
        int n;
        try {
            n = socket.recvAddress(requireNonNull(loop).address(), 0, RelayLoop.READ_SIZE);
        } catch (IOException | NotYetConnectedException e) { // everything that came before was read
            lost();
            return;
        }
        if (n < 0) {
            endOfInput();
            return;
        }
        bulk = n == RelayLoop.READ_SIZE;
        readable = bulk || (readToEnd && n > 0);
        if (n > 0) {
            pair.passed(side, n);
            to.write(n, readToEnd && !broken);
        }
    }

    /** What it cannot tell, whether this was all and whether the stream has ended, the next read finds. */
    private void splice(SocketLeg to, SplicePipe pipe) {
        int n;
        try {
            n = pipe.fill(socket);
        } catch (IOException e) { // everything that came before was read
            lost();
            return;
        }
        bulk = n >= RelayLoop.READ_SIZE;
        if (n > 0) {
            pair.passed(side, n);
            to.write(pipe, n);
        }
    }

    private void endOfInput() {
        inputEnded = true;
        if (broken) { // the failed write has consumed the error, so that the reset looks like an end of stream
            lost();
            return;
        }
        pair.halfClosed();
        requirePeer().endOutput();
        if (outputEnded) {
            close();
        }
    }

    /** The other end has reset the connection. What it sent before is passed on first. */
    private void resetSeen() {
        if (pair.isEnding()) {
            pair.resetWhileEnding(this);
            return;
        }
        broken = true;
        readable = true;
        readToEnd = true;
        pass();
        if (!closed && !pair.isEnding()) { // the peer is slow, or nothing was left to read
            if (inputEnded) {
                lost();
            } else {
                pair.lost(this);
            }
        }
    }

    private void lost() {
        pair.lost(this);
        reset();
    }

    // ---- output

    private boolean takesData() {
        return !closed && !broken && !outputEnded && !endAfterFlush;
    }

    /** Sends bytes that were not just read from the peer; takes the buffer. */
    void send(ByteBuf data) {
        try {
            output.send(data);
        } catch (IOException e) {
            resetSeen();
            return;
        }
        account();
        watchOutput();
    }

    /** Sends the beginning of the loop's buffer, after which the end of the stream may follow at once. */
    private void write(int length, boolean endFollows) {
        try {
            output.setCorked(endFollows);
            output.send(requireNonNull(loop), length);
        } catch (IOException e) {
            resetSeen();
            return;
        }
        account();
        watchOutput();
    }

    /** Sends what was just taken into the pipe. */
    private void write(SplicePipe pipe, int length) {
        try {
            output.send(pipe, length);
        } catch (IOException e) {
            resetSeen();
            return;
        }
        account();
        watchOutput();
    }

    private void watchOutput() {
        if (!watchesOutput && !output.isEmpty()) {
            watchesOutput = true;
            watch();
        }
    }

    /** Tells the session how much memory is kept for this one's slow reader. */
    private void account() {
        int now = output.kept();
        if (now != kept) {
            pair.kept(now - kept);
            kept = now;
        }
    }

    private void flush() {
        try {
            output.flush();
        } catch (IOException e) {
            resetSeen();
            return;
        }
        account();
        if (!output.isEmpty()) {
            return;
        }
        if (endAfterFlush) {
            endAfterFlush = false;
            endOutput();
        }
        requirePeer().pass();
    }

    /** Ends this stream as soon as everything is written. */
    private void endOutput() {
        if (!takesData()) {
            return;
        }
        if (!output.isEmpty()) {
            endAfterFlush = true;
            return;
        }
        outputEnded = true;
        if (inputEnded) { // close(2) ends the stream
            close();
            return;
        }
        try {
            socket.shutdown(false, true);
        } catch (IOException | NotYetConnectedException e) {
            resetSeen();
        }
    }

    // ---- the end

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        output.discard();
        account();
        if (loop == null) {
            closeSocket(); // epoll does not know it
        } else {
            loop.closeAfterThisRound(this);
        }
        pair.closed(this);
    }

    /** Resets the connection now; data on its way is lost. */
    void reset() {
        if (closed) {
            return;
        }
        try {
            socket.setResetOnClose();
        } catch (IOException e) {
            // The connection is gone (EINVAL), so that there is nothing left to reset; or it ends without.
        }
        close();
    }

    void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", socket, Errno.describe(e)); // the descriptor is free all the same; close(2)
        }
        if (registration != null) {
            registration.cancel(); // last, as a closed descriptor has left epoll by itself
        }
    }

    /** Resets the connection as soon as the other end's kernel has everything that the peer received. */
    void resetAfterDelivery() {
        try {
            output.setCorked(false);
        } catch (IOException e) {
            // The connection is gone (EINVAL), as the first look at it will find.
        }
        new LastDelivery(this, requireNonNull(loop).eventLoop()).await();
    }

    TcpInfo info() {
        return socket.info();
    }

    /** Whether all that the peer received was given to the kernel, and nothing will follow. */
    boolean hasSentAll() {
        return requirePeer().closed && output.isEmpty();
    }

    /** Whether there is nothing that could still arrive. */
    boolean hasNothingOnItsWay() {
        return broken || (!output.isUsed() && hasSentAll());
    }

    private SocketLeg requirePeer() {
        return requireNonNull(peer, "peer");
    }
}
