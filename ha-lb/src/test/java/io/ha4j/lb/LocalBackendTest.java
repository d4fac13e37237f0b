package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.ConnectionLimits;
import io.ha4j.HealthCheck;
import io.ha4j.HealthSwitch;
import io.ha4j.LoadBalancer;
import io.ha4j.LocalApplication;
import io.ha4j.Protocol;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.Peer.Ending;
import io.ha4j.lb.Peer.Received;
import io.ha4j.lb.netty.NettyApplication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** An application in this process as a backend. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // of writes; what came of them, the client sees
class LocalBackendTest extends Opening {
    private final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();

    /** Greets with "!", sends back what comes, and answers "quit" by closing and "rst" by resetting. */
    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channels.add(ctx.channel());
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'!'}));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            switch (data.readableBytes() > 4 ? "" : data.toString(StandardCharsets.US_ASCII)) {
                case "quit" -> ctx.write(data).addListener(ChannelFutureListener.CLOSE);
                case "rst" -> {
                    data.release();
                    ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                    ctx.close();
                }
                default -> ctx.write(data);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private Backend echo() {
        return Backend.local("echo", new NettyApplication(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Echo());
            }
        }));
    }

    private LoadBalancer.Builder builder(Transport transport, Backend backend) {
        return LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(backend)
                .transport(transport);
    }

    private Peer connect(LoadBalancer balancer) throws IOException {
        return open(Peer.connect(balancer.snapshot().listeners().get(0)));
    }

    private Channel channel() throws InterruptedException {
        Channel channel = channels.poll(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(channel).as("a channel of the application's").isNotNull();
        return channel;
    }

    private static void send(Peer client, String text) throws IOException {
        client.socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Peer client, int bytes) throws IOException {
        return new String(client.socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static BackendSnapshot backend(LoadBalancer balancer) {
        return balancer.snapshot().backends().get(0);
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason, long count) {
        Await.until(
                reason + " " + count + " in " + balancer.snapshot().ended(),
                () -> Long.valueOf(count).equals(balancer.snapshot().ended().get(reason.key())));
        Await.until("released", () -> backend(balancer).active() == 0);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void theApplicationHasTheClientsOwnConnection(Transport transport) throws Exception {
        LoadBalancer balancer = open(builder(transport, echo()).start());
        Peer client = connect(balancer);
        assertThat(receive(client, 1)).isEqualTo("!");
        Channel channel = channel();
        assertThat(channel.remoteAddress()).isEqualTo(client.socket.getLocalSocketAddress());
        assertThat(channel.localAddress()).isEqualTo(client.socket.getRemoteSocketAddress());
        assertThat(NettyApplication.client(channel)).isEqualTo(channel.remoteAddress());
        assertThat(NettyApplication.destination(channel)).isEqualTo(channel.localAddress());

        CompletableFuture<Received> received = Peer.async(() -> client.receive(3_000_000));
        client.send(3_000_000);
        assertThat(received.get()).isEqualTo(Peer.expected(3_000_000, Ending.FIN));
        BackendSnapshot backend = backend(balancer);
        assertThat(backend.address()).isEqualTo(InetSocketAddress.createUnresolved("echo", 0));
        assertThat(backend.total()).isEqualTo(1);
        assertThat(backend.active()).isEqualTo(1);
        client.fin();
        assertThat(client.receiveAll().ending()).isEqualTo(Ending.FIN);
        awaitEnded(balancer, EndReason.FINISHED, 1);
        assertThat(backend(balancer).bytesIn()).isEqualTo(3_000_000);
        assertThat(backend(balancer).bytesOut()).isEqualTo(3_000_001);
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void whoEndsAConnectionIsTold(Transport transport) throws Exception {
        LoadBalancer balancer = open(builder(transport, echo()).start());
        Peer closed = connect(balancer);
        send(closed, "quit");
        assertThat(receive(closed, 100)).isEqualTo("!quit");
        awaitEnded(balancer, EndReason.FINISHED, 1);

        Peer reset = connect(balancer);
        assertThat(receive(reset, 1)).isEqualTo("!");
        send(reset, "rst");
        assertThat(reset.receiveAll()).isEqualTo(Peer.expected(0, Ending.RST));
        awaitEnded(balancer, EndReason.BACKEND_RESET, 1);

        Peer leaving = connect(balancer);
        assertThat(receive(leaving, 1)).isEqualTo("!");
        leaving.rst();
        awaitEnded(balancer, EndReason.CLIENT_RESET, 1);

        Peer last = connect(balancer);
        assertThat(receive(last, 1)).isEqualTo("!");
        balancer.close();
        assertThat(last.receiveAll().ending()).isEqualTo(Ending.RST);
        awaitEnded(balancer, EndReason.BALANCER_CLOSED, 1);
        assertThat(balancer.snapshot().active()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void aProxyHeaderNamesTheClient(Transport transport) throws Exception {
        LoadBalancer balancer = open(builder(transport, echo())
                .acceptProxy(TrustedProxies.of("127.0.0.0/8").headerTimeout(Duration.ofSeconds(20)))
                .start());
        String header = "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\n";
        for (String first : new String[] {header + "hello", header}) {
            Peer client = connect(balancer);
            client.socket.setTcpNoDelay(true);
            send(client, first.substring(0, 10));
            Await.until("accepted", () -> balancer.snapshot().active() == 1);
            send(client, first.substring(10));
            assertThat(receive(client, 1)).isEqualTo("!");
            Channel channel = channel();
            assertThat(NettyApplication.client(channel)).isEqualTo(new InetSocketAddress("192.0.2.1", 40000));
            assertThat(NettyApplication.destination(channel)).isEqualTo(new InetSocketAddress("10.0.0.100", 443));
            assertThat(channel.remoteAddress()).isEqualTo(client.socket.getLocalSocketAddress());
            send(client, " world");
            String expected = first.substring(header.length()) + " world";
            assertThat(receive(client, expected.length())).isEqualTo(expected);
            client.fin();
            assertThat(client.receiveAll()).isEqualTo(Peer.expected(0, Ending.FIN));
            Await.until("none", () -> balancer.snapshot().active() == 0);
        }
        Peer whole = connect(balancer);
        send(whole, header + "quit");
        whole.fin();
        assertThat(receive(whole, 1)).isEqualTo("!");
        whole.receiveAll(); // the end of its stream may have come with it, and ends a channel as Netty has it
        awaitEnded(balancer, EndReason.FINISHED, 3);
        assertThat(backend(balancer).bytesIn()).isEqualTo("hello world".length() + " world".length() + "quit".length());
    }

    /** One that refuses, one that serves, and the application: all are picked, and none twice before the others. */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void itStandsBesideServers(Transport transport) throws Exception {
        ServerSocket server = open(Route.server());
        ServerSocket gone = Route.server();
        Backend refusing = Route.backend(gone);
        gone.close();
        LoadBalancer balancer = open(builder(transport, refusing)
                .backend(echo().weight(2))
                .backend(Route.backend(server))
                .scheduler(Scheduler.ROUND_ROBIN)
                .start());
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Peer client = connect(balancer);
            send(client, "early");
            clients.add(client);
        }
        Await.until(
                "all are passed on",
                () -> balancer.snapshot().backends().stream()
                                .mapToLong(BackendSnapshot::total)
                                .sum()
                        == 12);
        List<BackendSnapshot> backends = balancer.snapshot().backends();
        assertThat(backends.get(0).total()).isZero();
        assertThat(backends.get(1).total()).isPositive();
        assertThat(backends.get(2).total()).isPositive();
        for (long i = 0; i < backends.get(2).total(); i++) {
            open(new Peer(server.accept()))
                    .socket
                    .getOutputStream()
                    .write("?early".getBytes(StandardCharsets.US_ASCII));
        }
        long echoed = 0;
        for (Peer client : clients) {
            String answer = receive(client, 6);
            assertThat(answer).isIn("!early", "?early");
            echoed += answer.startsWith("!") ? 1 : 0;
        }
        assertThat(echoed).isEqualTo(backends.get(1).total());
    }

    /** Requests, ends and resets that come with the handshake or right after it. */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void noConnectionIsForgotten(Transport transport) throws Exception {
        LoadBalancer balancer = open(builder(transport, echo()).start());
        for (int i = 0; i < 600; i++) {
            try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
                switch (i % 4) {
                    case 0 -> client.fin();
                    case 1 -> client.rst();
                    case 2 -> {
                        send(client, "quit");
                        client.fin();
                    }
                    default -> send(client, "quit");
                }
                if (i % 8 >= 4 && i % 4 != 1) {
                    client.receiveAll();
                }
            }
        }
        Await.until(
                "all have ended",
                () -> balancer.snapshot().accepted() == 600
                        && balancer.snapshot().active() == 0);
        Await.until("all are released", () -> backend(balancer).active() == 0);
    }

    @Test
    void aPlaceIsTakenUntilTheConnectionEnds() throws Exception {
        LoadBalancer balancer =
                open(builder(Transport.AUTO, echo().maxConnections(1)).start());
        Peer first = connect(balancer);
        assertThat(receive(first, 1)).isEqualTo("!");
        Peer second = connect(balancer);
        Await.until("queued", () -> balancer.snapshot().queued() == 1);
        first.fin();
        assertThat(receive(second, 1)).isEqualTo("!");
        assertThat(balancer.snapshot().queued()).isZero();
    }

    @Test
    void itsCheckAndItsDrainAreThoseOfAnyBackend() throws Exception {
        HealthSwitch ready = HealthCheck.inProcess("ready");
        LoadBalancer balancer = open(builder(Transport.AUTO, echo().check(ready))
                .healthCheck(HealthCheck.tcp())
                .start());
        Peer client = connect(balancer);
        assertThat(receive(client, 1)).isEqualTo("!");
        ready.down("warming up");
        Await.until("down", () -> backend(balancer).state() == BackendState.DOWN);
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        ready.up();
        Await.until("up", () -> backend(balancer).state() == BackendState.UP);

        CompletableFuture<Void> drained = balancer.drain(backend(balancer).address());
        assertThat(connect(balancer).receiveAll().ending()).isEqualTo(Ending.RST);
        send(client, "quit");
        drained.get(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        balancer.removeBackend(InetSocketAddress.createUnresolved("echo", 0));
        assertThat(balancer.snapshot().backends()).isEmpty();
    }

    /** A client that takes what is written, however slowly, is not idle; one that takes nothing is. */
    @Test
    void aConnectionIsIdleWhenNothingMoves() throws Exception {
        LoadBalancer balancer = open(builder(Transport.AUTO, echo())
                .limits(ConnectionLimits.DEFAULT.idleTimeout(Duration.ofSeconds(1)))
                .start());
        Peer client = connect(balancer);
        assertThat(receive(client, 1)).isEqualTo("!");
        Channel channel = channel();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[64 << 20])); // one write, more than the kernel holds
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
        while (System.nanoTime() - end < 0) {
            assertThat(client.socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
            Thread.sleep(100); // not for a state: a slow reader
        }
        assertThat(balancer.snapshot().ended()).containsEntry(EndReason.IDLE_TIMEOUT.key(), 0L);
        awaitEnded(balancer, EndReason.IDLE_TIMEOUT, 1);
    }

    @Test
    void whatCannotBeIsRefused() {
        Backend local = echo();
        assertThatThrownBy(() -> local.check(HealthCheck.tcp()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("check of application echo must be a LocalCheck");
        assertThatThrownBy(() -> local.proxyProtocol(ProxyProtocol.V2))
                .hasMessageContaining("proxyProtocol of application echo must be NONE");
        assertThatThrownBy(() -> new NettyApplication(new ChannelInboundHandlerAdapter()))
                .hasMessageContaining("handler must be sharable");
        assertThatThrownBy(() ->
                        builder(Transport.AUTO, local).protocol(Protocol.UDP).start())
                .hasMessage("application echo takes no datagrams: protocol must be TCP");
        assertThatThrownBy(() -> builder(Transport.AUTO, Backend.local("other", new LocalApplication() {}))
                        .start())
                .hasMessageContaining("application other must be a NettyApplication");
        assertThatThrownBy(() -> builder(Transport.AUTO, local).backend(echo()).start())
                .hasMessageContaining("must differ");
    }
}
