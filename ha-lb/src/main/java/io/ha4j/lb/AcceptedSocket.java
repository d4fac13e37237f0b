package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;

/** A connection that was accepted, as a socket. */
record AcceptedSocket(TcpSocket socket, InetSocketAddress client) implements Accepted {
    @Override
    public InetSocketAddress destination() {
        return Accepted.orGone(socket.localAddress());
    }

    @Override
    public Plumbing plumbing(Session session, IoEventLoop loop) {
        return new SocketPair(session, loop, socket);
    }
}
