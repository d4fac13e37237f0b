package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One local address and port where datagrams of clients come in, and where the answers leave from: a socket that is bound
 * to just this address, as what a wildcard socket sends may leave from another one. Loop thread only.
 */
final class UdpPort implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpPort.class);

    private final UdpRelay relay;
    private final UdpEntrance entrance;
    private final UdpSocket socket;
    private final InetSocketAddress address;

    /** @param socket bound to this address */
    UdpPort(UdpRelay relay, UdpEntrance entrance, UdpSocket socket, InetSocketAddress address) {
        this.relay = relay;
        this.entrance = entrance;
        this.socket = socket;
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    UdpSocket socket() {
        return socket;
    }

    /** Whether it takes no new sessions. */
    boolean isShut() {
        return entrance.isShut();
    }

    @Override
    public void received(int length, @Nullable InetSocketAddress from) {
        relay.received(this, requireNonNull(from), length);
    }

    @Override
    public void failed(IOException cause) {
        log.debug("receive at {}: {}", address, Errno.describe(cause));
    }
}
