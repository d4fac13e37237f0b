package io.ha4j.vrrp;

import io.ha4j.AddressLease;
import io.ha4j.ConnectionDrain;
import io.ha4j.HaException;
import io.ha4j.Peer;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses port of the state machine. The kernel may refuse; the election goes on nevertheless: what could not be
 * added is tried again with each renewal, what could not be removed expires with its lease.
 */
final class OwnedAddresses implements AddressesPort, AddressOwner.DrainListener {
    /** A peer that does not hear us contends with each of its advertisements; not all are worth a broadcast. */
    private static final long ANNOUNCE_NS = 250_000_000;

    private final AddressOwner owner;
    private final GroupEvents events;
    private final EventLoop loop;
    private final RateLimit announcements = new RateLimit(ANNOUNCE_NS);

    private final Candidacy.@Nullable Preparation preparation;
    private final Runnable whenReady;

    private boolean taken; // all of them, and the event was raised
    private boolean announcementOwed;
    private boolean draining;
    private @Nullable Runnable whenDrained;

    /** @param whenReady what follows a preparation, if there is one */
    OwnedAddresses(
            AddressOwner owner,
            GroupEvents events,
            EventLoop loop,
            Candidacy.@Nullable Preparation preparation,
            Runnable whenReady) {
        this.loop = loop;
        this.preparation = preparation;
        this.whenReady = whenReady;
        this.owner = owner;
        this.events = events;
    }

    boolean held() {
        return owner.held();
    }

    AddressLease lease() {
        return owner.lease();
    }

    ConnectionDrain connectionDrain() {
        return owner.connectionDrain();
    }

    List<VirtualRoute> routes() {
        return owner.routes();
    }

    /** These counters, and those of the addresses after them. */
    Map<String, Long> countersAfter(Map<String, Long> counters) {
        Map<String, Long> all = new LinkedHashMap<>(counters);
        all.putAll(owner.counters());
        return all;
    }

    @Override
    public boolean prepare() {
        if (preparation == null) {
            return true;
        }
        preparation.prepare(() -> loop.execute(whenReady));
        return false;
    }

    @Override
    public void take() {
        take(owner::take);
    }

    @Override
    public void takeFrom(Peer predecessor) {
        take(() -> owner.takeFrom(predecessor.address()));
    }

    private void take(Runnable how) {
        draining = false;
        if (succeeds(how)) {
            taken = true;
            events.addressesTaken();
        }
    }

    @Override
    public void renew() {
        if (announcementOwed && announcements.pass(loop.nanoTime())) {
            announcementOwed = false;
            succeeds(owner::announce);
        }
        if (taken) {
            try {
                owner.renew();
            } catch (HaException e) {
                events.addressFailed(e);
            }
        } else if (succeeds(owner::renew)) {
            taken = true;
            announce();
            events.addressesTaken();
        }
    }

    /**
     * Now, and once more a little later: a node that lost a contention may announce itself for the last time after it
     * has sent the advertisement that we answer, and the last announcement is what hosts believe.
     */
    @Override
    public void announce() {
        announcementOwed = true;
        if (announcements.pass(loop.nanoTime())) {
            succeeds(owner::announce);
        }
    }

    @Override
    public void release() {
        taken = false;
        announcementOwed = false;
        draining = false;
        if (succeeds(owner::release)) {
            events.addressesReleased();
        }
    }

    @Override
    public void handOver() {
        if (!owner.drain(this)) {
            release();
            return;
        }
        taken = false;
        announcementOwed = false;
        draining = true;
    }

    @Override
    public void left(ConnectionDrain drain) {
        events.connectionsDraining(drain);
    }

    @Override
    public void released() {
        draining = false;
        events.addressesReleased();
        if (whenDrained != null) {
            whenDrained.run();
        }
    }

    /**
     * Whether the addresses are not released yet after a hand-over.
     *
     * @param then to be run when they are, if so; once
     */
    boolean awaitsConnections(Runnable then) {
        whenDrained = then;
        return draining;
    }

    /** What the kernel refuses of them is told, and tried again. */
    void changeRoutes(List<VirtualRoute> routes) {
        if (!routes.equals(owner.routes())) {
            succeeds(() -> owner.changeRoutes(routes));
        }
    }

    void close() {
        succeeds(owner::close);
    }

    private boolean succeeds(Runnable action) {
        try {
            action.run();
            return true;
        } catch (HaException e) {
            events.addressFailed(e);
            return false;
        }
    }
}
