package io.ha4j.lb;

import io.ha4j.BalancerSnapshot;
import io.ha4j.Protocol;
import io.ha4j.SourceAddress;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the datagrams of one balancer on, on one event loop: nothing here is shared, and the order of a client's
 * datagrams is kept. Nothing is queued either: what a socket does not take at once is dropped.
 */
final class UdpRelay {
    private static final Logger log = LoggerFactory.getLogger(UdpRelay.class);

    /** The 4-tuple of a session. */
    record Key(InetSocketAddress client, UdpPort port) {}

    private final IoTransport transport;
    private final IoEventLoop loop;
    private final LoopCounters counters; // of this loop
    private final Targets targets;
    private final Sessions sessions;
    private final GroupWatch group;
    private final InheritedSockets inherited;
    private final SourceAddress source;
    private final ByteBuffer buffer = UdpSocket.newBuffer();
    private final Map<Key, UdpSession> table = new LinkedHashMap<>(16, 0.75f, true); // the longest idle one first
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** @param inherited what there is of a predecessor */
    UdpRelay(
            IoTransport transport,
            IoEventLoop loop,
            LoopCounters counters,
            Targets targets,
            Sessions sessions,
            GroupWatch group,
            InheritedSockets inherited,
            SourceAddress source) {
        this.source = source;
        this.inherited = inherited;
        this.transport = transport;
        this.loop = loop;
        this.counters = counters;
        this.targets = targets;
        this.sessions = sessions;
        this.group = group;
    }

    Entrance entrance(InetSocketAddress address, boolean freeBind) throws IOException {
        return new UdpEntrance(this, loop, address, freeBind, group.addresses());
    }

    UdpSocket newSocket(InetAddress family) throws IOException {
        return transport.isEpoll() ? new EpollUdpSocket(loop, family, buffer) : new NioUdpSocket(loop, family, buffer);
    }

    /** The predecessor's socket for that address; null if there is none. */
    @Nullable
    UdpSocket inheritedSocket(InetSocketAddress address) {
        int fd = inherited.take(Protocol.UDP, address);
        return fd == InheritedSockets.NONE ? null : new EpollUdpSocket(loop, fd, buffer);
    }

    boolean canFreeBind() {
        return transport.isEpoll();
    }

    LoopCounters counters() {
        return counters;
    }

    /** Where its sessions come from. */
    SourceAddress source() {
        return source;
    }

    Targets targets() {
        return targets;
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    /** A datagram of a client's is in the buffer. */
    void received(UdpPort port, InetSocketAddress client, int length) {
        received.increment();
        Key key = new Key(client, port);
        UdpSession session = table.get(key);
        if (session == null) {
            if (port.isShut()) {
                dropped();
                return;
            }
            session = begin(key);
        }
        session.toBackend(length);
    }

    /** A new session, which may have ended already: then its datagram is dropped. */
    private UdpSession begin(Key key) {
        boolean viaGroup = group.contains(key.port().address().getAddress());
        UdpSession session = new UdpSession(this, key, viaGroup);
        counters.begun();
        sessions.accepted(session);
        table.put(key, session);
        if (viaGroup && !group.isActive()) {
            session.end(EndReason.NOT_ACTIVE);
            return session;
        }
        session.sourceAdmitted = sessions.admitFrom(session.source());
        if (!session.sourceAdmitted) {
            session.end(EndReason.TOO_MANY_FROM_SOURCE);
            return session;
        }
        session.admitted = sessions.admit();
        if (!session.admitted) {
            table.values().iterator().next().end(EndReason.EVICTED);
            session.admitted = sessions.admit();
        }
        if (!session.admitted) {
            session.end(EndReason.TOO_MANY_CONNECTIONS);
        }
        return session;
    }

    /** Sends what is in the buffer; whether that was possible. */
    boolean toClient(UdpSession session, int length) {
        table.get(session.key()); // it is the latest one now
        try {
            if (session.key().port().socket().send(length, session.key().client())) {
                sent.increment();
                return true;
            }
        } catch (IOException e) {
            log.debug("send to {}: {}", session.key().client(), Errno.describe(e));
        }
        dropped();
        return false;
    }

    void ended(UdpSession session, EndReason reason) {
        table.remove(session.key());
        counters.ended();
        sessions.ended(session, reason);
    }

    /** A datagram came that belongs to no address. */
    void unknown() {
        received.increment();
        dropped.increment();
    }

    void dropped() {
        dropped.increment();
    }

    BalancerSnapshot.Datagrams datagrams() {
        return new BalancerSnapshot.Datagrams(received.sum(), sent.sum(), dropped.sum());
    }
}
