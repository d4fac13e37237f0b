package io.ha4j.lb;

import io.ha4j.HaException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One address that connections are accepted at. Guarded by {@link Listeners}, except where noted. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class Listener {
    private final String balancer;
    private final EventLoops loops;
    private final boolean virtual;
    private final Consumer<SocketChannel> accepted;
    private InetSocketAddress address;
    private @Nullable Channel channel;
    private Future<Void> closing = ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);

    /** Whether users are served through it, which for a virtual address depends on the group. */
    boolean open;

    /** @param virtual whether the address belongs to the group */
    Listener(
            String balancer,
            EventLoops loops,
            InetSocketAddress address,
            boolean virtual,
            Consumer<SocketChannel> accepted) {
        this.balancer = balancer;
        this.loops = loops;
        this.address = address;
        this.virtual = virtual;
        this.accepted = accepted;
    }

    /** As it was asked for, with the real port once it was bound. */
    InetSocketAddress address() {
        return address;
    }

    boolean isVirtual() {
        return virtual;
    }

    boolean isBound() {
        return channel != null;
    }

    /**
     * Whether it can be bound while its address is on another machine: {@code IP_FREEBIND}, ip(7). Then a port in use
     * shows at start, and taking over takes no bind.
     */
    boolean bindsEarly() {
        return !virtual || loops.transport() == IoTransport.EPOLL;
    }

    /** Binds and listens; the future's cause is what the kernel said. */
    ChannelFuture bind() {
        EventLoop loop = loops.next();
        ServerChannel opened = loops.transport().listener(address);
        ChannelPromise bound = opened.newPromise();
        channel = opened;
        try {
            Sockets.listener(opened, virtual && loops.transport() == IoTransport.EPOLL);
            opened.pipeline().addLast(new Acceptor(balancer, accepted));
            loop.register(opened).addListener(registered -> {
                if (registered.isSuccess()) {
                    opened.bind(address, bound);
                } else {
                    bound.setFailure(registered.cause());
                }
            });
        } catch (RuntimeException e) {
            opened.unsafe().closeForcibly();
            throw e;
        }
        return bound;
    }

    /** The bind was a success: from now on it keeps its port. */
    void bound() {
        if (channel != null && channel.localAddress() instanceof InetSocketAddress local) {
            address = new InetSocketAddress(address.getAddress(), local.getPort());
        }
    }

    /** Stops listening; the future completes when the socket is closed. */
    Future<Void> close() {
        Channel channel = this.channel;
        this.channel = null;
        if (channel == null) {
            return closing;
        }
        channel.eventLoop().execute(() -> {
            ChannelHandlerContext acceptor = channel.pipeline().context(Acceptor.class);
            if (acceptor == null) { // closed already, or never registered
                channel.unsafe().closeForcibly();
            } else {
                ((Acceptor) acceptor.handler()).closeWhenEmpty(acceptor);
            }
        });
        // The JDK's selector holds a closed channel's descriptor until its next round.
        EventLoop loop = channel.eventLoop();
        Promise<Void> done = loop.newPromise();
        channel.closeFuture()
                .addListener(closed -> loop.schedule(() -> done.setSuccess(null), 1, TimeUnit.NANOSECONDS));
        closing = done;
        return done;
    }

    /** Completes when what was bound before is closed. */
    Future<Void> closing() {
        return closing;
    }

    /** {@code cannot listen on 10.0.0.1:80: EADDRINUSE (address already in use)}. */
    HaException failure(Throwable cause) {
        Errno errno = Errno.of(cause);
        String why = errno == null ? Errno.describe(cause) : errno.withText();
        return new HaException("cannot listen on " + HostPort.text(address) + ": " + why, cause);
    }
}
