package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the TCP connections of this machine on a thread of its own, since a great many take a while. Loop thread only. */
final class ConnectionCounter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionCounter.class);

    private final LinuxSyscalls syscalls;
    private final EventLoop loop;
    private @Nullable LinkWorker worker;

    ConnectionCounter(LinuxSyscalls syscalls, EventLoop loop) {
        this.syscalls = syscalls;
        this.loop = loop;
    }

    /**
     * Those with one of these local addresses, later on the loop's thread; null if the kernel does not tell.
     *
     * @throws HaException if it cannot be asked
     */
    void ask(Set<InetAddress> local, Consumer<@Nullable List<TcpConnection>> answer) {
        LinkWorker asked = worker;
        if (asked == null) {
            asked = new LinkWorker(open(), "ha4j-connections");
            worker = asked;
        }
        asked.run(client -> {
            List<TcpConnection> found = find(local, client);
            loop.execute(() -> answer.accept(found));
        });
    }

    /** The same at once; null if the kernel does not tell. */
    @Nullable
    List<TcpConnection> askNow(Set<InetAddress> local) {
        try (NetlinkClient client = open()) {
            return find(local, client);
        } catch (HaException e) {
            log.debug("{}", e.getMessage());
            return null;
        }
    }

    /** Belongs to the network namespace of the loop's thread. */
    private NetlinkClient open() {
        return new NetlinkClient(syscalls, TcpConnections.NETLINK_SOCK_DIAG, "sock_diag");
    }

    private static @Nullable List<TcpConnection> find(Set<InetAddress> local, NetlinkClient client) {
        try {
            return TcpConnections.at(local, client);
        } catch (HaException e) { // the kernel's tcp_diag may be missing
            log.debug("{}", e.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        LinkWorker used = worker;
        if (used != null) {
            worker = null;
            used.close();
        }
    }
}
