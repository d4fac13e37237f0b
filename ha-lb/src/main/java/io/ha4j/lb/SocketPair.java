package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    private final SocketLeg client;
    private @Nullable SocketLeg backend;
    private @Nullable SocketLeg lost; // the one that broke
    private boolean ending;

    SocketPair(Session session, IoEventLoop loop, TcpSocket accepted) {
        this.session = session;
        this.loop = loop;
        client = new SocketLeg(this, Side.CLIENT, accepted);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void connect(InetSocketAddress address) {
        SocketLeg leg = null;
        try {
            leg = new SocketLeg(this, Side.BACKEND, TcpSocket.open(address.getAddress()));
            leg.connect(address, RelayLoop.of(loop));
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
        if (preface.length > 0) {
            backend.send(preface);
        }
        client.begin(RelayLoop.of(loop));
    }

    @Override
    public void abort() {
        ending = true;
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
            session.closed();
        }
    }
}
