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
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what a transport's sockets need. A socket is always of its address's family: Netty's own are all IPv6. */
enum IoTransport {
    EPOLL(Transport.EPOLL),
    /** The same sockets as with epoll, on a ring. */
    IO_URING(Transport.IO_URING),
    NIO(Transport.NIO);

    private static final Path IO_URING_DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    private static final Logger log = LoggerFactory.getLogger(IoTransport.class);

    private final Transport asTransport;

    IoTransport(Transport asTransport) {
        this.asTransport = asTransport;
    }

    Transport asTransport() {
        return asTransport;
    }

    /** Whether sockets are Netty's native ones, as with epoll and io_uring, and not the JDK's. */
    boolean isNative() {
        return this != NIO;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> StayingEpollHandler.newFactory();
            case IO_URING -> UringHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /**
     * A listening socket that does not listen yet.
     *
     * @param freeBind whether it may be bound to an address that is not on this machine yet; not over NIO
     * @param accepted called on an event loop
     */
    Entrance entrance(
            String balancer, EventLoops loops, InetSocketAddress address, boolean freeBind, Consumer<Accepted> accepted)
            throws IOException {
        return isNative()
                ? SocketEntrance.at(balancer, loops.next(), address, freeBind, accepted)
                : new ChannelEntrance(balancer, loops, address, accepted);
    }

    /** For NIO alone: else a listening socket is no channel. */
    static ServerChannel listener(InetSocketAddress address) {
        return new NioServerSocketChannel(SelectorProvider.provider(), family(address));
    }

    SocketChannel socket(InetSocketAddress remote) {
        return isNative()
                ? new EpollSocketChannel(family(remote))
                : new NioSocketChannel(SelectorProvider.provider(), family(remote));
    }

    DatagramChannel datagram(InetSocketAddress remote) {
        return isNative()
                ? new EpollDatagramChannel(family(remote))
                : new NioDatagramChannel(SelectorProvider.provider(), family(remote));
    }

    static IoTransport of(Transport transport) {
        return switch (transport) {
            case NIO -> NIO;
            case EPOLL -> {
                requireEpoll();
                yield EPOLL;
            }
            case IO_URING -> {
                if (!IoUring.isAvailable()) {
                    throw new HaUnavailableException(
                            "io_uring is not available here: " + IoUring.unavailabilityCause() + whatForbidsIoUring(),
                            IoUring.unavailabilityCause());
                }
                requireEpoll(); // its calls, and its channels for local backends and checks
                if (!IoUring.isRegisterBufferRingSupported()) { // not used, but as old as that
                    throw new HaUnavailableException("io_uring is not available here: it must be that of Linux 5.19 or"
                            + " later, as poll requests of older ones may miss an event, but this is "
                            + System.getProperty("os.version"));
                }
                yield IO_URING;
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

    private static void requireEpoll() {
        if (!Epoll.isAvailable()) {
            throw new HaUnavailableException(
                    "epoll is not available here: " + Epoll.unavailabilityCause(), Epoll.unavailabilityCause());
        }
    }

    /** What the kernel does not say with its EPERM; nothing where it says another thing. */
    private static String whatForbidsIoUring() {
        if (!String.valueOf(IoUring.unavailabilityCause()).contains("Operation not permitted")) {
            return "";
        }
        try {
            String disabled = Files.readString(IO_URING_DISABLED).trim();
            return disabled.equals("0")
                    ? " (a seccomp profile forbids it, as those of most containers do)"
                    : " (kernel.io_uring_disabled is " + disabled + ")";
        } catch (IOException e) { // older than Linux 6.6
            return " (a seccomp profile forbids it, as those of most containers do)";
        }
    }

    private static SocketProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }
}
