package io.ha4j.lb;

import io.ha4j.lb.netty.NettyApplication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A session's two connections as sockets on one event loop: Netty's loop and its calls, but no channel, whose cost is
 * most of what a Netty relay costs.
 *
 * <p>The client's socket joins the loop only when the backend's is connected.
 */
final class SocketPair implements Plumbing {
    private final Session session;
    private final IoEventLoop loop;
    private final TcpSocket accepted;
    private final SocketLeg client;
    private @Nullable SocketHeaderReader headerReader; // while it reads
    private @Nullable SocketLeg backend;
    private @Nullable ByteBuf early; // came from the client before there was a backend
    private @Nullable SocketLeg lost; // the one that broke
    private @Nullable LocalLeg local; // has the client's descriptor once it is set
    private boolean ending;

    SocketPair(Session session, IoEventLoop loop, TcpSocket accepted) {
        this.session = session;
        this.loop = loop;
        this.accepted = accepted;
        client = new SocketLeg(this, Side.CLIENT, accepted);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void readHeader() {
        SocketHeaderReader reader = new SocketHeaderReader(this, accepted, loop);
        headerReader = reader;
        reader.begin();
    }

    /** @param rest what came after it, which is taken */
    void headerRead(ProxyHeaderParser.Header header, ByteBuf rest) {
        headerReader = null;
        if (rest.isReadable()) {
            early = rest;
        } else {
            rest.release();
        }
        session.headerRead(header);
    }

    void headerMalformed(String why) {
        session.headerMalformed(why);
    }

    void clientLeft() {
        session.clientLeft();
    }

    /** What the client has sent already shall go out with the acknowledgement that completes the connect. */
    @Override
    public void connect(InetSocketAddress address, Origin origin) {
        RelayLoop relayLoop = RelayLoop.of(loop);
        if (early == null) {
            try {
                early = client.readEarly(relayLoop);
            } catch (IOException | NotYetConnectedException e) {
                session.end(EndReason.CLIENT_RESET);
                return;
            }
        }
        SocketLeg leg = null;
        try {
            leg = new SocketLeg(this, Side.BACKEND, TcpSocket.open(address.getAddress()));
            leg.connect(address, origin, early != null, relayLoop);
            backend = leg;
        } catch (IOException | RuntimeException e) { // no descriptor left, no route
            if (leg != null) {
                leg.close();
            }
            session.connectFailed(e);
        }
    }

    void connected() {
        session.connected();
    }

    void connectFailed(SocketLeg leg, IOException cause) {
        backend = null;
        leg.close();
        session.connectFailed(cause);
    }

    @Override
    public void handOver(NettyApplication application, Incoming incoming) {
        EpollSocketChannel channel;
        try {
            channel = new EpollSocketChannel(accepted.intValue());
        } catch (ChannelException e) {
            session.end(EndReason.CLIENT_RESET);
            return;
        }
        LocalLeg leg = new LocalLeg(session, channel, loop, early);
        early = null;
        local = leg;
        if (!channel.isActive()) {
            session.end(EndReason.CLIENT_RESET);
            return;
        }
        try {
            Sockets.handedOver(channel);
        } catch (ChannelException e) { // not every system lets options of a connection be set that was reset
            session.end(EndReason.CLIENT_RESET);
            return;
        }
        leg.add(application, incoming);
        leg.register();
    }

    @Override
    public boolean hasSentMore() {
        return local != null && local.hasSentMore();
    }

    @Override
    public void abortConnect() {
        SocketLeg leg = backend;
        backend = null;
        if (leg != null) {
            leg.reset(); // it may have accepted already
        }
    }

    @Override
    public void relay(byte[] preface) {
        SocketLeg backend = this.backend;
        if (backend == null) {
            throw new IllegalStateException("not connected");
        }
        client.peer(backend);
        backend.peer(client);
        client.begin(RelayLoop.of(loop)); // first, as the backend may have left already
        ByteBuf first = first(preface);
        if (first.isReadable()) {
            backend.send(first);
        } else {
            first.release();
        }
    }

    /** Both in one, so that they are one packet. */
    private ByteBuf first(byte[] preface) {
        ByteBuf early = this.early;
        this.early = null;
        if (early == null) {
            return preface.length == 0
                    ? Unpooled.EMPTY_BUFFER
                    : PooledByteBufAllocator.DEFAULT
                            .directBuffer(preface.length)
                            .writeBytes(preface);
        }
        session.passed(Side.CLIENT, early.readableBytes());
        if (preface.length == 0) {
            return early;
        }
        ByteBuf both = PooledByteBufAllocator.DEFAULT
                .directBuffer(preface.length + early.readableBytes())
                .writeBytes(preface)
                .writeBytes(early);
        early.release();
        return both;
    }

    @Override
    public void abort() {
        ending = true;
        if (local != null) {
            local.reset();
            return;
        }
        if (headerReader != null) {
            headerReader.stop();
            headerReader = null;
        }
        SocketLeg backend = this.backend;
        if (backend != null) {
            backend.reset();
        }
        client.reset();
    }

    /** Whether a reset is under way. */
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

    /**
     * This leg broke, and the other one is reset in turn when its end has everything that came from here; what is still
     * unread then goes on being passed.
     */
    void lost(SocketLeg leg) {
        if (ending) {
            return;
        }
        ending = true;
        lost = leg;
        session.lost(leg.side());
        SocketLeg other = leg == client ? backend : client;
        if (other != null) {
            other.resetAfterDelivery();
        }
    }

    /** The other end has reset this connection, too: nothing can be delivered any more. */
    void resetWhileEnding(SocketLeg leg) {
        if (leg != lost) {
            leg.reset();
        }
    }

    void defect() {
        session.end(EndReason.INTERNAL_ERROR);
    }

    void closed(SocketLeg leg) {
        if (lost != null && leg != lost) {
            lost.reset();
        }
        if (client.isClosed() && (backend == null || backend.isClosed())) {
            if (early != null) {
                early.release();
                early = null;
            }
            session.closed();
        }
    }
}
