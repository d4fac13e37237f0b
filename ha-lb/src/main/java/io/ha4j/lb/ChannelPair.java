package io.ha4j.lb;

import io.ha4j.lb.netty.NettyApplication;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's two connections as Netty channels on one event loop.
 *
 * <p>The client's channel joins the loop only when the backend's is connected. Before that, epoll would deliver its
 * bytes as soon as the client ends its stream, auto-read or not, and there would be no place for them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class ChannelPair implements Plumbing {
    private static final Logger log = LoggerFactory.getLogger(ChannelPair.class);

    private final Session session;
    private final IoTransport transport;
    private final EventLoop loop;
    private final ChannelLeg client;
    private @Nullable EarlyInput early; // where the client's channel is on the loop already
    private @Nullable ChannelLeg backend;
    private @Nullable LocalLeg local; // has the client's channel once it is set
    private boolean relaying;
    private boolean ending;

    ChannelPair(Session session, IoTransport transport, EventLoop loop, SocketChannel accepted) {
        this.session = session;
        this.transport = transport;
        this.loop = loop;
        client = new ChannelLeg(this, Side.CLIENT, accepted);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void readHeader() {
        EarlyInput input = new EarlyInput(this);
        early = input;
        SocketChannel channel = client.channel();
        if (prepareClient()) {
            channel.pipeline().addLast(input);
            registerClient();
        }
    }

    void headerRead(ProxyHeaderParser.Header header) {
        session.headerRead(header);
    }

    void headerMalformed(String why) {
        session.headerMalformed(why);
    }

    /** Its connection ended while there was none to a backend. */
    void clientLeft() {
        session.clientLeft();
    }

    void brokenEarly(Channel channel, Throwable cause) {
        if (cause instanceof IOException) {
            session.clientLeft();
        } else {
            defect(channel, cause);
        }
    }

    @Override
    public void connect(InetSocketAddress address, Origin origin) {
        SocketChannel channel;
        try {
            channel = transport.socket(address);
        } catch (RuntimeException e) { // no descriptor left
            session.connectFailed(e);
            return;
        }
        ChannelLeg leg = new ChannelLeg(this, Side.BACKEND, channel);
        backend = leg;
        try {
            Sockets.relayed(channel);
            channel.config().setAutoRead(false); // until there is a place for what it sends
            channel.config().setConnectTimeoutMillis(0); // the session sees to that
            channel.pipeline().addLast(leg);
            loop.register(channel).addListener(registered -> {
                if (registered.isSuccess()) {
                    connect(channel, address, origin).addListener(connected -> {
                        if (!connected.isSuccess()) {
                            connectFailed(leg, connected.cause());
                        }
                    });
                } else {
                    connectFailed(leg, registered.cause());
                }
            });
        } catch (RuntimeException e) {
            connectFailed(leg, e);
        }
    }

    /** A fixed address: only a socket without a channel can be bound to a client's. */
    private static ChannelFuture connect(SocketChannel channel, InetSocketAddress address, Origin origin) {
        InetAddress source = origin.address();
        return source == null ? channel.connect(address) : channel.connect(address, new InetSocketAddress(source, 0));
    }

    /**
     * This leg has connected. Not told by the future of the connect: Netty may put its listeners off, and then the
     * backend's first bytes, and its end of stream, would come before there is a place for them.
     */
    void connected(ChannelLeg leg) {
        if (leg == backend) { // else given up meanwhile
            session.connected();
        }
    }

    private void connectFailed(ChannelLeg leg, Throwable why) {
        if (leg == backend) {
            leg.close();
            backend = null;
            session.connectFailed(why);
        }
    }

    @Override
    public void handOver(NettyApplication application, Incoming incoming) {
        SocketChannel channel = client.channel();
        try {
            Sockets.handedOver(channel);
        } catch (RuntimeException e) { // not every system lets options of a connection be set that was reset
            session.end(EndReason.CLIENT_RESET);
            return;
        }
        LocalLeg leg = new LocalLeg(session, channel, loop, null);
        local = leg;
        EarlyInput early = this.early;
        if (early == null) {
            leg.add(application, incoming);
            leg.register();
            return;
        }
        this.early = null;
        early.resume(); // before the application can say that it reads on demand
        leg.add(application, incoming);
        early.begin();
        early.passOn();
    }

    @Override
    public boolean hasSentMore() {
        return local != null && local.hasSentMore();
    }

    @Override
    public void abortConnect() {
        ChannelLeg leg = backend;
        backend = null;
        if (leg != null) {
            leg.reset(); // it may have accepted already
        }
    }

    @Override
    public void relay(byte[] preface) {
        ChannelLeg backend = this.backend;
        if (backend == null) {
            throw new IllegalStateException("not connected");
        }
        client.peer(backend);
        backend.peer(client);
        EarlyInput early = this.early;
        if (early == null && !prepareClient()) {
            return;
        }
        client.channel().pipeline().addLast(client);
        relaying = true;
        backend.beginReading();
        if (preface.length > 0) {
            backend.send(preface);
        }
        if (early == null) {
            registerClient();
        } else {
            early.resume();
            early.passOn();
        }
    }

    /** Sets the options of the client's channel; without success when the client has left, and then the session ends. */
    private boolean prepareClient() {
        try {
            Sockets.relayed(client.channel());
            return true;
        } catch (RuntimeException e) { // not every system lets options of a connection be set that was reset
            log.debug("a client left before its backend was connected", e);
            session.end(EndReason.CLIENT_RESET);
            return false;
        }
    }

    private void registerClient() {
        loop.register(client.channel()).addListener(registered -> {
            if (!registered.isSuccess()) {
                defect(client.channel(), registered.cause());
                closed(client); // no event comes from a channel that is not registered
            }
        });
    }

    @Override
    public void abort() {
        ending = true;
        if (local != null) {
            if (early != null) {
                early.discard();
            }
            local.reset();
            return;
        }
        ChannelLeg backend = this.backend;
        if (relaying && backend != null) {
            client.reset();
            backend.reset();
            return;
        }
        if (backend != null) {
            backend.reset(); // it may have accepted already
        }
        if (early != null) {
            early.discard();
        }
        if (client.channel().isRegistered()) {
            client.reset();
        } else {
            client.resetUnregistered();
        }
        session.closed();
    }

    /** Whether a reset is under way, so that nothing is passed on any more. */
    boolean isEnding() {
        return ending;
    }

    void passed(Side from, int bytes) {
        session.passed(from, bytes);
    }

    void kept(int more) {
        session.kept(more);
    }

    void halfClosed() {
        session.halfClosed();
    }

    /** This leg broke, and everything that came from it was handed to the other one, which is reset in turn. */
    void lost(ChannelLeg leg) {
        if (ending) {
            return;
        }
        ending = true;
        session.lost(leg.side());
        leg.reset();
        ChannelLeg other = leg == client ? backend : client;
        if (other != null) {
            other.resetAfterDelivery();
        }
    }

    void defect(Channel channel, @Nullable Throwable cause) {
        log.error("relaying failed on {}", channel, cause);
        session.end(EndReason.INTERNAL_ERROR);
    }

    void closed(ChannelLeg leg) {
        leg.markClosed();
        ChannelLeg backend = this.backend;
        if (relaying && client.isClosed() && backend != null && backend.isClosed()) {
            session.closed();
        }
    }
}
