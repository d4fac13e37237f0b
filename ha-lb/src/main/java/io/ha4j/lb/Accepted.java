package io.ha4j.lb;

import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/** A connection that was accepted; Netty keeps the answers. */
record Accepted(SocketChannel channel) implements Incoming {
    private static final InetSocketAddress GONE = new InetSocketAddress(0);

    @Override
    public InetSocketAddress client() {
        return orGone(channel.remoteAddress());
    }

    @Override
    public InetSocketAddress destination() {
        return orGone(channel.localAddress());
    }

    // The kernel forgets the addresses of a connection that was reset.
    private static InetSocketAddress orGone(InetSocketAddress address) {
        return address == null ? GONE : address;
    }
}
