package io.ha4j.lb;

import io.ha4j.Protocol;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening sockets of a predecessor. What each of them is, the kernel says, and not who sent it. Each is handed out once.
 * Thread-safe.
 */
final class InheritedSockets {
    /** No descriptor. */
    static final int NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(InheritedSockets.class);

    private static final int SOL_SOCKET = 1; // asm-generic/socket.h, as the next two
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_PROTOCOL = 38;
    private static final int IPPROTO_TCP = 6; // linux/in.h
    private static final int IPPROTO_UDP = 17;

    private record Key(Protocol protocol, InetAddress address, int scope, int port) {
        Key(Protocol protocol, InetSocketAddress address) {
            this(protocol, address.getAddress(), scope(address.getAddress()), address.getPort());
        }

        /** fe80::1 is another address on each interface, which equals() does not see. */
        private static int scope(InetAddress address) {
            return address instanceof Inet6Address ipv6 && address.isLinkLocalAddress() ? ipv6.getScopeId() : 0;
        }
    }

    private final Map<Key, FileDescriptor> sockets = new HashMap<>(); // guarded by this
    private final List<InetSocketAddress> taken = new ArrayList<>(); // guarded by this

    /** Takes it over; closes it where it is no listening socket that we know. */
    synchronized void add(FileDescriptor received) {
        Key key = null;
        try {
            key = key(new Socket(received.intValue()));
        } catch (IOException | RuntimeException e) { // it is no socket
            log.debug("what {} is cannot be told: {}", received, Errno.describe(e));
        }
        FileDescriptor unused = key == null ? received : sockets.put(key, received);
        if (unused != null) {
            close(unused);
        }
    }

    private static @Nullable Key key(Socket socket) throws IOException {
        InetSocketAddress address = socket.localAddress();
        if (address == null) {
            return null;
        }
        return switch (socket.getIntOpt(SOL_SOCKET, SO_PROTOCOL)) {
            case IPPROTO_TCP ->
                socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 1 ? new Key(Protocol.TCP, address) : null;
            case IPPROTO_UDP -> new Key(Protocol.UDP, address);
            default -> null;
        };
    }

    /** The descriptor of that one, which is the caller's from then on; {@link #NONE} if there is none. */
    synchronized int take(Protocol protocol, InetSocketAddress address) {
        FileDescriptor found = address.getPort() == 0 ? null : sockets.remove(new Key(protocol, address));
        if (found == null) {
            return NONE;
        }
        taken.add(address);
        return found.intValue();
    }

    synchronized List<InetSocketAddress> taken() {
        return List.copyOf(taken);
    }

    /** Closes those that nobody took. */
    synchronized void closeUnused() {
        sockets.values().forEach(InheritedSockets::close);
        sockets.clear();
    }

    private static void close(FileDescriptor socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", socket, Errno.describe(e)); // the descriptor is free all the same; close(2)
        }
    }
}
