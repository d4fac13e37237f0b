package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a session: passes what comes in to its peer.
 *
 * <p>Backpressure: what was read is written and flushed at once; while the peer's kernel does not take all of it, this
 * leg does not read. So a direction holds one read's worth of memory.
 *
 * <p>Loop thread only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class ChannelLeg extends ChannelInboundHandlerAdapter {
    /** A reset waits this long after the last write. */
    private static final long DELIVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** But not for data that the other end does not take: this long, and it is reset all the same. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ChannelPair pair;
    private final Side side;
    private final SocketChannel channel;
    private final ChannelFutureListener onWritten = this::written;
    private @Nullable ChannelLeg peer;

    private int pendingWrites;
    private int kept; // what they have of memory
    private boolean wrote;
    private boolean endAfterWrites; // the peer's stream has ended, this one's end is due
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean broken; // a write failed: the other end has reset the connection, but its last data is unread
    private boolean closed;

    // Of resetAfterDelivery.
    private int pendingBefore;
    private long stalledSince;

    ChannelLeg(ChannelPair pair, Side side, SocketChannel channel) {
        this.pair = pair;
        this.side = side;
        this.channel = channel;
    }

    Side side() {
        return side;
    }

    SocketChannel channel() {
        return channel;
    }

    void peer(ChannelLeg peer) {
        this.peer = peer;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (side == Side.BACKEND) {
            pair.connected(this);
        }
        ctx.fireChannelActive();
    }

    // ---- input

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (pair.isEnding() || !requirePeer().takesData()) {
            data.release();
            return;
        }
        ChannelLeg peer = requirePeer();
        pair.passed(side, data.readableBytes());
        peer.write(data);
        if (peer.pendingWrites > 0 && !broken) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            endOfInput();
        }
    }

    void beginReading() {
        channel.config().setAutoRead(true);
    }

    private void endOfInput() {
        if (inputEnded || closed || peer == null) { // without a peer its connect has failed
            return;
        }
        inputEnded = true;
        channel.config().setAutoRead(false); // else Netty reads end of stream for ever
        if (pair.isEnding()) {
            return;
        }
        if (broken) { // the failed write has consumed ECONNRESET, so that the reset looks like an end of stream
            pair.lost(this);
            return;
        }
        pair.halfClosed();
        requirePeer().endOutput();
        if (outputEnded) {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (pair.isEnding() || peer == null) {
            reset();
        } else if (cause instanceof IOException) { // read(2) failed, after everything that came before was read
            pair.lost(this);
        } else {
            pair.defect(channel, cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!(inputEnded && outputEnded)) {
            pair.lost(this);
        }
        pair.closed(this);
    }

    // ---- output

    private boolean takesData() {
        return !closed && !broken && !outputEnded && !endAfterWrites;
    }

    /** Sends bytes that came from no peer. */
    void send(byte[] bytes) {
        write(channel.alloc().buffer(bytes.length).writeBytes(bytes));
    }

    private void write(ByteBuf data) {
        wrote = true;
        int length = data.capacity();
        ChannelFuture future = channel.writeAndFlush(data);
        if (future.isSuccess()) {
            return;
        }
        pendingWrites++;
        keep(length);
        if (future.isDone()) {
            written(future);
        } else {
            future.addListener(onWritten);
        }
    }

    private void written(ChannelFuture future) {
        pendingWrites--;
        if (pendingWrites == 0) {
            keep(-kept);
        }
        if (!future.isSuccess()) {
            writeFailed();
        } else if (pendingWrites == 0) {
            requirePeer().resume();
            if (endAfterWrites) {
                endOutput();
            }
        }
    }

    private void keep(int more) {
        kept += more;
        pair.kept(more);
    }

    private void resume() {
        if (!inputEnded && !closed && !pair.isEnding()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Ends this stream as soon as everything is written. */
    private void endOutput() {
        if (!takesData() && !endAfterWrites) {
            return;
        }
        endAfterWrites = true;
        if (pendingWrites > 0) {
            return;
        }
        endAfterWrites = false;
        outputEnded = true;
        channel.shutdownOutput().addListener(ended -> {
            if (!ended.isSuccess()) {
                writeFailed();
            } else if (inputEnded) {
                close();
            }
        });
    }

    /** The other end has reset the connection. What it sent before is read first, and passed on. */
    private void writeFailed() {
        if (pair.isEnding()) {
            reset();
        } else if (!broken) {
            broken = true;
            if (inputEnded) {
                pair.lost(this);
            } else {
                channel.config().setAutoRead(true);
            }
        }
    }

    // ---- the end

    /** Closes it after its streams have ended, or before they began. */
    void close() {
        channel.close();
    }

    /** Resets the connection now; data on its way is lost. */
    void reset() {
        Sockets.resetOnClose(channel);
        channel.close();
    }

    /** As {@link #reset()} for a channel that never joined the loop. */
    void resetUnregistered() {
        Sockets.resetOnClose(channel);
        channel.unsafe().closeForcibly();
    }

    /** Resets the connection when what was written has had the time to arrive: the JDK cannot ask the kernel. */
    void resetAfterDelivery() {
        if (closed) {
            return;
        }
        channel.config().setAutoRead(false);
        pendingBefore = pendingWrites;
        stalledSince = System.nanoTime();
        pollDelivery();
    }

    private void pollDelivery() {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        if (pendingWrites != pendingBefore) {
            pendingBefore = pendingWrites;
            stalledSince = now;
        }
        if (!wrote || now - stalledSince >= (pendingWrites == 0 ? DELIVERY_NANOS : STALLED_NANOS)) {
            reset();
        } else {
            channel.eventLoop().schedule(this::pollDelivery, POLL_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    void markClosed() {
        closed = true;
    }

    private ChannelLeg requirePeer() {
        return requireNonNull(peer, "peer");
    }
}
