package io.ha4j.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The kernel, except that one of the socket calls, or /dev/net/tun, is refused. */
final class RefusingSyscalls implements LinuxSyscalls {
    private final LinuxSyscalls kernel = new JnaSyscalls();
    private int socketsLeft;
    private boolean refused;
    private boolean tunRefused;

    /** Refuses to open /dev/net/tun. */
    static RefusingSyscalls ofTun() {
        RefusingSyscalls syscalls = new RefusingSyscalls(0);
        syscalls.tunRefused = true;
        return syscalls;
    }

    /** @param failing which socket call fails, counted from 1 */
    RefusingSyscalls(int failing) {
        socketsLeft = failing;
    }

    @Override
    public int open(ByteBuffer path, int flags) {
        refused = tunRefused;
        return refused ? -1 : kernel.open(path, flags);
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        return kernel.ioctl(fd, request, argument);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        refused = --socketsLeft == 0;
        return refused ? -1 : kernel.socket(domain, type, protocol);
    }

    @Override
    public int errno() {
        return refused ? Errno.EPERM : kernel.errno();
    }

    @Override
    public int socketpair(int domain, int type, int protocol, ByteBuffer descriptors) {
        return kernel.socketpair(domain, type, protocol, descriptors);
    }

    @Override
    public int bind(int fd, ByteBuffer address, int addressLength) {
        return kernel.bind(fd, address, addressLength);
    }

    @Override
    public int connect(int fd, ByteBuffer address, int addressLength) {
        return kernel.connect(fd, address, addressLength);
    }

    @Override
    public int listen(int fd, int backlog) {
        return kernel.listen(fd, backlog);
    }

    @Override
    public int accept4(int fd, ByteBuffer address, ByteBuffer addressLength, int flags) {
        return kernel.accept4(fd, address, addressLength, flags);
    }

    @Override
    public int dup3(int fd, int next, int flags) {
        return kernel.dup3(fd, next, flags);
    }

    @Override
    public int dupFrom(int fd, int lowest) {
        return kernel.dupFrom(fd, lowest);
    }

    @Override
    public int setsockopt(int fd, int level, int option, ByteBuffer value, int valueLength) {
        return kernel.setsockopt(fd, level, option, value, valueLength);
    }

    @Override
    public long sendto(
            int fd, ByteBuffer bytes, long length, int flags, @Nullable ByteBuffer address, int addressLength) {
        return kernel.sendto(fd, bytes, length, flags, address, addressLength);
    }

    @Override
    public int sendmmsg(int fd, ByteBuffer headers, int count, int flags) {
        return kernel.sendmmsg(fd, headers, count, flags);
    }

    @Override
    public long recv(int fd, ByteBuffer bytes, long length, int flags) {
        refused = false; // that was another call
        return kernel.recv(fd, bytes, length, flags);
    }

    @Override
    public long recvmsg(int fd, ByteBuffer header, int flags) {
        return kernel.recvmsg(fd, header, flags);
    }

    @Override
    public long sendmsg(int fd, ByteBuffer header, int flags) {
        return kernel.sendmsg(fd, header, flags);
    }

    @Override
    public int epollCreate(int flags) {
        return kernel.epollCreate(flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, ByteBuffer event) {
        return kernel.epollCtl(epoll, operation, fd, event);
    }

    @Override
    public long closeRange(int first, int last, int flags) {
        return kernel.closeRange(first, last, flags);
    }

    @Override
    public long addressOf(ByteBuffer bytes) {
        return kernel.addressOf(bytes);
    }

    @Override
    public int clockGettime(int clock, ByteBuffer timespec) {
        return kernel.clockGettime(clock, timespec);
    }

    @Override
    public int timerfdCreate(int clock, int flags) {
        return kernel.timerfdCreate(clock, flags);
    }

    @Override
    public int timerfdSettime(int fd, int flags, ByteBuffer itimerspec) {
        return kernel.timerfdSettime(fd, flags, itimerspec);
    }

    @Override
    public long read(int fd, ByteBuffer bytes, long length) {
        return kernel.read(fd, bytes, length);
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }
}
