package io.ha4j.lb;

import io.ha4j.HaUnavailableException;
import io.ha4j.Transport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what a transport's sockets need. A socket is always of its address's family: Netty's own are all IPv6. */
enum IoTransport {
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return StayingEpollHandler.newFactory();
        }

        @Override
        ServerChannel listener(InetSocketAddress address) {
            return new EpollServerSocketChannel(family(address));
        }

        @Override
        SocketChannel socket(InetSocketAddress remote) {
            return new EpollSocketChannel(family(remote));
        }

        @Override
        Delivery delivery() {
            return new TcpInfo();
        }

        @Override
        Transport asTransport() {
            return Transport.EPOLL;
        }
    },

    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel listener(InetSocketAddress address) {
            return new NioServerSocketChannel(SelectorProvider.provider(), family(address));
        }

        @Override
        SocketChannel socket(InetSocketAddress remote) {
            return new NioSocketChannel(SelectorProvider.provider(), family(remote));
        }

        @Override
        Delivery delivery() {
            return Delivery.UNKNOWN;
        }

        @Override
        Transport asTransport() {
            return Transport.NIO;
        }
    };

    private static final Logger log = LoggerFactory.getLogger(IoTransport.class);

    abstract IoHandlerFactory handlers();

    abstract ServerChannel listener(InetSocketAddress address);

    abstract SocketChannel socket(InetSocketAddress remote);

    /** How to ask the kernel what became of written data. */
    abstract Delivery delivery();

    abstract Transport asTransport();

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
