package io.ha4j;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a check goes to and comes from.
 *
 * @param address what is connected to; null for the backend's own address
 * @param port in [0, 65535]; 0 for the backend's own port
 * @param source what the socket is bound to, with port 0 for any; null for what the kernel chooses
 */
public record CheckRoute(
        @Nullable InetAddress address, int port, @Nullable InetSocketAddress source) {
    /** To the backend's own address and port. */
    public static final CheckRoute DIRECT = new CheckRoute(null, 0, null);

    public CheckRoute {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be in [0, 65535], but was " + port);
        }
        if (source != null && source.isUnresolved()) {
            throw new IllegalArgumentException("source must be resolved, but was " + source);
        }
    }

    public CheckRoute address(InetAddress address) {
        return new CheckRoute(address, port, source);
    }

    public CheckRoute port(int port) {
        return new CheckRoute(address, port, source);
    }

    public CheckRoute source(InetSocketAddress source) {
        return new CheckRoute(address, port, source);
    }

    /** The end of it, for this backend. */
    public InetSocketAddress to(InetSocketAddress backend) {
        return new InetSocketAddress(
                address == null ? backend.getAddress() : address, port == 0 ? backend.getPort() : port);
    }
}
