package io.ha4j.lb;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listening socket as a Netty channel. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class ChannelEntrance implements Entrance {
    private final EventLoop loop;
    private final InetSocketAddress address;
    private final ServerChannel channel;

    ChannelEntrance(String balancer, EventLoops loops, InetSocketAddress address, Consumer<Accepted> accepted) {
        this.address = address;
        loop = loops.next();
        IoTransport transport = loops.transport();
        channel = IoTransport.listener(address);
        try {
            Sockets.listener(channel);
            channel.pipeline()
                    .addLast(new Acceptor(balancer, child -> accepted.accept(new AcceptedChannel(child, transport))));
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    @Override
    public Future<Void> open() {
        ChannelPromise bound = channel.newPromise();
        loop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                channel.bind(address, bound);
            } else {
                bound.setFailure(registered.cause());
            }
        });
        return bound;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public Future<Void> shut() {
        loop.execute(() -> {
            ChannelHandlerContext acceptor = channel.pipeline().context(Acceptor.class);
            if (acceptor == null) { // closed already, or never registered
                channel.unsafe().closeForcibly();
            } else {
                ((Acceptor) acceptor.handler()).closeWhenEmpty(acceptor);
            }
        });
        // The JDK's selector holds a closed channel's descriptor until its next round.
        Promise<Void> done = loop.newPromise();
        channel.closeFuture()
                .addListener(closed -> loop.schedule(() -> done.setSuccess(null), 1, TimeUnit.NANOSECONDS));
        return done;
    }
}
