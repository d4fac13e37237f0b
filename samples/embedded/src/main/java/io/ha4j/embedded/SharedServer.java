package io.ha4j.embedded;

import io.ha4j.Backend;
import io.ha4j.HaException;
import io.ha4j.HealthCheck;
import io.ha4j.LoadBalancer;
import io.ha4j.lb.netty.NettyApplication;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A web server on Netty that shares its connections with others: some of them it serves itself, with no second socket,
 * and the rest it passes on.
 *
 * <pre>java -cp … io.ha4j.embedded.SharedServer 8080 10.0.0.12:8080 10.0.0.13:8080</pre>
 */
public final class SharedServer {
    private static final int MAX_REQUEST = 64 * 1024; // bytes

    private SharedServer() {}

    public static void main(String[] args) {
        if (args.length == 0) {
            System.err.println("usage: SharedServer PORT [ADDRESS:PORT ...]");
            System.exit(2);
        }
        try {
            LoadBalancer balancer =
                    start(Integer.parseInt(args[0]), List.of(args).subList(1, args.length));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> balancer.close(Duration.ofSeconds(10))));
        } catch (HaException | IllegalArgumentException e) {
            System.err.println("SharedServer: " + e.getMessage());
            System.exit(1);
        }
    }

    static LoadBalancer start(int port, List<String> others) {
        LoadBalancer.Builder builder = LoadBalancer.builder("web")
                .listen("0.0.0.0", port)
                .healthCheck(HealthCheck.http("/")) // of the others; this process needs none
                .backend(Backend.local("here", new NettyApplication(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST), new Hello());
                    }
                })));
        for (String other : others) {
            int colon = other.lastIndexOf(':');
            builder.backend(Backend.of(other.substring(0, colon), Integer.parseInt(other.substring(colon + 1))));
        }
        return builder.start();
    }

    /** Tells the client its own address. */
    private static final class Hello extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            String text = "hello " + NettyApplication.client(ctx.channel()) + "\n";
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            boolean goesOn = HttpUtil.isKeepAlive(request);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                    .set(HttpHeaderNames.CONNECTION, goesOn ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
            var written = ctx.writeAndFlush(response);
            if (!goesOn) {
                var unused = written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close(); // the client has gone, or sent what is no HTTP
        }
    }
}
