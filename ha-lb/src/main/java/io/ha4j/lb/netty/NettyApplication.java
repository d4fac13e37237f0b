package io.ha4j.lb.netty;

import static java.util.Objects.requireNonNull;

import io.ha4j.LocalApplication;
import io.ha4j.lb.NamedClient;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An application on Netty as a backend: it gets each connection as a channel, as a server of its own would that had
 * accepted it.
 *
 * <pre>{@code
 * Backend.local("app", new NettyApplication(new ChannelInitializer<SocketChannel>() {
 *     protected void initChannel(SocketChannel channel) {
 *         channel.pipeline().addLast(new HttpServerCodec(), new MyHandler());
 *     }
 * }))
 * }</pre>
 *
 * <p>The channel runs on the balancer's event loop and stays there, so that handlers must not block; those that do are
 * added with an {@code EventExecutorGroup} of the application's. With {@code TCP_NODELAY} and {@code SO_KEEPALIVE} its
 * options are Netty's defaults, which the handler may change. The balancer's timeouts hold for it, and a balancer that
 * is closed resets it.
 *
 * @param handler as that of {@code ServerBootstrap.childHandler}, mostly a {@code ChannelInitializer}; added to the
 *     pipeline of every connection, so that it must be sharable
 */
public record NettyApplication(ChannelHandler handler) implements LocalApplication {
    /** @throws IllegalArgumentException if the handler is not sharable */
    public NettyApplication {
        requireNonNull(handler, "handler");
        boolean sharable = handler instanceof ChannelHandlerAdapter adapter
                ? adapter.isSharable()
                : handler.getClass().isAnnotationPresent(ChannelHandler.Sharable.class);
        if (!sharable) {
            throw new IllegalArgumentException(
                    "handler must be sharable, as a ChannelInitializer is, but was " + handler);
        }
    }

    /**
     * The client of a connection: the one that a PROXY header named, or else whom the channel is connected to. Null when
     * the connection was reset before anybody asked.
     */
    public static @Nullable InetSocketAddress client(Channel channel) {
        NamedClient named = channel.attr(NamedClient.KEY).get();
        return named == null ? (InetSocketAddress) channel.remoteAddress() : named.client();
    }

    /** The address that the client connected to; as {@link #client} in everything else. */
    public static @Nullable InetSocketAddress destination(Channel channel) {
        NamedClient named = channel.attr(NamedClient.KEY).get();
        return named == null ? (InetSocketAddress) channel.localAddress() : named.destination();
    }
}
