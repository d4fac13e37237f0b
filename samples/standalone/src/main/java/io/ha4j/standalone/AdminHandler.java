package io.ha4j.standalone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, one answer, and the connection is closed: its users are a command line and a monitoring probe. */
@SuppressWarnings("FutureReturnValueIgnored") // failures end in exceptionCaught or in a closed connection
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);

    private final Supplier<Status> status;

    AdminHandler(Supplier<Status> status) {
        this.status = status;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String path = new QueryStringDecoder(request.uri()).path();
        if (request.decoderResult().isFailure()) {
            answer(context, HttpResponseStatus.BAD_REQUEST, "text/plain", "not an HTTP request\n");
        } else if (!path.equals("/status")) {
            answer(context, HttpResponseStatus.NOT_FOUND, "text/plain", "there is /status here\n");
        } else if (!request.method().equals(HttpMethod.GET)) {
            answer(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", "/status takes GET\n");
        } else {
            answerStatus(context);
        }
    }

    private void answerStatus(ChannelHandlerContext context) {
        try {
            answer(context, HttpResponseStatus.OK, "application/json", StatusJson.write(status.get()));
        } catch (RuntimeException e) {
            log.error("the status cannot be told", e);
            answer(context, HttpResponseStatus.INTERNAL_SERVER_ERROR, "text/plain", e + "\n");
        }
    }

    private static void answer(ChannelHandlerContext context, HttpResponseStatus code, String type, String text) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), text);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, code, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type + "; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("admin connection failed", cause);
        context.close();
    }
}
