package io.ha4j.linux;

import io.ha4j.ConnectionDrain;
import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Link;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one group that go on after its addresses were handed over: the addresses stay and are mute, see
 * {@link DrainTable}, the successor is asked to pass segments on, and the connections are counted, until there is none,
 * the time is over, or no successor passes anything on. Loop thread only.
 */
final class AddressDrain {
    /** Between two notices, and two counts. A successor waits for several notices in vain before it gives up. */
    static final long TURN_MILLIS = 500;

    /** Beside the lease: a node that gives up without being asked to has no successor yet. */
    private static final int FIRST_TURNS = 6;

    private static final Logger log = LoggerFactory.getLogger(AddressDrain.class);
    private static final long TOLD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AddressOwner.Spec spec;
    private final Machine machine;
    private final GuardedAddresses guarded;
    private final Runnable extend;
    private final DrainScope scope;
    private final EventLoop loop;
    private final EventLoop.Timer turn;

    private @Nullable DrainTable table; // while it is on
    private @Nullable DrainNotice notice;
    private Runnable whenDone = () -> {};
    private Consumer<ConnectionDrain> listener = drain -> {};
    private Set<InetAddress> addresses = Set.of();
    private @Nullable List<TcpConnection> connections; // of the last count that there was
    private int drains; // how many have begun: answers to an earlier one do not count
    private boolean asking;
    private final long patience; // in turns
    private long unanswered; // turns in which the successor did not answer
    private long endNanos;
    private long toldNanos;
    private int told; // how many connections
    private String obstacle = "";

    /** @param extend prolongs the lifetime of the addresses */
    AddressDrain(AddressOwner.Spec spec, Machine machine, GuardedAddresses guarded, Runnable extend) {
        this.spec = spec;
        this.machine = machine;
        this.guarded = guarded;
        this.extend = extend;
        scope = new DrainScope(spec, machine, guarded);
        loop = machine.loop();
        turn = loop.timer(this::turn);
        patience = FIRST_TURNS + spec.lease().toMillis() / TURN_MILLIS;
    }

    boolean isOn() {
        return table != null;
    }

    /**
     * Begins, if it is wanted and can be.
     *
     * @param leased what is on the machine and guarded
     * @param left told how many connections are left
     * @param done run when no connection is left or the time is over; {@link #end} is to follow
     * @return whether it began
     */
    boolean begin(List<LeasedAddress> leased, Consumer<ConnectionDrain> left, Runnable done) {
        List<LeasedAddress> covered = scope.isWanted() ? scope.of(leased) : List.of();
        if (covered.isEmpty() || isOn()) {
            return false;
        }
        try {
            install(covered);
        } catch (HaException e) {
            cannot(String.valueOf(e.getMessage()));
            end();
            return false;
        }
        obstacle = "";
        whenDone = done;
        listener = left;
        drains++;
        asking = false;
        connections = null;
        unanswered = 0;
        addresses = covered.stream().map(LeasedAddress::address).collect(Collectors.toSet());
        told = ConnectionDrain.UNKNOWN;
        endNanos = loop.nanoTime() + spec.connectionDrain().toNanos();
        turn();
        return true;
    }

    private void cannot(String why) {
        obstacle = why;
        log.warn("{}: connections do not outlive this hand-over: {}", spec.group(), why);
    }

    /** What belongs to connections is let pass before the rest is silenced. */
    private void install(List<LeasedAddress> covered) {
        if (!scope.isPossible()) {
            throw new HaException(String.valueOf(guarded.lease()));
        }
        NftTransaction tx = scope.transaction();
        DrainTable made = new DrainTable(scope.tableName(DrainTable.PREFIX), scope.sign());
        made.create(tx, scope.link().name(), DrainScope.octets(covered), scope.virtualMac(), own(), 2 * TURN_MILLIS);
        notice = new DrainNotice(machine.syscalls(), scope.sign());
        tx.commit();
        table = made;
        guarded.mute();
    }

    /** What this node asks for MAC addresses from; without an IPv4 address, as a probe does it (RFC 5227 §1.1). */
    private byte[] own() {
        Link link = scope.linkWithAddresses();
        if (!scope.ipv6()) {
            return link.primaryIpv4().map(InetAddress::getAddress).orElse(new byte[4]);
        }
        return link.linkLocalIpv6()
                .map(InetAddress::getAddress)
                .orElseThrow(() -> new HaException(link.name() + " has no link-local address"));
    }

