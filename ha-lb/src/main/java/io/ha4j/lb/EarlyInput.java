package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header from a client's channel, and holds what comes after it until there is somewhere to pass it on.
 * That is one read's worth, except on epoll after the client has ended its stream: see {@link ChannelLeg}. Loop thread
 * only.
 */
final class EarlyInput extends ChannelInboundHandlerAdapter {
    private final ChannelPair pair;
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private ByteBuf header = Unpooled.EMPTY_BUFFER;
    private boolean headerRead;
    private boolean ended;
    private boolean over; // whoever was to get it has gone

    EarlyInput(ChannelPair pair) {
        this.pair = pair;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (over) {
            data.release();
        } else if (headerRead) {
            held.add(data);
        } else {
            header = Unpooled.wrappedBuffer(header, data);
            look(ctx);
        }
    }

    private void look(ChannelHandlerContext ctx) {
        ProxyHeaderParser.Result result = ProxyHeaderParser.parse(header.nioBuffer());
        if (result instanceof ProxyHeaderParser.Malformed malformed) {
            discard();
            pair.headerMalformed(malformed.why());
        } else if (result instanceof ProxyHeaderParser.Header found) {
            headerRead = true;
            ctx.channel().config().setAutoRead(false);
            held.add(header.skipBytes(found.length()));
            header = Unpooled.EMPTY_BUFFER;
            pair.headerRead(found);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended = true;
            ctx.channel().config().setAutoRead(false); // else Netty reads end of stream for ever
            if (!headerRead && !over) {
                discard();
                pair.headerMalformed("the connection ended before there was a whole one");
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        discard();
        pair.brokenEarly(ctx.channel(), cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        discard();
        pair.clientLeft();
    }

    /** Lets the channel read again. */
    void resume() {
        if (!ended) {
            requireNonNull(context, "context").channel().config().setAutoRead(true);
        }
    }

    /** Tells handlers that came after the channel had become active that it is. */
    void begin() {
        requireNonNull(context, "context").fireChannelActive();
    }

    /** Lets the next handler have everything, and leaves. */
    void passOn() {
        ChannelHandlerContext ctx = requireNonNull(context, "context");
        over = true;
        while (!held.isEmpty()) {
            ByteBuf data = held.remove();
            if (data.isReadable()) {
                ctx.fireChannelRead(data);
            } else {
                data.release();
            }
        }
        ctx.fireChannelReadComplete();
        if (ended) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        ctx.pipeline().remove(this);
    }

    /** Nobody will have it. */
    void discard() {
        over = true;
        header.release();
        header = Unpooled.EMPTY_BUFFER;
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
