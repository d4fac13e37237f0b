package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/** A connection that was accepted, as a Netty channel, which keeps the addresses once it was asked. */
record AcceptedChannel(SocketChannel channel, IoTransport transport) implements Accepted {
    @Override
    public InetSocketAddress client() {
        return Accepted.orGone(channel.remoteAddress());
    }

    @Override
    public InetSocketAddress destination() {
        return Accepted.orGone(channel.localAddress());
    }

    @Override
    public Plumbing plumbing(Session session, IoEventLoop loop) {
        return new ChannelPair(session, transport, loop, channel);
    }
}
