package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket, non-blocking and closed on exec. Failures name the call, the socket and the errno. Buffers are
 * direct and are used from their first byte; their position is lost. Not thread-safe.
 */
final class KernelSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KernelSocket.class);

    static final int SOCK_STREAM = 1; // linux/net.h
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOL_SOCKET = 1; // asm-generic/socket.h
    static final int SO_RCVBUF = 8;
    static final int SO_PRIORITY = 12;
    private static final int SO_RCVBUFFORCE = 33;
    static final int SO_BINDTODEVICE = 25;

    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_TRUNC = 0x20; // linux/socket.h
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOCKADDR_MAX = 28; // sockaddr_in6

    private final LinuxSyscalls syscalls;
    private final String name;
    private int fd;
    private @Nullable SocketKeeper keeper; // has the descriptor, and lends it
    private int kept;

    private KernelSocket(LinuxSyscalls syscalls, String name, int fd) {
        this.syscalls = syscalls;
        this.name = name;
        this.fd = fd;
    }

    /** @param name what messages call it */
    static KernelSocket open(LinuxSyscalls syscalls, int domain, int type, int protocol, String name) {
        int fd = syscalls.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        KernelSocket socket = new KernelSocket(syscalls, name, fd);
        if (fd < 0) {
            throw socket.failure("socket");
        }
        return socket;
    }

    void bind(ByteBuffer address) {
        if (syscalls.bind(fd, address.rewind(), address.capacity()) < 0) {
            throw failure("bind");
        }
    }

    void option(int level, int option, int value, String optionName) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        option(level, option, bytes.putInt(0, value), optionName);
    }

    void option(int level, int option, ByteBuffer value, String optionName) {
        if (syscalls.setsockopt(fd, level, option, value.rewind(), value.capacity()) < 0) {
            throw failure("setsockopt " + optionName);
        }
    }

    void send(ByteBuffer bytes, int length, @Nullable ByteBuffer address) {
        long sent = address == null
                ? syscalls.sendto(fd, bytes.rewind(), length, 0, null, 0)
                : syscalls.sendto(fd, bytes.rewind(), length, 0, address.rewind(), address.capacity());
        if (sent < 0) {
            throw failure("sendto");
        }
    }

    /**
     * Sends datagrams in one call.
     *
     * @param headers structs mmsghdr, from the buffer's position
     * @return how many were sent, at least one: the first that is refused ends the call, and fails the next one
     */
    int send(ByteBuffer headers, int count) {
        int sent;
        do {
            sent = syscalls.sendmmsg(fd, headers, count, 0);
        } while (sent < 0 && syscalls.errno() == Errno.EINTR);
        if (sent < 0) {
            throw failure("sendmmsg");
        }
        return sent;
    }

    /** Asks for this many bytes of waiting messages: beyond the system's limit where we may (socket(7)). */
    void receiveBuffer(int size) {
        try {
            option(SOL_SOCKET, SO_RCVBUFFORCE, size, "SO_RCVBUFFORCE");
        } catch (KernelException e) { // not in a user namespace
            option(SOL_SOCKET, SO_RCVBUF, size, "SO_RCVBUF");
        }
    }

    /**
     * Receives one datagram.
     *
     * @return its length, which is above the buffer's capacity when it was cut off; -1 when none is waiting
     */
    int receive(ByteBuffer bytes) {
        long length;
        do {
            length = syscalls.recv(fd, bytes.clear(), bytes.capacity(), MSG_TRUNC);
        } while (length < 0 && syscalls.errno() == Errno.EINTR);
        if (length < 0 && syscalls.errno() != Errno.EAGAIN) {
            throw failure("recv");
        }
        return (int) length;
    }

    /** As the other one, with the sender and the control messages. */
    int receive(Ipv6Message message) {
        long length;
        do {
            length = syscalls.recvmsg(fd, message.header(), MSG_TRUNC);
        } while (length < 0 && syscalls.errno() == Errno.EINTR);
        if (length < 0 && syscalls.errno() != Errno.EAGAIN) {
            throw failure("recvmsg");
        }
        return (int) length;
    }

    /** Begins; how it ends, reading tells. */
    void connect(ByteBuffer address) {
        if (syscalls.connect(fd, address.rewind(), address.capacity()) < 0 && syscalls.errno() != Errno.EINPROGRESS) {
            throw failure("connect");
        }
    }

    void listen(int backlog) {
        if (syscalls.listen(fd, backlog) < 0) {
            throw failure("listen");
        }
    }

    /** A connection that somebody has made; null when none is waiting. */
    @Nullable
    Accepted accept() {
        ByteBuffer address = ByteBuffer.allocateDirect(SOCKADDR_MAX).order(ByteOrder.nativeOrder());
        ByteBuffer length = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        int accepted = syscalls.accept4(fd, address, length.putInt(0, SOCKADDR_MAX), SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted < 0) {
            if (syscalls.errno() == Errno.EAGAIN || syscalls.errno() == Errno.EINTR) {
                return null;
            }
            throw failure("accept4");
        }
        InetAddress remote = SocketAddresses.address(address);
        return new Accepted(new KernelSocket(syscalls, name + " of " + IpText.of(remote), accepted), remote);
    }

    record Accepted(KernelSocket socket, InetAddress remote) {}

    /** Of a stream: how many bytes there were; 0 at its end, -1 when none are waiting. */
    int read(ByteBuffer bytes) {
        long length;
        do {
            length = syscalls.recv(fd, bytes.clear(), bytes.capacity(), 0);
        } while (length < 0 && syscalls.errno() == Errno.EINTR);
        if (length < 0 && syscalls.errno() != Errno.EAGAIN) {
            throw failure("recv");
        }
        return (int) length;
    }

    /** To a stream: how many bytes of them the kernel takes. */
    int write(ByteBuffer bytes, int length) {
        long sent = syscalls.sendto(fd, bytes.rewind(), length, MSG_NOSIGNAL, null, 0);
        if (sent < 0) {
            throw failure("sendto");
        }
        return (int) sent;
    }

    /**
     * Gives the descriptor away, to be closed at once when the process dies. From now on every use needs a {@link #borrow}.
     *
     * @throws HaException if the keeper does not take it; the socket has it then
     */
    void entrust(SocketKeeper to) {
        kept = to.keep(fd);
        keeper = to;
        syscalls.close(fd);
        fd = -1;
    }

    /**
     * The descriptor for some calls, where it was given away. Without effect where the socket has it.
     *
     * @throws HaException if the keeper does not lend it
     */
    Loan borrow() {
        SocketKeeper lender = keeper;
        if (lender == null || fd >= 0) {
            return () -> {};
        }
        fd = lender.lend(kept);
        return () -> {
            if (fd >= 0) {
                syscalls.close(fd);
                fd = -1;
            }
        };
    }

    /** Is closed when the calls were made. */
    interface Loan extends AutoCloseable {
        @Override
        void close();
    }

    /** Goes on with this descriptor instead of its own; what had it is closed. */
    void moveTo(int descriptor) {
        if (syscalls.dup3(fd, descriptor, SOCK_CLOEXEC) < 0) {
            throw failure("dup3");
        }
        syscalls.close(fd);
        fd = descriptor;
    }

    /** The descriptor, which whoever asked has to close now; -1 if it is closed. */
    int release() {
        int released = fd;
        fd = -1;
        return released;
    }

    int fd() {
        return fd;
    }

    private KernelException failure(String call) {
        int errno = syscalls.errno();
        return new KernelException(call + "(" + name + ")", errno);
    }

    /** Closing twice does nothing more. */
    @Override
    public void close() {
        if (fd >= 0) {
            syscalls.close(fd); // Linux releases the descriptor whatever close(2) returns
            fd = -1;
        }
        SocketKeeper lender = keeper;
        if (lender != null) {
            keeper = null;
            try {
                lender.close(kept);
            } catch (HaException e) {
                log.debug("{}: {}", name, e.getMessage()); // gone with the keeper
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
