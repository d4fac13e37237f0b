package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening UDP socket.
 *
 * <p>What a wildcard socket sends may leave from another address than the client has asked. So one on a wildcard address
 * has a socket beside it for every address of the machine, which gets that address's datagrams. What the wildcard socket
 * still gets is for an address that is new.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class UdpEntrance implements Entrance, UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpEntrance.class);
    private static final RateLimit failures = new RateLimit();

    private static final int MAX_PORTS = 1024;

    /** Between two looks at the addresses of the machine. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final UdpRelay relay;
    private final IoEventLoop loop;
    private final InetSocketAddress address;
    private final boolean freeBind;
    private final Set<InetAddress> virtualAddresses;
    private final UdpSocket socket;
    private final boolean inherited;
    private final Map<InetAddress, UdpPort> ports = new ConcurrentHashMap<>(); // beside a wildcard socket
    private volatile @Nullable InetSocketAddress localAddress;
    private volatile boolean shut;
    private long lookedAt;
    private boolean reading; // loop thread only

    /** @param virtualAddresses the group's, which may not be on this machine yet */
    UdpEntrance(
            UdpRelay relay,
            IoEventLoop loop,
            InetSocketAddress address,
            boolean freeBind,
            Set<InetAddress> virtualAddresses)
            throws IOException {
        this.relay = relay;
        this.loop = loop;
        this.address = address;
        this.freeBind = freeBind;
        this.virtualAddresses = virtualAddresses;
        UdpSocket found = relay.inheritedSocket(address);
        inherited = found != null;
        socket = found == null ? relay.newSocket(address.getAddress()) : found;
    }

    @Override
    public Future<Void> open() {
        Promise<Void> bound = loop.newPromise();
        loop.execute(() -> {
            try {
                if (freeBind) {
                    socket.setFreeBind();
                }
                if (!inherited) {
                    socket.bind(address);
                }
                InetSocketAddress local = new InetSocketAddress(
                        address.getAddress(), socket.localAddress().getPort());
                localAddress = local;
                if (isWildcard()) {
                    look(local.getPort());
                }
                if (!inherited) {
                    read(local);
                }
                bound.setSuccess(null);
            } catch (IOException | RuntimeException e) {
                bound.setFailure(e);
            }
        });
        return bound;
    }

    private void read(InetSocketAddress local) {
        reading = true;
        socket.begin(isWildcard() ? this : new UdpPort(relay, this, socket, local));
        ports.values().forEach(port -> port.socket().begin(port));
    }

    @Override
    public void begin() {
        loop.execute(() -> {
            InetSocketAddress local = localAddress;
            if (!reading && !shut && local != null) {
                read(local);
            }
        });
    }

    @Override
    public List<FileDescriptor> sockets() {
        return Stream.concat(Stream.of(socket), ports.values().stream().map(UdpPort::socket))
                .map(UdpSocket::descriptor)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public long drops() {
        return socket.drops()
                + ports.values().stream()
                        .mapToLong(port -> port.socket().drops())
                        .sum();
    }

    /** What backends still answer goes to its clients as ever. */
    @Override
    public void give() {
        loop.execute(() -> {
            shut = true;
            socket.pause();
            ports.values().forEach(port -> port.socket().pause());
        });
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return localAddress;
    }

    boolean isShut() {
        return shut;
    }

    private boolean isWildcard() {
        return address.getAddress().isAnyLocalAddress();
    }

    /** A datagram for an address without a socket; if that was the only one, this is where it was sent to. */
    @Override
    public void received(int length, @Nullable InetSocketAddress from) {
        InetSocketAddress local = localAddress;
        if (from != null && local != null && System.nanoTime() - lookedAt >= LOOK_NANOS) {
            List<UdpPort> added = look(local.getPort());
            if (added.size() == 1) {
                relay.received(added.get(0), from, length);
                return;
            }
        }
        relay.unknown();
    }

    @Override
    public void failed(IOException cause) {
        log.debug("receive at {}: {}", address, Errno.describe(cause));
    }

    /** Adds sockets for the addresses that have none. */
    private List<UdpPort> look(int port) {
        List<UdpPort> added = new ArrayList<>();
        try {
            for (InetAddress local : LocalAddresses.of(address.getAddress())) {
                openPort(local, port, relay.canFreeBind(), added); // an IPv6 address is tentative for a second
            }
        } catch (IOException e) {
            warn("the addresses of this machine cannot be told", e);
        }
        if (relay.canFreeBind()) {
            for (InetAddress virtual : virtualAddresses) {
                if (LocalAddresses.isServed(address.getAddress(), virtual)) {
                    openPort(virtual, port, true, added);
                }
            }
        }
        lookedAt = System.nanoTime();
        return added;
    }

    private void openPort(InetAddress ip, int number, boolean freeBind, List<UdpPort> added) {
        if (ports.containsKey(ip) || ports.size() == MAX_PORTS) {
            return;
        }
        InetSocketAddress local = new InetSocketAddress(ip, number);
        UdpSocket own = null;
        try {
            own = relay.inheritedSocket(local);
            if (own == null) {
                own = relay.newSocket(ip);
                bind(own, local, freeBind);
            }
            UdpPort port = new UdpPort(relay, this, own, local);
            if (reading) {
                own.begin(port);
            }
            ports.put(ip, port);
            added.add(port);
        } catch (IOException | RuntimeException e) { // no descriptor left; another process has this one
            if (own != null) {
                own.close();
            }
            warn("no datagrams for " + HostPort.text(local) + " are relayed", e);
        }
    }

    private void bind(UdpSocket own, InetSocketAddress local, boolean freeBind) throws IOException {
        if (freeBind) {
            own.setFreeBind();
        }
        own.setReuseAddress(true);
        socket.setReuseAddress(true); // for this moment only: nobody else may take datagrams away
        try {
            own.bind(local);
        } finally {
            socket.setReuseAddress(false);
        }
        own.setReuseAddress(false);
    }

    private static void warn(String what, Exception cause) {
        if (failures.tryPass()) {
            log.warn("{}: {}", what, Errno.describe(cause));
        }
    }

    /** Datagrams of the sessions that there are go on being passed in both directions. */
    @Override
    public Future<Void> shut() {
        Promise<Void> done = loop.newPromise();
        loop.execute(() -> {
            shut = true;
            done.setSuccess(null);
        });
        return done;
    }

    @Override
    public Future<Void> release() {
        Promise<Void> closed = loop.newPromise();
        loop.execute(() -> {
            shut = true;
            socket.close();
            ports.values().forEach(port -> port.socket().close());
            // The JDK's selector holds a closed channel's descriptor until its next round.
            loop.execute(() -> loop.schedule(() -> closed.setSuccess(null), 1, TimeUnit.NANOSECONDS));
        });
        return closed;
    }
}
