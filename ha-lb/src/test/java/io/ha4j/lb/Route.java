package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.LoadBalancer;
import io.ha4j.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** A server's listening socket, and the way to it: straight, or through a balancer. */
final class Route implements AutoCloseable {
    enum Kind {
        DIRECT,
        EPOLL,
        IO_URING,
        NIO
    }

    final ServerSocket server;
    final @Nullable LoadBalancer balancer;

    Route(Kind kind) throws IOException {
        server = server();
        balancer = kind == Kind.DIRECT
                ? null
                : LoadBalancer.builder("test")
                        .listen("127.0.0.1", 0)
                        .backend(backend(server))
                        .transport(Transport.valueOf(kind.name()))
                        .start();
    }

    /** A listening socket on loopback. */
    static ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        server.setSoTimeout(Peer.PATIENCE_MILLIS);
        return server;
    }

    static Backend backend(ServerSocket server) {
        return Backend.of("127.0.0.1", server.getLocalPort());
    }

    /** Where clients connect to. */
    InetSocketAddress address() {
        return balancer == null
                ? (InetSocketAddress) server.getLocalSocketAddress()
                : balancer.snapshot().listeners().get(0);
    }

    Peer accept() throws IOException {
        return new Peer(server.accept());
    }

    @Override
    public void close() throws IOException {
        if (balancer != null) {
            balancer.close();
        }
        server.close();
    }
}
