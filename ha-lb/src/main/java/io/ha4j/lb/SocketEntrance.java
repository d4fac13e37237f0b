package io.ha4j.lb;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket on an event loop of epoll or io_uring. Level-triggered: what a round leaves in the queue, the next
 * one takes.
 */
final class SocketEntrance implements Entrance, EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(SocketEntrance.class);
    private static final RateLimit failures = new RateLimit();

    /** Connections in a row, so that those that are open get their turn. */
    private static final int MAX_ACCEPTS = 16;

    /** When the socket is closed there may be no end of new connections. */
    private static final int MAX_LAST_ACCEPTS = 2 * Sockets.BACKLOG;

    /** After a failed accept(2), which as a rule is EMFILE: time for some connections to end. */
    private static final long PAUSE_MILLIS = 100;

    private final String balancer;
    private final IoEventLoop loop;
    private final InetSocketAddress address;
    private final Consumer<Accepted> accepted;
    private final TcpSocket socket;
    private final byte[] peer = new byte[26]; // its length, and what NativeInetAddress makes an address of

    // Loop thread only.
    private @Nullable IoRegistration registration;
    private final boolean inherited;
    private boolean begun; // loop thread only
    private @Nullable Promise<Void> closed; // while somebody waits for it; loop thread only
    private boolean registered; // loop thread only

    private SocketEntrance(
            String balancer,
            IoEventLoop loop,
            InetSocketAddress address,
            TcpSocket socket,
            boolean inherited,
            Consumer<Accepted> accepted) {
        this.balancer = balancer;
        this.loop = loop;
        this.address = address;
        this.socket = socket;
        this.inherited = inherited;
        this.begun = !inherited;
        this.accepted = accepted;
    }

    /** One of a predecessor's, which listens. */
    static SocketEntrance inherited(
            String balancer, IoEventLoop loop, InetSocketAddress address, int fd, Consumer<Accepted> accepted) {
        return new SocketEntrance(balancer, loop, address, new TcpSocket(fd), true, accepted);
    }

    /** @param freeBind whether it may be bound to an address that is not on this machine yet */
    static SocketEntrance at(
            String balancer, IoEventLoop loop, InetSocketAddress address, boolean freeBind, Consumer<Accepted> accepted)
            throws IOException {
        TcpSocket socket = TcpSocket.open(address.getAddress());
        try {
            socket.setReuseAddress(true); // a restart must not wait for TIME_WAIT
            // Connections get these two from the socket that they were accepted at.
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            if (freeBind) {
                socket.setFreeBind();
            }
        } catch (IOException | RuntimeException e) { // the latter of setsockopt(2)
            socket.close();
            throw e;
        }
        return new SocketEntrance(balancer, loop, address, socket, false, accepted);
    }

    @Override
    public Future<Void> open() {
        Promise<Void> bound = loop.newPromise();
        loop.execute(() -> {
            try {
                if (!inherited) {
                    socket.bind(address);
                    socket.listen(Sockets.BACKLOG);
                }
                registration = loop.register(this).getNow();
                registered = true;
                if (begun) {
                    watch(EpollIoOps.EPOLLIN);
                }
                bound.setSuccess(null);
            } catch (IOException | RuntimeException e) {
                bound.setFailure(e);
            }
        });
        return bound;
    }

    @Override
    public void begin() {
        loop.execute(() -> {
            begun = true;
            watch(EpollIoOps.EPOLLIN);
        });
    }

    @Override
    public List<FileDescriptor> sockets() {
        return List.of(socket);
    }

    @Override
    public long drops() {
        return SocketDrops.of(socket);
    }

    @Override
    public void give() {
        loop.execute(() -> {
            begun = false;
            close();
        });
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        acceptUpTo(MAX_ACCEPTS);
    }

    private void acceptUpTo(int max) {
        try {
            for (int i = 0; i < max; i++) {
                int fd = socket.accept(peer);
                if (fd < 0) {
                    return;
                }
                serve(new TcpSocket(fd), NativeInetAddress.address(peer, 1, peer[0]));
            }
        } catch (IOException e) {
            if (failures.tryPass()) {
                log.warn("{}: cannot accept connections for now: {}", balancer, Errno.describe(e));
            }
            pause();
        }
    }

    private void serve(TcpSocket connection, InetSocketAddress client) throws IOException {
        try {
            accepted.accept(new AcceptedSocket(connection, client));
        } catch (RuntimeException | LinkageError e) { // a class cannot be loaded while there are no descriptors
            log.error("{}: a connection from {} could not be served", balancer, client, e);
            connection.close();
        }
    }

    /** Level-triggered epoll would report the same connection again at once. */
    private void pause() {
        watch(EpollIoOps.EPOLLET);
        var unused = loop.schedule(() -> watch(EpollIoOps.EPOLLIN), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void watch(EpollIoOps ops) {
        if (socket.isOpen() && registration != null) {
            registration.submit(ops);
        }
    }

    @Override
    public Future<Void> shut() {
        Promise<Void> closed = loop.newPromise();
        loop.execute(() -> {
            if (registration != null && socket.isOpen() && begun) {
                acceptUpTo(MAX_LAST_ACCEPTS);
            }
            this.closed = closed;
            close();
            tellClosed();
        });
        return closed;
    }

    /** A poll request of io_uring has a hold on the socket, and so on its port, until the ring has given it up. */
    @Override
    public void unregistered() {
        registered = false;
        tellClosed();
    }

    private void tellClosed() {
        if (closed != null && !registered && !socket.isOpen()) {
            closed.trySuccess(null);
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.cancel(); // first: a socket that another process has as well does not leave epoll by close(2)
        }
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", socket, Errno.describe(e)); // the descriptor is free all the same; close(2)
        }
    }
}
