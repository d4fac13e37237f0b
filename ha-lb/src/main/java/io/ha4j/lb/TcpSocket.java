package io.ha4j.lb;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A non-blocking TCP socket of Netty's native library, with no channel around it. What setsockopt(2) refuses is an
 * {@link IOException} here, as of every other call; Netty throws a {@link ChannelException}, which is unchecked, except for
 * a descriptor that is closed.
 */
final class TcpSocket extends Socket {
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3; // linux/tcp.h
    private static final int TCP_QUICKACK = 12;
    private static final int IP_FREEBIND = 15; // linux/in.h; IPv6 sockets know it too
    private static final int IP_BIND_ADDRESS_NO_PORT = 24; // the same

    /** @param fd open already */
    TcpSocket(int fd) {
        super(fd);
    }

    /**
     * Opens one of the address's family.
     *
     * @throws ChannelException for want of descriptors, as a rule
     */
    static TcpSocket open(InetAddress address) {
        return new TcpSocket(newSocketStream0(address instanceof Inet6Address));
    }

    @Override
    public void setIntOpt(int level, int name, int value) throws IOException {
        try {
            super.setIntOpt(level, name, value);
        } catch (ChannelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Makes the close that follows a reset instead of an end of stream; tcp(7). */
    void setResetOnClose() throws IOException {
        try {
            setSoLinger(0);
        } catch (ChannelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Lets it be bound to an address that is not on this machine yet. */
    void setFreeBind() throws IOException {
        setIntOpt(IPPROTO_IP, IP_FREEBIND, 1);
    }

    /**
     * Binds it, with a port that is chosen at the connect. One port then serves for connections to different backends,
     * and none is taken from the range that the kernel has for sockets of the address alone.
     */
    void bindTo(Origin origin) throws IOException {
        if (origin.isBound()) {
            setIntOpt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
            origin.bind(this);
        }
    }

    /** Holds back the last segment that is not full, so that the end of the stream goes with it: one packet less. */
    void setCork(boolean on) throws IOException {
        setIntOpt(IPPROTO_TCP, TCP_CORK, on ? 1 : 0);
    }

    /**
     * Lets the acknowledgement that completes a connect wait for the first data: one packet less, and a server that is
     * woken once. Only where data follows at once, as else it comes 200 ms later.
     */
    void acknowledgeWithData() throws IOException {
        setIntOpt(IPPROTO_TCP, TCP_QUICKACK, 0);
    }

    /** What the kernel knows of the connection. */
    TcpInfo info() {
        ByteBuffer info = ByteBuffer.allocateDirect(TcpInfo.LENGTH).order(ByteOrder.nativeOrder());
        try {
            getRawOpt(TcpInfo.IPPROTO_TCP, TcpInfo.TCP_INFO, info);
        } catch (IOException | ChannelException e) { // the descriptor is closed, or the kernel does not tell
            return TcpInfo.CLOSED;
        }
        return new TcpInfo(info);
    }
}
