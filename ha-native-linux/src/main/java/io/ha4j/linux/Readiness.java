package io.ha4j.linux;

import io.ha4j.Subscription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells when a socket can be read whose descriptor this thread has not kept: an epoll of its own, which the loop's epoll
 * watches (epoll(7)). The kernel's entry in it is the socket's, and goes with it. Loop thread only.
 */
final class Readiness {
    private static final int CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1; // linux/eventpoll.h
    private static final int EPOLLIN = 1;
    private static final int EVENT_LENGTH = 16; // packed or not: events, then eight octets of the caller's

    private final LinuxSyscalls syscalls;
    private final int epoll;

    /** @param socket has its descriptor still */
    Readiness(LinuxSyscalls syscalls, KernelSocket socket) {
        this.syscalls = syscalls;
        epoll = syscalls.epollCreate(CLOEXEC);
        if (epoll < 0) {
            throw new KernelException("epoll_create1", syscalls.errno());
        }
        ByteBuffer event = ByteBuffer.allocateDirect(EVENT_LENGTH).order(ByteOrder.nativeOrder());
        if (syscalls.epollCtl(epoll, EPOLL_CTL_ADD, socket.fd(), event.putInt(0, EPOLLIN)) < 0) {
            KernelException refusal = new KernelException("epoll_ctl(" + socket + ")", syscalls.errno());
            close();
            throw refusal;
        }
    }

    /** Calls back until that is closed, which closes this, too. */
    Subscription watch(EpollEventLoop loop, Runnable readable) {
        Subscription watch = loop.watch(epoll, readable);
        return () -> {
            watch.close();
            close();
        };
    }

    void close() {
        syscalls.close(epoll);
    }
}
