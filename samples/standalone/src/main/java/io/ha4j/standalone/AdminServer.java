package io.ha4j.standalone;

import io.ha4j.HaException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /status} and the operations over HTTP, on a TCP port or a unix socket, from a thread of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // of shutdownGracefully: its thread is a daemon
final class AdminServer implements AutoCloseable {
    private static final int MAX_REQUEST = 8192;

    private final IoEventLoopGroup loop;
    private final Channel channel;
    private final @Nullable AdminSocketFile file;

    private AdminServer(IoEventLoopGroup loop, Channel channel, @Nullable AdminSocketFile file) {
        this.loop = loop;
        this.channel = channel;
        this.file = file;
    }

    /**
     * Begins to listen.
     *
     * @param operations called for each request, on the server's thread
     * @throws HaException if the address is in use or cannot be bound; nothing is left behind
     */
    static AdminServer start(AdminAddress address, Operations operations) {
        AdminSocketFile file =
                address.address() instanceof UnixDomainSocketAddress unix ? new AdminSocketFile(unix) : null;
        if (file != null) {
            file.prepare();
        }
        IoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("ha4j-admin", true), NioIoHandler.newFactory());
        try {
            ServerBootstrap bootstrap = new ServerBootstrap().group(loop).childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel connection) {
                    connection
                            .pipeline()
                            .addLast(new HttpServerCodec())
                            .addLast(new HttpObjectAggregator(MAX_REQUEST))
                            .addLast(new AdminHandler(operations));
                }
            });
            if (file == null) {
                bootstrap.channel(NioServerSocketChannel.class);
            } else {
                bootstrap.channel(NioServerDomainSocketChannel.class);
            }
            ChannelFuture bound = bootstrap.bind(address.address()).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new HaException(
                        "admin address " + address + " cannot be bound: "
                                + bound.cause().getMessage(),
                        bound.cause());
            }
            if (file != null) {
                file.makePrivate();
            }
            return new AdminServer(loop, bound.channel(), file);
        } catch (RuntimeException e) {
            if (file != null) {
                file.removeDirectory();
            }
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** The port that was really bound; 0 for a unix socket. */
    int port() {
        return channel.localAddress() instanceof InetSocketAddress tcp ? tcp.getPort() : 0;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        if (file != null) {
            file.remove();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
