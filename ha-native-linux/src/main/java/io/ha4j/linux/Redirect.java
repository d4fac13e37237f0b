package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the segments of connections that are not this node's on to its predecessor, see {@link RedirectTable}: as long
 * as that asks for it, a little while at least, and for the drain time of this node at most. Loop thread only.
 */
final class Redirect implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Redirect.class);

    /** Before the first notice: the predecessor has heard this node when the redirect is opened. */
    private static final long FIRST_MILLIS = 6 * AddressDrain.TURN_MILLIS;

    /** After a notice; a JVM may pause. */
    private static final long NOTICE_MILLIS = 12 * AddressDrain.TURN_MILLIS;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int CONNECTIONS_PER_TRANSACTION = 200;

    private final AddressOwner.Spec spec;
    private final DrainScope scope;
    private final EventLoop loop;
    private final EventLoop.Timer look;
    private @Nullable RedirectTable table; // while it is open
    private @Nullable InetAddress predecessor;
    private long endNanos;
    private String obstacle = "";

    Redirect(AddressOwner.Spec spec, Machine machine, GuardedAddresses guarded) {
        this.spec = spec;
        scope = new DrainScope(spec, machine, guarded);
        loop = machine.loop();
        look = loop.timer(this::look);
    }

    /** To where segments are passed on; null for nowhere. */
    @Nullable
    InetAddress predecessor() {
        return predecessor;
    }

    /** Why it could not be opened; empty if that did not happen. */
    String obstacle() {
        return obstacle;
    }

    /**
     * Opens it in place of the one before; does not throw. Without effect where it is not wanted.
     *
     * @param addresses of the group
     * @param mine connections that are this node's already
     */
    void open(InetAddress from, List<LeasedAddress> addresses, List<TcpConnection> mine) {
        List<LeasedAddress> covered = scope.isPossible() ? scope.of(addresses) : List.of();
        if (covered.isEmpty() || from instanceof Inet4Address == scope.ipv6()) {
            return;
        }
        close();
        long limitMillis = Math.max(1, spec.connectionDrain().toMillis());
        try {
            install(from, covered, mine, limitMillis);
        } catch (HaException e) {
            obstacle = String.valueOf(e.getMessage());
            log.warn(
                    "{}: connections of {} do not outlive its hand-over: {}",
                    spec.group(),
                    IpText.of(from),
                    e.getMessage());
            close();
            return;
        }
        obstacle = "";
        predecessor = from;
        long now = loop.nanoTime();
        endNanos = now + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        look.arm(Math.min(endNanos, now + LOOK_NANOS));
    }

    private void install(InetAddress from, List<LeasedAddress> covered, List<TcpConnection> mine, long limitMillis) {
        RedirectTable made = new RedirectTable(scope.tableName(RedirectTable.PREFIX), scope.ipv6());
        NftTransaction tx = scope.transaction();
        made.create(
                tx,
                scope.link(),
                DrainScope.octets(covered),
                from.getAddress(),
                DrainNotice.begin(scope.sign()),
                FIRST_MILLIS,
                NOTICE_MILLIS,
                limitMillis);
        tx.commit();
        table = made;
        for (int i = 0; i < mine.size(); i += CONNECTIONS_PER_TRANSACTION) {
            NftTransaction more = scope.transaction();
            made.addMine(more, mine.subList(i, Math.min(mine.size(), i + CONNECTIONS_PER_TRANSACTION)), limitMillis);
            more.commit();
        }
    }

    private void look() {
        long now = loop.nanoTime();
        if (now - endNanos >= 0 || !isAsked()) {
            close();
        } else {
            look.arm(Math.min(endNanos, now + LOOK_NANOS));
        }
    }

    private boolean isAsked() {
        try {
            String name = scope.tableName(RedirectTable.PREFIX);
            return !NftDump.elements(scope.client(), name, RedirectTable.ASKED).isEmpty();
        } catch (HaException e) {
            log.debug("{}: {}", spec.group(), e.getMessage()); // gone with the guard's socket
            return false;
        }
    }

    /** Nothing is passed on any more. */
    @Override
    public void close() {
        look.cancel();
        predecessor = null;
        RedirectTable closed = table;
        table = null;
        if (closed != null) {
            try {
                NftTransaction tx = scope.transaction();
                closed.delete(tx);
                tx.commit();
            } catch (HaException e) {
                log.debug("{}: {}", spec.group(), e.getMessage()); // gone with the guard's socket
            }
        }
    }
}
