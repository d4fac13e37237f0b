package io.ha4j.lb;

import io.ha4j.HaUnavailableException;
import io.ha4j.Transport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what a transport's sockets need. A socket is always of its address's family: Netty's own are all IPv6. */
enum IoTransport {
    EPOLL(Transport.EPOLL),
    NIO(Transport.NIO);

    private static final Logger log = LoggerFactory.getLogger(IoTransport.class);

    private final Transport asTransport;

    IoTransport(Transport asTransport) {
        this.asTransport = asTransport;
    }

    Transport asTransport() {
        return asTransport;
    }

    boolean isEpoll() {
        return this == EPOLL;
    }

    IoHandlerFactory handlers() {
        return isEpoll() ? StayingEpollHandler.newFactory() : NioIoHandler.newFactory();
    }

    /**
     * A listening socket that does not listen yet.
     *
     * @param freeBind whether it may be bound to an address that is not on this machine yet; epoll only
     * @param accepted called on an event loop
     */
    Entrance entrance(
            String balancer, EventLoops loops, InetSocketAddress address, boolean freeBind, Consumer<Accepted> accepted)
            throws IOException {
        return isEpoll()
                ? SocketEntrance.at(balancer, loops.next(), address, freeBind, accepted)
                : new ChannelEntrance(balancer, loops, address, accepted);
    }

    /** For NIO alone: on epoll a listening socket is no channel. */
    static ServerChannel listener(InetSocketAddress address) {
        return new NioServerSocketChannel(SelectorProvider.provider(), family(address));
    }

    SocketChannel socket(InetSocketAddress remote) {
        return isEpoll()
                ? new EpollSocketChannel(family(remote))
                : new NioSocketChannel(SelectorProvider.provider(), family(remote));
    }

    DatagramChannel datagram(InetSocketAddress remote) {
        return isEpoll()
                ? new EpollDatagramChannel(family(remote))
                : new NioDatagramChannel(SelectorProvider.provider(), family(remote));
    }

    static IoTransport of(Transport transport) {
        return switch (transport) {
            case NIO -> NIO;
            case EPOLL -> {
                if (!Epoll.isAvailable()) {
                    throw new HaUnavailableException(
                            "epoll is not available here: " + Epoll.unavailabilityCause(), Epoll.unavailabilityCause());
                }
                yield EPOLL;
            }
            case AUTO -> {
                if (!Epoll.isAvailable()) {
                    log.info(
                            "epoll is not available here, NIO is used: {}",
                            String.valueOf(Epoll.unavailabilityCause()));
                }
                yield Epoll.isAvailable() ? EPOLL : NIO;
            }
        };
    }

    private static SocketProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }
}
