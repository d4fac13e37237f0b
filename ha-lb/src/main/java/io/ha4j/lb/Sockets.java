package io.ha4j.lb;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;

/** The options of a balancer's sockets. */
final class Sockets {
    /** The kernel lowers it to net.core.somaxconn, which is 4096 since Linux 5.4. */
    static final int BACKLOG = 4096;

    private Sockets() {}

    static void listener(ServerChannel channel) {
        set(channel, ChannelOption.SO_REUSEADDR, true); // a restart must not wait for TIME_WAIT
        set(channel, ChannelOption.SO_BACKLOG, BACKLOG);
        set(channel, ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    }

    /** Either side of a session. */
    static void relayed(SocketChannel channel) {
        set(channel, ChannelOption.TCP_NODELAY, true);
        set(channel, ChannelOption.SO_KEEPALIVE, true);
        set(channel, ChannelOption.ALLOW_HALF_CLOSURE, true);
        // A write that fails must not close the channel: what the other end sent before its reset is still to be read.
        channel.config().setAutoClose(false);
        set(channel, ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        set(channel, ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RelayLoop.READ_SIZE));
    }

    /** A connection that becomes an application's: what it would have had from that application's own server. */
    static void handedOver(SocketChannel channel) {
        set(channel, ChannelOption.TCP_NODELAY, true);
        set(channel, ChannelOption.SO_KEEPALIVE, true);
        set(channel, ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.config().setAutoClose(true);
        set(channel, ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        set(channel, ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator());
    }

    /** Makes the close that follows a reset instead of an end of stream: close(2) with a linger time of 0, tcp(7). */
    static void resetOnClose(Channel channel) {
        try {
            set(channel, ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // It is closed already, or its connection is gone (EINVAL): there is nothing left to reset.
        }
    }

    private static <T> void set(Channel channel, ChannelOption<T> option, T value) {
        channel.config().setOption(option, value);
    }
}
