package io.ha4j.lb;

import io.ha4j.HaUnavailableException;
import io.ha4j.SourceAddress;
import io.ha4j.spi.IpText;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection to a backend is bound to.
 *
 * @param address null for what the kernel chooses
 * @param transparent whether it may be another machine's
 */
record Origin(@Nullable InetAddress address, boolean transparent) {
    /** Unbound. */
    static final Origin KERNEL = new Origin(null, false);

    private static final Logger log = LoggerFactory.getLogger(Origin.class);
    private static final RateLimit failures = new RateLimit();

    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_TRANSPARENT = 19; // linux/in.h
    private static final int IPV6_TRANSPARENT = 75; // linux/in6.h

    /** A socket could not be bound, for which its backend is not to blame. */
    static final class UnboundException extends IOException {
        private static final long serialVersionUID = 1L;

        private UnboundException(InetAddress address, Exception cause) {
            super("bind to " + IpText.of(address) + ": " + Errno.describe(cause), cause);
        }
    }

    /**
     * For a client's connection to that backend; null if it must be the client's address, which is of the other family.
     *
     * @param backend null for an application in this process
     */
    static @Nullable Origin of(SourceAddress source, InetAddress client, @Nullable InetAddress backend) {
        if (backend == null) {
            return KERNEL;
        }
        if (!source.client()) {
            InetAddress fixed = source.fixedFor(backend);
            return fixed == null ? KERNEL : new Origin(fixed, false);
        }
        if (client.isLoopbackAddress() && !backend.isLoopbackAddress()) {
            return KERNEL;
        }
        if (client instanceof Inet4Address != backend instanceof Inet4Address) {
            return null;
        }
        return new Origin(client, true);
    }

    /**
     * Looks whether connections could be bound in this way, as nobody wants to hear that from the first client.
     *
     * @param awaited addresses that may be on this machine later
     * @throws HaUnavailableException if they never can
     */
    static void requireAvailable(
            SourceAddress source, String balancer, IoTransport transport, Set<InetAddress> awaited) {
        if (source.client() && !transport.isNative()) {
            throw new HaUnavailableException("the client's address as source of balancer " + balancer
                    + " needs epoll or io_uring, which are not available here");
        }
        if (source.client()) {
            requireTransparent(balancer);
        }
        for (InetAddress address : source.addresses()) {
            if (!awaited.contains(address)) {
                warnIfAbsent(address, balancer);
            }
        }
    }

    private static void warnIfAbsent(InetAddress address, String balancer) {
        try {
            new DatagramSocket(new InetSocketAddress(address, 0)).close();
        } catch (SocketException e) {
            log.warn(
                    "{}: no connections to backends can be made from {} now: {}",
                    balancer,
                    IpText.of(address),
                    Errno.describe(e));
        }
    }

    private static void requireTransparent(String balancer) {
        TcpSocket socket;
        try {
            socket = TcpSocket.open(InetAddress.getLoopbackAddress());
        } catch (ChannelException e) { // no descriptor left, which says nothing about privileges
            log.debug("{}: IP_TRANSPARENT was not tried: {}", balancer, Errno.describe(e));
            return;
        }
        try {
            socket.setIntOpt(IPPROTO_IP, IP_TRANSPARENT, 1);
        } catch (IOException | ChannelException e) {
            Errno errno = Errno.of(e);
            throw new HaUnavailableException(
                    "the client's address cannot be the source of balancer " + balancer
                            + ": setsockopt(IP_TRANSPARENT): "
                            + (errno == null ? Errno.describe(e) : errno.withText())
                            + (errno == Errno.EPERM
                                    ? "; it takes CAP_NET_ADMIN or CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW)"
                                    : ""),
                    e);
        } finally {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", socket, Errno.describe(e)); // the descriptor is free all the same; close(2)
        }
    }

    boolean isBound() {
        return address != null;
    }

    /** Binds it, with any port. */
    void bind(Socket socket) throws UnboundException {
        if (address == null) {
            return;
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) { // a proxy can name what it likes
            throw unbound(address, new IOException("no address of a client"));
        }
        try {
            if (transparent && address instanceof Inet6Address) {
                socket.setIntOpt(IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
            } else if (transparent) {
                socket.setIntOpt(IPPROTO_IP, IP_TRANSPARENT, 1);
            }
            socket.bind(new InetSocketAddress(address, 0));
        } catch (IOException | ChannelException e) { // the latter of setsockopt(2)
            throw unbound(address, e);
        }
    }

    /** What happened, which is in the log now and then, as clients only see that they are reset. */
    static UnboundException unbound(InetAddress address, Exception cause) {
        UnboundException failure = new UnboundException(address, cause);
        if (failures.tryPass()) {
            log.warn("no connection to a backend: {}", failure.getMessage());
        }
        return failure;
    }
}
