package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.Link;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the machine's links and addresses. The kernel queues a notification within the call that makes a change
 * (rtnetlink(7)), so after {@link #poll()} the table is up to date. Loop thread only.
 */
final class LinkMonitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LinkMonitor.class);

    private static final int RTMGRP_LINK = 0x1; // linux/rtnetlink.h
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int RTMGRP_IPV6_IFADDR = 0x100;
    private static final int RECEIVE_BUFFER =
            4 * 1024 * 1024; // thousands of addresses change at once; each takes about 1 KiB
    private static final int DATAGRAMS_PER_WAKE_UP = 256;

    private final NetlinkClient client;
    private final LinkTable table;
    private final KernelSocket socket;
    private final Subscription registration;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
    private final List<LinkWatch> watches = new CopyOnWriteArrayList<>(); // listeners may come and go while told
    private final List<Consumer<AddressMessage>> removalListeners = new CopyOnWriteArrayList<>();
    private boolean polling;

    /** @param ours whether ha4j has put an address there; links do not show those */
    LinkMonitor(LinuxSyscalls syscalls, EpollEventLoop loop, NetlinkClient client, Predicate<AddressMessage> ours) {
        this.client = client;
        table = new LinkTable(ours);
        socket = KernelSocket.open(
                syscalls,
                SocketAddresses.AF_NETLINK,
                KernelSocket.SOCK_RAW,
                NetlinkClient.NETLINK_ROUTE,
                "rtnetlink events");
        try {
            socket.receiveBuffer(RECEIVE_BUFFER);
            // Before the dump, so that no change falls between them.
            socket.bind(SocketAddresses.netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR));
            dump();
            registration = loop.watch(socket.fd(), this::poll);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void dump() {
        client.dump(LinkMessage.RTM_GETLINK, new byte[LinkMessage.HEADER], table::clearLinks, table::apply);
        client.dump(AddressMessage.RTM_GETADDR, new byte[AddressMessage.HEADER], table::clearAddresses, table::apply);
    }

    /** The state as of the last {@link #poll()}. */
    LinkTable table() {
        return table;
    }

    /** Takes in what has happened, and tells the listeners. Without effect when called by one of them. */
    void poll() {
        if (polling) {
            return;
        }
        polling = true;
        try {
            for (int i = 0; i < DATAGRAMS_PER_WAKE_UP; i++) {
                int length = receive();
                if (length < 0) {
                    return;
                }
                NetlinkMessages.forEach(received.clear().limit(Math.min(length, received.capacity())), this::message);
            }
        } finally {
            polling = false;
        }
    }

    private int receive() {
        try {
            return socket.receive(received);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOBUFS) {
                throw e;
            }
            // netlink(7): notifications were lost, so ask for everything again.
            log.info("{}: asking for all links and addresses again", e.getMessage());
            List<AddressMessage> before = table.addresses();
            dump();
            updateWatches();
            before.stream()
                    .filter(address -> table.find(address.address()).isEmpty())
                    .forEach(this::removed);
            return 0;
        }
    }

    private void message(NetlinkHeader header, ByteBuffer body) {
        long changes = table.changes();
        AddressMessage removed = table.apply(header, body);
        if (removed != null) {
            removed(removed);
        }
        if (table.changes() != changes) {
            updateWatches();
        }
    }

    private void updateWatches() {
        for (LinkWatch watch : watches) {
            watch.update(table.link(watch.name()));
        }
    }

    private void removed(AddressMessage address) {
        for (Consumer<AddressMessage> listener : removalListeners) {
            try {
                listener.accept(address);
            } catch (RuntimeException e) {
                log.error("listener failed on the removal of {}", address, e);
            }
        }
    }

    /** @throws HaException if there is none of that name */
    LinkMessage require(String name) {
        LinkMessage link = table.byName(name);
        if (link == null) {
            throw noSuchInterface(name);
        }
        return link;
    }

    HaException noSuchInterface(String name) {
        return new HaException("no such interface: " + name + " (there are: " + String.join(", ", table.names()) + ")");
    }

    LinkWatch watch(String name, Consumer<Link> listener) {
        poll();
        LinkWatch watch = new LinkWatch(name, table.link(name), listener, watches);
        watches.add(watch);
        return watch;
    }

    /** Tells of every address that goes, whoever removed it. */
    Subscription watchRemovals(Consumer<AddressMessage> listener) {
        removalListeners.add(listener);
        return () -> removalListeners.remove(listener);
    }

    @Override
    public void close() {
        registration.close();
        socket.close();
    }
}
