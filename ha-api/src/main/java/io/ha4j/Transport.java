package io.ha4j;

/** What a balancer's sockets run on. What they pass on is the same on all of them, and so is what ends a session. */
public enum Transport {
    /** {@link #EPOLL} where it is available, else {@link #NIO}. */
    AUTO,
    /** Linux epoll through Netty's native library, with a relayed connection as nothing but its socket: the fastest. */
    EPOLL,
    /** The JDK's selector, with a Netty channel for each connection; everywhere. */
    NIO,
    /**
     * The same sockets as with {@link #EPOLL}, which are watched through a Linux io_uring instead: Linux 5.14 or later,
     * where neither {@code kernel.io_uring_disabled} nor a seccomp profile (most containers') forbids it. Never chosen by
     * {@link #AUTO}; where it is not available, a balancer does not start and says why.
     */
    IO_URING
}
