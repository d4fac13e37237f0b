package io.ha4j.lb;

import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening socket. Thread-safe. */
interface Entrance {
    /** Binds and listens, once; the future's cause is what the kernel said. */
    Future<Void> open();

    /** With the real port, once it is bound. */
    @Nullable
    InetSocketAddress localAddress();

    /**
     * Serves what the kernel has queued, which it would reset, and stops listening; the future completes when the socket
     * is closed. What comes between the last accept(2) and close(2) cannot be saved.
     */
    Future<Void> shut();
}
