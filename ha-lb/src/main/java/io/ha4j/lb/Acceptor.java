package io.ha4j.lb;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections off a listening socket. Loop thread only. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    private static final RateLimit failures = new RateLimit();

    /** After a failed accept(2), which as a rule is EMFILE: time for some connections to end. */
    private static final long PAUSE_MILLIS = 100;

    /** How many rounds {@link #closeWhenEmpty} goes on, as there may be no end of new connections. */
    private static final int LAST_ROUNDS = 1000;

    private final String name;
    private final Consumer<SocketChannel> accepted;
    private long count;

    Acceptor(String name, Consumer<SocketChannel> accepted) {
        this.name = name;
        this.accepted = accepted;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        count++;
        accepted.accept((SocketChannel) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (failures.tryPass()) {
            log.warn("{}: cannot accept connections for now: {}", name, Errno.describe(cause));
        }
        ChannelConfig config = ctx.channel().config();
        if (config.isAutoRead()) { // level-triggered epoll would report the same connection again at once
            config.setAutoRead(false);
            ctx.channel().eventLoop().schedule(() -> config.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Closes the listening socket when a round of the event loop brought no new connection: what the kernel has in the
     * socket's queue at that moment, it resets. What comes between the last accept(2) and close(2) cannot be saved.
     */
    void closeWhenEmpty(ChannelHandlerContext ctx) {
        closeWhenEmpty(ctx, -1, LAST_ROUNDS);
    }

    private void closeWhenEmpty(ChannelHandlerContext ctx, long before, int rounds) {
        EventLoop loop = ctx.channel().eventLoop();
        if (count == before || rounds == 0 || !ctx.channel().isOpen()) {
            ctx.close();
        } else {
            long now = count;
            // A scheduled task, however short its delay, runs after the next round of I/O; a plain one may run before.
            loop.schedule(() -> closeWhenEmpty(ctx, now, rounds - 1), 1, TimeUnit.NANOSECONDS);
        }
    }
}
