package io.ha4j.lb;

import io.ha4j.ConnectionLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one client sends to one local address and port, and what comes back. It has a socket of its own that is connected
 * to its backend, so that answers and ICMP errors find their session. Confined to the relay's event loop, except
 * {@link #abort} and {@link #expire}.
 */
final class UdpSession implements OpenSession, Incoming, UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpSession.class);

    /** While the balancer is closing: an answer that takes longer than this is not waited for. */
    private static final long DRAIN_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UdpRelay relay;
    private final UdpRelay.Key key;
    private final boolean viaGroup;
    boolean admitted;
    boolean sourceAdmitted;

    private @Nullable UdpSocket socket; // connected to the target
    private boolean answered; // by the target
    private long chosenAt;
    private Collection<Target> refused = List.of(); // by these, since something last came from a backend
    private boolean askedAgain; // those that refused, for this datagram
    private boolean ended;

    // Read by the watch over timeouts on another thread.
    private volatile @Nullable Target target; // counted in as long as it is set
    private volatile long lastProgress = System.nanoTime();

    UdpSession(UdpRelay relay, UdpRelay.Key key, boolean viaGroup) {
        this.relay = relay;
        this.key = key;
        this.viaGroup = viaGroup;
    }

    UdpRelay.Key key() {
        return key;
    }

    @Override
    public InetSocketAddress destination() {
        return key.port().address();
    }

    @Override
    public InetSocketAddress client() {
        return key.client();
    }

    @Override
    public InetAddress source() {
        return key.client().getAddress();
    }

    @Override
    public boolean isViaGroup() {
        return viaGroup;
    }

    @Override
    public boolean isAdmitted() {
        return admitted;
    }

    @Override
    public boolean isSourceAdmitted() {
        return sourceAdmitted;
    }

    // ---- from the client

    /** Passes on the datagram that is in the buffer, to another backend where the session's own has gone or refuses. */
    void toBackend(int length) {
        lastProgress = System.nanoTime();
        askedAgain = false;
        while (hasBackend()) {
            Target to = target;
            UdpSocket socket = this.socket;
            if (to == null || socket == null) {
                return;
            }
            try {
                if (socket.send(length)) {
                    to.bytesIn.add(length);
                    relay.counters().passed(Side.CLIENT, length);
                    to.datagramsIn.increment();
                } else {
                    relay.dropped();
                }
                return;
            } catch (IOException e) { // mostly what an earlier datagram has met; this one was not sent
                if (!isUnreachable(e)) {
                    relay.dropped();
                    log.debug("send to {}: {}", to, Errno.describe(e));
                    return;
                }
                unreachable(to);
            }
        }
        relay.dropped();
    }

    private boolean hasBackend() {
        Target current = target;
        if (current != null && !current.keepsDatagrams()) {
            leaveBackend();
        }
        while (target == null && !ended) {
            Target next = choose();
            if (next == null) {
                return false;
            }
            open(next);
        }
        return !ended;
    }

    private @Nullable Target choose() {
        try {
            Target next = relay.targets().claim(refused, this);
            if (next == null && !refused.isEmpty() && !askedAgain) { // for an earlier datagram, that is
                askedAgain = true;
                refused = List.of();
                next = relay.targets().claim(refused, this);
            }
            if (next == null) {
                boolean full = relay.targets().isFull(refused);
                end(full ? EndReason.QUEUE_FULL : refused.isEmpty() ? EndReason.NO_BACKEND : refusal());
            }
            return next;
        } catch (RuntimeException e) { // a choice of the application's
            log.error("no backend could be chosen for {}", key.client(), e);
            end(EndReason.INTERNAL_ERROR);
            return null;
        }
    }

    private EndReason refusal() {
        return refused.stream().allMatch(by -> originTowards(by) == null)
                ? EndReason.SOURCE_FAMILY
                : EndReason.CONNECT_FAILED;
    }

    private @Nullable Origin originTowards(Target backend) {
        return Origin.of(relay.source(), source(), backend.address().getAddress());
    }

    private void open(Target next) {
        Origin origin = originTowards(next);
        if (origin == null) {
            relay.targets().release(next, this);
            addRefused(next);
            return;
        }
        UdpSocket opened = null;
        try {
            opened = relay.newSocket(next.address().getAddress());
            opened.bindTo(origin);
            opened.connect(next.address());
            opened.begin(this);
        } catch (IOException | RuntimeException e) { // no descriptor left, no route
            if (opened != null) {
                opened.close();
            }
            relay.targets().release(next, this);
            boolean local = !isUnreachable(e);
            relay.targets().connectFailed(next, local);
            log.debug("connect to {}: {}", next, Errno.describe(e));
            addRefused(next);
            if (local) {
                end(EndReason.OUT_OF_RESOURCES);
            }
            return;
        }
        socket = opened;
        answered = false;
        chosenAt = System.nanoTime();
        target = next;
        next.total.increment();
    }

    // ---- from the backend

    @Override
    public void received(int length, @Nullable InetSocketAddress from) {
        Target target = this.target;
        if (target == null) {
            return;
        }
        long now = System.nanoTime();
        lastProgress = now;
        if (!answered) {
            answered = true;
            refused = List.of();
            relay.targets().answered(target, now - chosenAt);
        }
        if (relay.toClient(this, length)) {
            target.bytesOut.add(length);
            relay.counters().passed(Side.BACKEND, length);
            target.datagramsOut.increment();
        }
    }

    @Override
    public void failed(IOException cause) {
        Target target = this.target;
        if (target != null && isUnreachable(cause)) {
            unreachable(target);
        }
    }

    /** ICMP says so, or there is no route. Other errors say nothing about a backend: too long, no buffer, a firewall. */
    private static boolean isUnreachable(Throwable cause) {
        Errno errno = Errno.of(cause);
        return errno == Errno.ECONNREFUSED || errno == Errno.EHOSTUNREACH || errno == Errno.ENETUNREACH;
    }

    private void unreachable(Target by) {
        relay.targets().connectFailed(by, false);
        addRefused(by);
        leaveBackend();
    }

    private void addRefused(Target by) {
        if (refused.isEmpty()) {
            refused = new ArrayList<>(2);
        }
        refused.add(by);
    }

    private void leaveBackend() {
        Target left = target;
        target = null;
        if (socket != null) {
            socket.close();
            socket = null;
        }
        if (left != null) {
            relay.targets().release(left, this);
        }
    }

    // ---- the end

    @Override
    public void expire(ConnectionLimits limits, long nowNanos) {
        if (isIdle(limits, nowNanos)) {
            relay.execute(() -> {
                if (isIdle(limits, nowNanos)) {
                    end(EndReason.IDLE_TIMEOUT);
                }
            });
        } else if (hasLostBackend()) { // nobody sends, but the backend is not to wait for it
            relay.execute(() -> {
                if (hasLostBackend()) {
                    leaveBackend();
                }
            });
        }
    }

    private boolean isIdle(ConnectionLimits limits, long nowNanos) {
        long limit = limits.idleTimeout().toNanos();
        if (key.port().isShut()) {
            limit = limit == 0 ? DRAIN_IDLE_NANOS : Math.min(limit, DRAIN_IDLE_NANOS);
        }
        return limit > 0 && nowNanos - lastProgress >= limit;
    }

    private boolean hasLostBackend() {
        Target target = this.target;
        return target != null && !target.keepsDatagrams();
    }

    @Override
    public void abort(EndReason reason) {
        relay.execute(() -> end(reason));
    }

    void end(EndReason reason) {
        if (ended) {
            return;
        }
        ended = true;
        leaveBackend();
        relay.ended(this, reason);
    }
}
