package io.ha4j.lb;

import io.ha4j.lb.netty.NettyApplication;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A session's one connection when its backend is an application in this process: the first handler of its pipeline, which
 * tells the session what passes and how it ends. What happens on the connection, the application decides. Loop thread
 * only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class LocalLeg extends ChannelDuplexHandler {
    private final Session session;
    private final SocketChannel channel;
    private final EventLoop loop;
    private @Nullable ByteBuf early; // what was read before the channel was the application's
    private long unsent = Long.MIN_VALUE; // when it was looked at last

    /** @param early taken; null for none */
    LocalLeg(Session session, SocketChannel channel, EventLoop loop, @Nullable ByteBuf early) {
        this.session = session;
        this.channel = channel;
        this.loop = loop;
        this.early = early;
    }

    // ---- the beginning

    /** Makes the channel the application's. */
    void add(NettyApplication application, Incoming incoming) {
        if (incoming instanceof NamedClient named) {
            channel.attr(NamedClient.KEY).set(named);
        }
        // Later, as writes that fail with the connection say why only after it is closed.
        channel.closeFuture().addListener(closed -> loop.execute(this::closed));
        channel.pipeline().addLast(this).addLast(application.handler());
        session.handedOver();
    }

    /** Lets a channel begin that is not on the event loop yet. */
    void register() {
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                session.end(EndReason.OUT_OF_RESOURCES);
            }
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        ByteBuf first = early;
        early = null;
        if (first != null) {
            session.passed(Side.CLIENT, first.readableBytes());
            ctx.fireChannelRead(first);
            ctx.fireChannelReadComplete();
        }
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf data) {
            session.passed(Side.CLIENT, data.readableBytes());
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == ChannelOutputShutdownEvent.INSTANCE) {
            session.halfClosed();
            if (event == ChannelInputShutdownEvent.INSTANCE && !channel.config().isAllowHalfClosure()) {
                ctx.close(); // the stream had ended before the application could say so
                return;
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) { // the socket's: no other handler is before this one
            session.lost(Side.CLIENT);
        }
        ctx.fireExceptionCaught(cause);
    }

    // ---- from the application

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        long length = message instanceof ByteBuf data
                ? data.readableBytes()
                : message instanceof FileRegion region ? region.count() : 0;
        ctx.write(message, promise.unvoid().addListener(written -> {
            if (written.isSuccess()) {
                session.passed(Side.BACKEND, length);
            } else if (written.cause() instanceof IOException && !(written.cause() instanceof ClosedChannelException)) {
                session.lost(Side.CLIENT);
            }
        }));
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isReset()) {
            session.lost(Side.BACKEND);
        }
        ctx.close(promise);
    }

    private boolean isReset() {
        try {
            return channel.config().getSoLinger() == 0;
        } catch (ChannelException e) {
            return false; // the connection is gone already
        }
    }

    /** Whether the client has taken something since this was asked last, of writes that are not complete yet. */
    boolean hasSentMore() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            return false;
        }
        long before = unsent;
        unsent = buffer.totalPendingWriteBytes() - buffer.currentProgress();
        return unsent != before;
    }

    // ---- the end

    /** Resets the connection now; data on its way is lost, and the application's handlers are not asked. */
    void reset() {
        Sockets.resetOnClose(channel);
        if (channel.isRegistered()) {
            channel.unsafe().close(channel.unsafe().voidPromise());
        } else {
            channel.unsafe().closeForcibly();
            closed();
        }
    }

    private void closed() {
        if (early != null) {
            early.release();
            early = null;
        }
        session.closed();
    }
}
