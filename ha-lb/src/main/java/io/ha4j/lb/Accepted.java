package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that was accepted. */
interface Accepted extends Incoming {
    /** Whose addresses the kernel has forgotten, as it does when the connection was reset. */
    InetSocketAddress GONE = new InetSocketAddress(0);

    /** What passes the session's bytes, on this event loop. */
    Plumbing plumbing(Session session, IoEventLoop loop);

    static InetSocketAddress orGone(@Nullable InetSocketAddress address) {
        return address == null ? GONE : address;
    }
}
