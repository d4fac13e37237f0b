package io.ha4j.lb;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket on an event loop. It reads into, and sends from, the beginning of one buffer that all sockets of a
 * balancer share. Loop thread only.
 */
interface UdpSocket {
    /** Of the shared buffer: longer than any datagram, so that none is truncated (at most 65 527 bytes, over IPv6). */
    int BUFFER_SIZE = 64 * 1024;

    /** Datagrams in a row, so that the other sockets of the event loop get their turn. */
    int MAX_READS = 64;

    /** What a listening socket asks the kernel for; net.core.rmem_max may give less. */
    int LISTENER_BUFFER = 4 * 1024 * 1024;

    /** Who gets what comes in. */
    interface Owner {
        /**
         * A datagram is in the shared buffer, until this returns.
         *
         * @param from who sent it; null where that is the one to whom the socket is connected
         */
        void received(int length, @Nullable InetSocketAddress from);

        /** What the kernel has to say, mostly that an ICMP error came. */
        void failed(IOException cause);
    }

    static ByteBuffer newBuffer() {
        return ByteBuffer.allocateDirect(BUFFER_SIZE);
    }

    void setFreeBind() throws IOException;

    /** Makes a listening socket of it. */
    void bind(InetSocketAddress address) throws IOException;

    /** The local address, with the real port. */
    InetSocketAddress localAddress() throws IOException;

    /** Lets another socket be bound to the same port, or not; bind(2) looks at that of both. */
    void setReuseAddress(boolean reuse) throws IOException;

    /** Binds it before it is connected. */
    void bindTo(Origin origin) throws IOException;

    /** From now on it sends there and hears from there only, errors included. */
    void connect(InetSocketAddress address) throws IOException;

    /** Begins to read. */
    void begin(Owner owner);

    /** What the kernel has dropped there; thread-safe. */
    long drops();

    /** Reads no more, and can still send. */
    void pause();

    /** What a successor gets; null where that cannot be. */
    @Nullable
    FileDescriptor descriptor();

    /** Sends to whom it is connected; false where there was no room. */
    boolean send(int length) throws IOException;

    /** Sends; false where there was no room. */
    boolean send(int length, InetSocketAddress to) throws IOException;

    /** Closing twice does nothing more. */
    void close();
}
