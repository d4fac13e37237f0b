package io.ha4j.lb;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The old process's end of the conversation that {@link Succession} shows. Loop thread only. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection
final class SuccessorHandler extends SimpleChannelInboundHandler<String> {
    private static final Logger log = LoggerFactory.getLogger(SuccessorHandler.class);

    /**
     * Who is to be replaced.
     *
     * @param sockets what is passed
     * @param tryGive whether it may be replaced now; true once
     * @param keep takes that back: the successor is gone
     * @param replaced stops accepting and tells the application, which may block; gets the successor's process id
     */
    record Origin(
            Supplier<List<FileDescriptor>> sockets, BooleanSupplier tryGive, Runnable keep, LongConsumer replaced) {}

    private final EpollDomainSocketChannel connection;
    private final Origin origin;
    private List<FileDescriptor> offered = List.of();

    SuccessorHandler(EpollDomainSocketChannel connection, Origin origin) {
        this.connection = connection;
        this.origin = origin;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) throws IOException {
        PeerCredentials peer = connection.peerCredentials();
        if (peer.uid() != Users.own()) {
            refuse(context, peer, "it runs as another user, uid " + peer.uid());
            return;
        }
        switch (line) {
            case Lines.HELLO -> {
                offered = origin.sockets().get();
                context.writeAndFlush(Lines.LISTENERS + " " + offered.size());
            }
            case Lines.SEND -> {
                offered.forEach(context::write);
                context.flush();
            }
            case Lines.READY -> ready(context, peer);
            default -> refuse(context, peer, "it says '" + line + "', which this version does not know");
        }
    }

    private void ready(ChannelHandlerContext context, PeerCredentials peer) {
        if (!origin.tryGive().getAsBoolean()) {
            refuse(context, peer, "this process is being replaced or stopped already");
            return;
        }
        // One that waited for too long has closed its end, and would not begin.
        context.writeAndFlush(Lines.GOING).addListener(sent -> {
            if (sent.isSuccess()) {
                replace(context, peer);
            } else {
                log.warn("hot restart: process {} is gone; this one goes on", peer.pid());
                origin.keep().run();
            }
        });
    }

    private void replace(ChannelHandlerContext context, PeerCredentials peer) {
        Thread thread = new Thread(
                () -> {
                    origin.replaced().accept(peer.pid());
                    context.writeAndFlush(Lines.DONE);
                },
                "ha4j-replaced");
        thread.setDaemon(true);
        thread.start();
    }

    private static void refuse(ChannelHandlerContext context, PeerCredentials peer, String why) {
        log.warn("hot restart: process {} gets no listeners: {}", peer.pid(), why);
        context.writeAndFlush(Lines.REFUSED + " " + why).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("hot restart: a successor's connection failed", cause);
        context.close();
    }
}
