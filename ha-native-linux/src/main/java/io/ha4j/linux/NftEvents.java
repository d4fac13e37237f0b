package io.ha4j.linux;

import io.ha4j.Subscription;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when somebody removes something from nftables. Loop thread only. */
final class NftEvents implements AutoCloseable {
    /** What is told when the kernel lost notifications: look at everything. */
    static final String ANY_TABLE = "";

    private static final Logger log = LoggerFactory.getLogger(NftEvents.class);
    private static final int NFTABLES_GROUP = 1 << 6; // NFNLGRP_NFTABLES is 7 (linux/netfilter/nfnetlink.h)
    private static final int DATAGRAMS_PER_WAKE_UP = 256;
    private static final int NFGENMSG = 4;

    private final KernelSocket socket;
    private final Subscription registration;
    private final IntPredicate ownPort;
    private final Consumer<String> removed;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);

    /**
     * @param ownPort whether that netlink port is this process's
     * @param removed gets the name of the table that something was removed from, or that is gone
     */
    NftEvents(LinuxSyscalls syscalls, EpollEventLoop loop, IntPredicate ownPort, Consumer<String> removed) {
        this.ownPort = ownPort;
        this.removed = removed;
        socket = KernelSocket.open(
                syscalls,
                SocketAddresses.AF_NETLINK,
                KernelSocket.SOCK_RAW,
                NetlinkClient.NETLINK_NETFILTER,
                "nftables events");
        try {
            socket.bind(SocketAddresses.netlink(NFTABLES_GROUP));
            registration = loop.watch(socket.fd(), this::poll);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void poll() {
        try {
            for (int i = 0; i < DATAGRAMS_PER_WAKE_UP && socket.fd() >= 0; i++) {
                int length = socket.receive(received);
                if (length < 0) {
                    return;
                }
                NetlinkMessages.forEach(received.clear().limit(Math.min(length, received.capacity())), this::message);
            }
        } catch (KernelException e) {
            log.debug("{}", e.getMessage()); // ENOBUFS: notifications were lost, netlink(7)
            removed.accept(ANY_TABLE);
        }
    }

    private void message(NetlinkHeader header, ByteBuffer body) {
        if (!NftTransaction.removes(header.type()) || ownPort.test(header.port()) || body.remaining() < NFGENMSG) {
            return;
        }
        NetlinkAttributes attributes = new NetlinkAttributes(
                body.slice(NFGENMSG, body.limit() - NFGENMSG).order(body.order()));
        while (attributes.next()) {
            if (attributes.type() == 1) { // NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, NFTA_RULE_TABLE, …
                removed.accept(attributes.string());
                return;
            }
        }
    }

    @Override
    public void close() {
        registration.close();
        socket.close();
    }
}
