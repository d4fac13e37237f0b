package io.ha4j.lb;

import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listening socket. Thread-safe. */
interface Entrance {
    /**
     * Binds and listens, once; the future's cause is what the kernel said. One with a predecessor's socket takes nothing
     * before {@link #begin()}.
     */
    Future<Void> open();

    /** With the real port, once it is bound. */
    @Nullable
    InetSocketAddress localAddress();

    /** The predecessor's socket is this process's from now on. */
    default void begin() {}

    /** What a successor gets; none where that cannot be. */
    default List<FileDescriptor> sockets() {
        return List.of();
    }

    /** What the kernel has dropped there; 0 where that cannot be told. */
    default long drops() {
        return 0;
    }

    /** Takes nothing from now on and leaves what the kernel has queued to the successor, which has the same sockets. */
    default void give() {}

    /**
     * Takes nothing new from now on. One of TCP serves what the kernel has queued, which it would reset, and the future
     * completes when the socket is closed; what comes between the last accept(2) and close(2) cannot be saved. One of UDP
     * goes on for the sessions that there are.
     */
    Future<Void> shut();

    /** The same, and the future completes when the socket is closed. */
    default Future<Void> release() {
        return shut();
    }
}
