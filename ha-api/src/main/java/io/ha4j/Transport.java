package io.ha4j;

/** What a balancer's sockets run on. What they pass on is the same on all of them, and so is what ends a session. */
public enum Transport {
    /** {@link #EPOLL} where it is available, else {@link #NIO}. */
    AUTO,
    /** Linux epoll through Netty's native library, with a relayed connection as nothing but its socket: the fastest. */
    EPOLL,
    /** The JDK's selector, with a Netty channel for each connection; everywhere. */
    NIO
}
