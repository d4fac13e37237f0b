package io.ha4j.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that this module makes. Each returns -1 when it fails; {@link #errno()}, asked next on the same
 * thread, says why. Buffers are direct and are read or written from their position, which does not move (JNA adds it to
 * the address).
 */
interface LinuxSyscalls {
    /** @param path ends with a zero octet */
    int open(ByteBuffer path, int flags);

    /** @param argument the structure that the request is about */
    int ioctl(int fd, long request, ByteBuffer argument);

    int socket(int domain, int type, int protocol);

    /** @param descriptors two ints, which it fills */
    int socketpair(int domain, int type, int protocol, ByteBuffer descriptors);

    int bind(int fd, ByteBuffer address, int addressLength);

    int connect(int fd, ByteBuffer address, int addressLength);

    int listen(int fd, int backlog);

    /** @param addressLength an int, the length of both: of the buffer before, of the address after */
    int accept4(int fd, ByteBuffer address, ByteBuffer addressLength, int flags);

    /** @param next the descriptor that the copy gets; what had it is closed */
    int dup3(int fd, int next, int flags);

    /** fcntl(2) with F_DUPFD_CLOEXEC: the copy gets the first free descriptor that is not below that one. */
    int dupFrom(int fd, int lowest);

    int setsockopt(int fd, int level, int option, ByteBuffer value, int valueLength);

    long sendto(int fd, ByteBuffer bytes, long length, int flags, @Nullable ByteBuffer address, int addressLength);

    /** @param headers structs mmsghdr */
    int sendmmsg(int fd, ByteBuffer headers, int count, int flags);

    long recv(int fd, ByteBuffer bytes, long length, int flags);

    /** @param header a struct msghdr */
    long recvmsg(int fd, ByteBuffer header, int flags);

    /** @param header a struct msghdr */
    long sendmsg(int fd, ByteBuffer header, int flags);

    int epollCreate(int flags);

    int epollCtl(int epoll, int operation, int fd, ByteBuffer event);

    /** close_range(2), which C libraries before glibc 2.34 do not have. */
    long closeRange(int first, int last, int flags);

    /** Where the position of a direct buffer is in memory; for structures that point to others. Not a system call. */
    long addressOf(ByteBuffer bytes);

    int clockGettime(int clock, ByteBuffer timespec);

    int timerfdCreate(int clock, int flags);

    int timerfdSettime(int fd, int flags, ByteBuffer itimerspec);

    long read(int fd, ByteBuffer bytes, long length);

    int close(int fd);

    int errno();
}
