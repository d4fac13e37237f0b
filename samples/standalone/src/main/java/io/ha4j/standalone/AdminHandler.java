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
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, one answer, and the connection is closed: its users are a command line and a monitoring probe. */
@SuppressWarnings("FutureReturnValueIgnored") // failures end in exceptionCaught or in a closed connection
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);

    private static final Set<String> OPERATIONS =
            Set.of("/handover", "/suspend", "/resume", "/drain", "/undrain", "/reload");

    /** Nobody's browser sends it by itself: a page from elsewhere cannot operate this instance. */
    static final String OPERATOR = "X-Ha4j-Operator";

    private final Operations operations;

    AdminHandler(Operations operations) {
        this.operations = operations;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String path = uri.path();
        if (request.decoderResult().isFailure()) {
            answer(context, HttpResponseStatus.BAD_REQUEST, "text/plain", "not an HTTP request\n");
        } else if (OPERATIONS.contains(path)) {
            operate(context, request, uri);
        } else if (!path.equals("/status")) {
            answer(
                    context,
                    HttpResponseStatus.NOT_FOUND,
                    "text/plain",
                    "there are /status, /handover, /suspend, /resume, /drain, /undrain and /reload here\n");
        } else if (!request.method().equals(HttpMethod.GET)) {
            answer(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", "/status takes GET\n");
        } else {
            answerStatus(context);
        }
    }

    private void operate(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder uri) {
        String group = parameter(uri, "group");
        if (!request.method().equals(HttpMethod.POST)) {
            answer(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", uri.path() + " takes POST\n");
        } else if (!request.headers().contains(OPERATOR)) {
            answer(context, HttpResponseStatus.FORBIDDEN, "text/plain", "the header " + OPERATOR + " is missing\n");
        } else if (isRemote(context)) {
            answer(
                    context,
                    HttpResponseStatus.FORBIDDEN,
                    "text/plain",
                    "operations are for unix sockets and loopback addresses, but this is "
                            + context.channel().localAddress() + "\n");
        } else {
            CompletableFuture<Operations.Answer> outcome = switch (uri.path()) {
                case "/handover" -> operations.handOver(group);
                case "/suspend" -> operations.suspend(group, parameter(uri, "why"));
                case "/resume" -> operations.resume(group);
                case "/drain" -> operations.drain(parameter(uri, "server"));
                case "/undrain" -> operations.undrain(parameter(uri, "server"));
                default -> operations.reload();
            };
            outcome.whenComplete((answer, failure) -> {
                if (failure == null) {
                    answer(context, HttpResponseStatus.valueOf(answer.code()), "text/plain", answer.text() + "\n");
                } else {
                    log.error("{} failed", uri.path(), failure);
                    answer(context, HttpResponseStatus.INTERNAL_SERVER_ERROR, "text/plain", failure + "\n");
                }
            });
        }
    }

    private static String parameter(QueryStringDecoder uri, String name) {
        return String.join(",", uri.parameters().getOrDefault(name, List.of()));
    }

    private static boolean isRemote(ChannelHandlerContext context) {
        return context.channel().localAddress() instanceof InetSocketAddress tcp
                && !tcp.getAddress().isLoopbackAddress();
    }

    private void answerStatus(ChannelHandlerContext context) {
        try {
            answer(context, HttpResponseStatus.OK, "application/json", StatusJson.write(operations.status()));
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
