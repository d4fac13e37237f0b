package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.DatagramSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By the calls of Netty's native library, with no channel around it, on epoll or io_uring. Level-triggered. */
final class EpollUdpSocket implements UdpSocket, EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(EpollUdpSocket.class);

    private static final int IPPROTO_IP = 0;
    private static final int IP_FREEBIND = 15; // linux/in.h; IPv6 sockets know it too

    private static final class Datagrams extends Socket {
        Datagrams(boolean ipv6) {
            super(newSocketDgram0(ipv6));
        }

        Datagrams(int fd) {
            super(fd);
        }
    }

    private final IoEventLoop loop;
    private final ByteBuffer memory; // which lives for as long as this uses its address
    private final long buffer;
    private final Datagrams socket;
    private boolean connected;
    private boolean closed;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;

    /**
     * @param address of the family that it is for
     * @throws io.netty.channel.ChannelException for want of descriptors, as a rule
     */
    EpollUdpSocket(IoEventLoop loop, InetAddress address, ByteBuffer buffer) {
        this.loop = loop;
        memory = buffer;
        this.buffer = Buffer.memoryAddress(memory);
        socket = new Datagrams(address instanceof Inet6Address);
    }

    /** @param fd a predecessor's, which is bound */
    EpollUdpSocket(IoEventLoop loop, int fd, ByteBuffer buffer) {
        this.loop = loop;
        memory = buffer;
        this.buffer = Buffer.memoryAddress(memory);
        socket = new Datagrams(fd);
    }

    @Override
    public void setFreeBind() throws IOException {
        socket.setIntOpt(IPPROTO_IP, IP_FREEBIND, 1);
    }

    @Override
    public void bind(InetSocketAddress address) throws IOException {
        socket.setReceiveBufferSize(LISTENER_BUFFER);
        socket.bind(address);
    }

    @Override
    public InetSocketAddress localAddress() {
        return requireNonNull(socket.localAddress(), "bound");
    }

    @Override
    public void setReuseAddress(boolean reuse) throws IOException {
        socket.setReuseAddress(reuse);
    }

    @Override
    public void bindTo(Origin origin) throws IOException {
        origin.bind(socket);
    }

    @Override
    public void connect(InetSocketAddress address) throws IOException {
        socket.connect(address);
        connected = true;
    }

    @Override
    public void begin(Owner owner) {
        this.owner = owner;
        IoRegistration added = requireNonNull(loop.register(this).getNow()); // at once, in the loop's own thread
        registration = added;
        added.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public long drops() {
        return SocketDrops.of(socket);
    }

    @Override
    public void pause() {
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public FileDescriptor descriptor() {
        return socket;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        Owner owner = requireNonNull(this.owner);
        try {
            for (int i = 0; i < MAX_READS && !closed; i++) {
                if (!read(owner)) {
                    return;
                }
            }
        } catch (IOException e) { // is told once
            owner.failed(e);
        } catch (RuntimeException | LinkageError e) {
            log.error("relaying a datagram failed on {}", socket, e);
        }
    }

    /** Whether there was anything. */
    private boolean read(Owner owner) throws IOException {
        if (connected) {
            int length = socket.recvAddress(buffer, 0, BUFFER_SIZE);
            if (length == 0) { // EAGAIN
                return false;
            }
            owner.received(Math.max(0, length), null); // −1 is an empty datagram
            return true;
        }
        DatagramSocketAddress from = socket.recvFromAddress(buffer, 0, BUFFER_SIZE);
        if (from == null) {
            return false;
        }
        // The address alone, as this is what sessions are known by.
        owner.received(from.receivedAmount(), new InetSocketAddress(from.getAddress(), from.getPort()));
        return true;
    }

    @Override
    public boolean send(int length) throws IOException {
        requireOpen();
        return socket.sendAddress(buffer, 0, length) == length;
    }

    @Override
    public boolean send(int length, InetSocketAddress to) throws IOException {
        requireOpen();
        return socket.sendToAddress(buffer, 0, length, to.getAddress(), to.getPort()) == length;
    }

    /** The number may be another socket's by now. */
    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (registration != null) {
            registration.cancel();
        }
        loop.execute(this::closeSocket); // after this round of I/O: see RelayLoop.closeAfterThisRound
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", socket, Errno.describe(e)); // the descriptor is free all the same; close(2)
        }
    }
}
