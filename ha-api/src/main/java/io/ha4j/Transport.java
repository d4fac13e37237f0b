package io.ha4j;

/** What a balancer's sockets run on. */
public enum Transport {
    /** {@link #EPOLL} where it is available, else {@link #NIO}. */
    AUTO,
    /** Linux epoll through Netty's native library. */
    EPOLL,
    /** The JDK's selector; everywhere. */
    NIO
}
