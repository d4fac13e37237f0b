package io.ha4j.lb;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/** What a kind of check says to a backend, and what it makes of the answers; one for each attempt. Event loop only. */
abstract class Dialogue extends ChannelInboundHandlerAdapter {
    private final Attempt attempt;
    private final @Nullable TlsClient tls;
    private String secured = "";
    private boolean complete;
    private @Nullable Channel secure;

    /** @param tls null for none */
    Dialogue(Attempt attempt, @Nullable TlsClient tls) {
        this.attempt = attempt;
        this.tls = tls;
    }

    Attempt attempt() {
        return attempt;
    }

    /** What the reason of an outcome begins with; may be empty. */
    abstract String subject();

    boolean isDatagram() {
        return false;
    }

    /** Puts what reads the answers, and this, into the pipeline of a channel that is not connected yet. */
    void prepare(Channel channel) {
        if (tls != null) {
            secure = channel;
            channel.pipeline().addLast(tls.handler(attempt.remote()));
        }
    }

    final void connected(Channel channel) {
        if (tls == null) {
            open(channel);
        } else {
            attempt.expect("a TLS handshake");
        }
    }

    /** Called once, when everything is ready: connected, and secured if that is wanted. */
    abstract void open(Channel channel);

    /** All has come that is needed; what happens to the connection from now on does not matter. */
    void complete() {
        complete = true;
    }

    /** What is to be known of the TLS session, to end a reason with; empty without TLS. */
    String secured() {
        return secured;
    }

    /** @param within {@code  within 1000 ms} */
    void timedOut(String within) {
        attempt.fail("no " + withoutArticle(attempt.expected()) + within);
    }

    private static String withoutArticle(String expected) {
        return expected.replaceFirst("^(an?|the) ", "");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && secure != null && !attempt.hasEnded()) {
            if (handshake.isSuccess()) {
                SslHandler handler = context.pipeline().get(SslHandler.class);
                secured = TlsClient.describe(handler.engine().getSession());
                open(secure);
            } else {
                attempt.fail("TLS: " + TlsClient.reason(handshake.cause()));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!complete) {
            attempt.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!complete) {
            attempt.failed(cause);
        }
    }
}