    private void turn() {
        long now = loop.nanoTime();
        unanswered = isAnswered() ? 0 : unanswered + 1;
        if (unanswered > patience) {
            obstacle = "the other node does not pass on what belongs to connections of this one";
        }
        if (now - endNanos >= 0 || unanswered > patience) {
            listener.accept(state(Duration.ZERO, null, ""));
            finish();
            return;
        }
        turn.arm(Math.min(endNanos, now + TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS)));
        try {
            Objects.requireNonNull(notice).send(scope.link().index());
            extend.run();
        } catch (HaException e) {
            log.debug("{}: {}", spec.group(), e.getMessage()); // it is tried again
        }
        count();
    }

    /** By turns and not by time, since a JVM may pause. */
    private boolean isAnswered() {
        try {
            return !NftDump.elements(scope.client(), scope.tableName(DrainTable.PREFIX), DrainTable.ANSWERED)
                    .isEmpty();
        } catch (HaException e) {
            log.debug("{}: {}", spec.group(), e.getMessage()); // gone with the guard's socket
            return false;
        }
    }

    private void count() {
        if (asking) {
            return;
        }
        int of = drains;
        try {
            machine.connections().ask(addresses, found -> {
                if (isOn() && of == drains) {
                    asking = false;
                    counted(found);
                }
            });
            asking = true;
        } catch (HaException e) {
            log.debug("{}: {}", spec.group(), e.getMessage());
        }
    }

    private void counted(@Nullable List<TcpConnection> found) {
        if (found == null && connections == null && toldNanos == 0) {
            log.warn(
                    "{}: the kernel does not tell the connections (tcp_diag): draining for the whole time",
                    spec.group());
        }
        connections = found == null ? connections : found;
        int count = found == null ? ConnectionDrain.UNKNOWN : found.size();
        tell(count);
        if (count == 0) {
            finish();
        }
    }

    private void tell(int count) {
        long now = loop.nanoTime();
        boolean first = told == ConnectionDrain.UNKNOWN;
        if (first || (count != told && (count == 0 || now - toldNanos >= TOLD_NANOS))) {
            toldNanos = now;
            told = count;
            listener.accept(snapshot(null, ""));
        }
    }

    /** As when no connection is left. Without effect when it is not on. */
    void finish() {
        if (isOn()) {
            Runnable done = whenDone;
            done.run(); // and on to end()
        }
    }

    /** Those that go on here; none when it is not on. A few too many are told: what has ended since the last count. */
    List<TcpConnection> connections() {
        if (!isOn()) {
            return List.of();
        }
        List<TcpConnection> known = connections == null ? machine.connections().askNow(addresses) : connections;
        return known == null ? List.of() : known;
    }

    ConnectionDrain snapshot(@Nullable InetAddress predecessor, String redirectObstacle) {
        if (!scope.isWanted()) {
            return ConnectionDrain.OFF;
        }
        return state(
                isOn() ? Duration.ofNanos(Math.max(1, endNanos - loop.nanoTime())) : Duration.ZERO,
                predecessor,
                redirectObstacle);
    }

    private ConnectionDrain state(Duration left, @Nullable InetAddress predecessor, String redirectObstacle) {
        List<TcpConnection> known = connections;
        return new ConnectionDrain(
                spec.connectionDrain(),
                !isOn() ? 0 : known == null ? ConnectionDrain.UNKNOWN : known.size(),
                left,
                predecessor,
                guarded.isWeak() ? "there is no kernel guard" : obstacle.isEmpty() ? redirectObstacle : obstacle);
    }

    /** Ends it without a word. Closing what is not on does nothing. */
    void end() {
        turn.cancel();
        if (notice != null) {
            notice.close();
            notice = null;
        }
        DrainTable ended = table;
        table = null;
        connections = null;
        whenDone = () -> {};
        listener = drain -> {};
        if (ended != null) {
            try {
                NftTransaction tx = scope.transaction();
                ended.delete(tx);
                tx.commit();
            } catch (HaException e) {
                log.debug("{}: {}", spec.group(), e.getMessage()); // gone with the guard's socket
            }
        }
    }
}
