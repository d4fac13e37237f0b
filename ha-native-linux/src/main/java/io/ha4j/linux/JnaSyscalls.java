package io.ha4j.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.netty.channel.unix.Buffer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The C library through JNA's direct mapping: no reflection and no allocation per call. {@code size_t} is a {@code
 * long}, as it is on the 64-bit machines that Netty has a native library for.
 */
final class JnaSyscalls implements LinuxSyscalls {
    private static final long NULL = 0;
    private static final long SYS_CLOSE_RANGE = 436; // the same on all architectures
    private static final int F_DUPFD_CLOEXEC = 1030; // linux/fcntl.h

    /**
     * Loads JNA and binds the calls, which takes a while the first time (it unpacks a library and runs ldconfig).
     *
     * @throws LinkageError if its native library does not load
     */
    static void load() {
        C.close(-1); // any call will do; this one ends in EBADF
    }

    @Override
    public int open(ByteBuffer path, int flags) {
        return C.open(path, flags);
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        return C.ioctl(fd, request, argument);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return C.socket(domain, type, protocol);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, ByteBuffer descriptors) {
        return C.socketpair(domain, type, protocol, descriptors);
    }

    @Override
    public int bind(int fd, ByteBuffer address, int addressLength) {
        return C.bind(fd, address, addressLength);
    }

    @Override
    public int connect(int fd, ByteBuffer address, int addressLength) {
        return C.connect(fd, address, addressLength);
    }

    @Override
    public int listen(int fd, int backlog) {
        return C.listen(fd, backlog);
    }

    @Override
    public int accept4(int fd, ByteBuffer address, ByteBuffer addressLength, int flags) {
        return C.accept4(fd, address, addressLength, flags);
    }

    @Override
    public int dup3(int fd, int next, int flags) {
        return C.dup3(fd, next, flags);
    }

    @Override
    public int dupFrom(int fd, int lowest) {
        return C.fcntl(fd, F_DUPFD_CLOEXEC, lowest);
    }

    @Override
    public int setsockopt(int fd, int level, int option, ByteBuffer value, int valueLength) {
        return C.setsockopt(fd, level, option, value, valueLength);
    }

    @Override
    public long sendto(
            int fd, ByteBuffer bytes, long length, int flags, @Nullable ByteBuffer address, int addressLength) {
        try {
            return C.sendto(
                    fd, addressOf(bytes), length, flags, address == null ? NULL : addressOf(address), addressLength);
        } finally {
            Reference.reachabilityFence(bytes);
            Reference.reachabilityFence(address);
        }
    }

    @Override
    public int sendmmsg(int fd, ByteBuffer headers, int count, int flags) {
        try {
            return C.sendmmsg(fd, addressOf(headers), count, flags);
        } finally {
            Reference.reachabilityFence(headers);
        }
    }

    @Override
    public long recv(int fd, ByteBuffer bytes, long length, int flags) {
        try {
            return C.recv(fd, addressOf(bytes), length, flags);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    @Override
    public long recvmsg(int fd, ByteBuffer header, int flags) {
        try {
            return C.recvmsg(fd, addressOf(header), flags);
        } finally {
            Reference.reachabilityFence(header);
        }
    }

    @Override
    public long sendmsg(int fd, ByteBuffer header, int flags) {
        try {
            return C.sendmsg(fd, addressOf(header), flags);
        } finally {
            Reference.reachabilityFence(header);
        }
    }

    @Override
    public int epollCreate(int flags) {
        return C.epoll_create1(flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, ByteBuffer event) {
        return C.epoll_ctl(epoll, operation, fd, event);
    }

    @Override
    public long closeRange(int first, int last, int flags) {
        return C.syscall(SYS_CLOSE_RANGE, first, last, flags);
    }

    @Override
    public long addressOf(ByteBuffer bytes) {
        return Buffer.memoryAddress(bytes) + bytes.position();
    }

    @Override
    public int clockGettime(int clock, ByteBuffer timespec) {
        return C.clock_gettime(clock, timespec);
    }

    @Override
    public int timerfdCreate(int clock, int flags) {
        return C.timerfd_create(clock, flags);
    }

    @Override
    public int timerfdSettime(int fd, int flags, ByteBuffer itimerspec) {
        return C.timerfd_settime(fd, flags, itimerspec, Pointer.NULL);
    }

    @Override
    public long read(int fd, ByteBuffer bytes, long length) {
        return C.read(fd, bytes, length);
    }

    @Override
    public int close(int fd) {
        return C.close(fd);
    }

    @Override
    public int errno() {
        return Native.getLastError();
    }

    @SuppressWarnings("checkstyle:MethodName") // the names of the C library
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int open(ByteBuffer path, int flags);

        static native int ioctl(int fd, long request, ByteBuffer argument);

        static native int socket(int domain, int type, int protocol);

        static native int socketpair(int domain, int type, int protocol, ByteBuffer descriptors);

        static native int bind(int fd, ByteBuffer address, int length);

        static native int connect(int fd, ByteBuffer address, int length);

        static native int listen(int fd, int backlog);

        static native int accept4(int fd, ByteBuffer address, ByteBuffer length, int flags);

        static native int dup3(int fd, int next, int flags);

        static native int fcntl(int fd, int command, int argument);

        static native int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

        // Those that are called for each packet: addresses, as JNA asks the JVM four questions about each buffer.

        static native long sendto(int fd, long bytes, long length, int flags, long address, int addressLength);

        static native int sendmmsg(int fd, long headers, int count, int flags);

        static native long recv(int fd, long bytes, long length, int flags);

        static native long recvmsg(int fd, long header, int flags);

        static native long sendmsg(int fd, long header, int flags);

        static native int epoll_create1(int flags);

        static native int epoll_ctl(int epoll, int operation, int fd, ByteBuffer event);

        static native long syscall(long number, long first, long second, long third);

        static native int clock_gettime(int clock, ByteBuffer timespec);

        static native int timerfd_create(int clock, int flags);

        static native int timerfd_settime(int fd, int flags, ByteBuffer newValue, @Nullable Pointer oldValue);

        static native long read(int fd, ByteBuffer bytes, long length);

        static native int close(int fd);
    }
}
