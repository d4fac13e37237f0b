package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.PassiveChecks;
import io.ha4j.spi.EventSink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of one balancer. Whoever changes something takes the lock and gives the {@link Picker} a new immutable
 * table of those that take connections; a pick takes no lock of this class.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class Targets {
    private static final Logger log = LoggerFactory.getLogger(Targets.class);

    /** What is known of a backend before its check has said anything. */
    static final String NOT_CHECKED = "not checked yet";

    private static final int MAX_EJECTIONS = 10; // that make the next one longer

    private final String balancer;
    private final Picker picker;
    private final EventSink<BalancerEvent> events;
    private final WaitingSessions waiting;
    private final PassiveChecks passive;
    private final PersistenceTable persistence;
    private boolean failsOpen; // guarded by this
    private final List<Target> all = new ArrayList<>(); // guarded by this
    private volatile List<Target> eligible = List.of();

    Targets(
            String balancer,
            Picker picker,
            WaitingSessions waiting,
            PassiveChecks passive,
            PersistenceTable persistence,
            EventSink<BalancerEvent> events) {
        this.passive = passive;
        this.persistence = persistence;
        this.waiting = waiting;
        this.balancer = balancer;
        this.picker = picker;
        this.events = events;
    }

    /**
     * The backend of a new connection, with the session counted in; {@link #release} counts it out.
     *
     * @param tried those that refused it already
     * @return null when there is none; {@link #isFull} says whether there would be if it were not full
     */
    @Nullable
    Target claim(Collection<Target> tried, Incoming incoming) {
        if (!persistence.isUsed()) {
            return schedule(tried, incoming);
        }
        InetAddress client = incoming.client().getAddress();
        while (true) {
            Target known = persistence.backendOf(client);
            boolean stays = known != null && known.isOffered() && !tried.contains(known);
            Target target = known != null && stays && claim(known) ? known : schedule(tried, incoming);
            if (target == null) {
                return null;
            }
            boolean full = known != null && target != known && stays && known.isOffered();
            if (persistence.enter(client, known, known != null && full ? known : target)) {
                return target;
            }
            giveBack(target); // another connection of the client was faster, and this one follows it
        }
    }

    /** Counts a session in at this one, if it takes any. */
    private boolean claim(Target target) {
        picker.claim(target);
        if (target.isEligible() && target.takePlace()) {
            return true;
        }
        uncount(target);
        return false;
    }

    private @Nullable Target schedule(Collection<Target> tried, Incoming incoming) {
        Collection<Target> excluded = tried;
        while (true) {
            Target target = picker.pick(excluded, incoming);
            if (target == null) {
                return null;
            }
            // Counted in first and asked second: a drain, which sets the flag first and reads the count second,
            // either is seen here or sees this session.
            if (!target.isEligible()) {
                uncount(target);
                synchronized (this) { // wait for the table that lacks it
                    publish();
                }
            } else if (!target.takePlace()) {
                uncount(target);
                if (excluded == tried) {
                    excluded = new ArrayList<>(tried);
                }
                excluded.add(target);
            } else {
                return target;
            }
        }
    }

    /** Whether it is for want of room that there is no backend. */
    boolean isFull(Collection<Target> tried) {
        return eligible.stream().anyMatch(target -> target.isFull() && !tried.contains(target));
    }

    private void uncount(Target target) {
        boolean last = target.release();
        picker.released(target);
        if (last && (target.draining || target.removed)) {
            synchronized (this) {
                completeDrain(target);
            }
        }
    }

    /** Counts a session out that {@link #claim} has counted in. */
    void release(Target target, Incoming incoming) {
        if (persistence.isUsed()) {
            persistence.leave(incoming.client().getAddress());
        }
        giveBack(target);
    }

    private void giveBack(Target target) {
        target.leavePlace();
        uncount(target);
        if (target.hasLimit()) {
            waiting.released();
        }
    }

    /** The backend accepted after this time. */
    void connected(Target target, long nanos) {
        target.total.increment();
        answered(target, nanos);
    }

    /** The backend has shown after this time that it is there. */
    void answered(Target target, long nanos) {
        if (target.failedInRow.get() > 0) {
            target.failedInRow.set(0);
            target.ejections = 0;
        }
        picker.connected(target, nanos);
    }

    /** The backend did not accept; {@code local} when this machine is to blame, which does not count against it. */
    void connectFailed(Target target, boolean local) {
        if (!local) {
            target.connectFailures.increment();
            picker.failed(target);
            if (target.failedInRow.incrementAndGet() >= passive.failures() && passive.failures() > 0) {
                eject(target);
            }
        }
    }

    private synchronized void eject(Target target) {
        long others = all.stream().filter(other -> other.ejected).count();
        if (target.removed
                || !target.isHealthy()
                || (others + 1) * 100 > (long) passive.maxEjectedPercent() * all.size()) {
            return;
        }
        BackendState from = target.state();
        target.ejections = Math.min(MAX_EJECTIONS, target.ejections + 1);
        Duration time = passive.ejectionTime().multipliedBy(target.ejections);
        target.ejectedUntil = System.nanoTime() + time.toNanos();
        target.ejected = true;
        target.detail = "ejected for " + time.toMillis() + " ms: " + target.failedInRow + " connects in a row failed";
        changed(target, from, target.detail);
    }

    private void endEjection(Target target) {
        BackendState from = target.state();
        target.ejected = false;
        target.failedInRow.set(0);
        target.cameUp(System.nanoTime());
        target.detail = "its ejection has ended";
        changed(target, from, target.detail);
    }

    synchronized Target add(Backend backend, boolean up, String detail) {
        if (find(backend.address()) != null) {
            throw new IllegalArgumentException(
                    "balancer " + balancer + " has a backend " + HostPort.text(backend.address()) + " already");
        }
        Target target = new Target(backend, up, detail);
        all.add(target);
        publish();
        return target;
    }

    synchronized Target remove(InetSocketAddress address) {
        Target target = require(address);
        target.removed = true;
        all.remove(target);
        publish();
        if (target.active() == 0) {
            completeDrain(target);
        }
        log.info("{}: backend {} removed", balancer, target);
        return target;
    }

    synchronized void setWeight(InetSocketAddress address, int weight) {
        if (weight < 0 || weight > 65535) {
            throw new IllegalArgumentException(
                    "weight of " + HostPort.text(address) + " must be in [0, 65535], but was " + weight);
        }
        require(address).weight = weight;
        publish();
    }

    /** As the other one, of a check that says nothing of a weight. */
    synchronized void checked(Target target, boolean up, String detail) {
        checked(target, up, null, detail);
    }

    /**
     * What a check found. Without effect on a backend that was removed.
     *
     * @param weight what it says the backend's weight is; null for nothing
     */
    synchronized void checked(Target target, boolean up, @Nullable Integer weight, String detail) {
        if (target.removed) {
            return;
        }
        if (!Objects.equals(weight, target.checkedWeight)) {
            target.checkedWeight = weight;
            log.info("{}: backend {} has weight {}: {}", balancer, target, target.weight(), detail);
            publish();
        }
        BackendState from = target.state();
        if (!up && target.detail.endsWith(NOT_CHECKED) && !detail.endsWith(NOT_CHECKED)) {
            log.warn("{}: backend {} begins {}: {}", balancer, target, from, detail); // no change will tell why
        }
        if (!target.ejected || up != target.up) {
            target.detail = detail;
        }
        if (up && !target.up && target.wasUp) {
            target.cameUp(System.nanoTime());
        }
        if (up && !target.up) {
            target.ejected = false; // what the check has seen is newer
        }
        target.up = up;
        target.wasUp |= up;
        changed(target, from, detail);
    }

    /** To be called now and then: ends ejections, and lets the weights of slow starts grow. */
    synchronized void timePasses(long nowNanos) {
        for (Target target : all) {
            if (target.ejected && nowNanos - target.ejectedUntil >= 0) {
                endEjection(target);
            }
        }
        if (all.stream().anyMatch(Target::isWarming)) {
            publish();
        }
    }

    synchronized CompletableFuture<Void> drain(InetSocketAddress address) {
        Target target = require(address);
        if (target.draining) {
            CompletableFuture<Void> waiting = target.drained;
            return waiting == null ? CompletableFuture.completedFuture(null) : waiting.copy();
        }
        BackendState from = target.state();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        target.drained = drained;
        target.draining = true;
        changed(target, from, "drain");
        if (target.active() == 0) {
            completeDrain(target);
        }
        return drained.copy();
    }

    synchronized void undrain(InetSocketAddress address) {
        Target target = require(address);
        if (!target.draining) {
            return;
        }
        BackendState from = target.state();
        target.draining = false;
        changed(target, from, "drain called off");
        CompletableFuture<Void> drained = target.drained;
        target.drained = null;
        if (drained != null) {
            complete(drained);
        }
    }

    /** Whether the checks of all have said something. */
    synchronized boolean isChecked() {
        return all.stream().noneMatch(target -> target.detail.endsWith(NOT_CHECKED));
    }

    synchronized List<BackendSnapshot> snapshot() {
        return all.stream().map(Target::snapshot).toList();
    }

    private void changed(Target target, BackendState from, String detail) {
        BackendState to = target.state();
        if (from == to) {
            return;
        }
        publish();
        if (to == BackendState.DOWN) {
            log.warn("{}: backend {} {} -> {}: {}", balancer, target, from, to, detail);
        } else {
            log.info("{}: backend {} {} -> {}: {}", balancer, target, from, to, detail);
        }
        events.dispatch(new BalancerEvent.BackendChanged(balancer, Instant.now(), target.address(), from, to, detail));
    }

    // Under the lock, so that a session that ends while drain() looks at the count completes it once.
    private void completeDrain(Target target) {
        CompletableFuture<Void> drained = target.drained;
        if (drained == null || target.active() != 0) {
            return;
        }
        target.drained = null;
        log.info("{}: backend {} drained", balancer, target);
        events.dispatch(new BalancerEvent.BackendDrained(balancer, Instant.now(), target.address()));
        complete(drained);
    }

    // Never on an event loop: what the application chained to it would run there.
    private static void complete(CompletableFuture<Void> drained) {
        drained.completeAsync(() -> null);
    }

    private void publish() {
        List<Target> wanted = all.stream().filter(Target::isWanted).toList();
        long healthy = wanted.stream().filter(Target::isHealthy).count();
        boolean open = healthy * 100 < (long) passive.failOpenPercent() * wanted.size();
        if (open != failsOpen) {
            failsOpen = open;
            log.warn(
                    "{}: {} of {} backends are up: {}",
                    balancer,
                    healthy,
                    wanted.size(),
                    open ? "all of them get connections" : "only those get connections");
        }
        all.forEach(target -> target.failOpen = open);
        List<Target> able = all.stream().filter(Target::isEligible).toList();
        List<Target> first = able.stream().filter(target -> !target.backup).toList();
        List<Target> table = first.isEmpty() ? able : first;
        // Whole percents of weight 1 need a finer scale, but only while something grows.
        all.forEach(target -> target.offered = first.isEmpty() || !target.backup);
        long now = System.nanoTime();
        boolean anyWarm = table.stream().anyMatch(Target::isWarming);
        for (Target target : table) {
            target.share = anyWarm ? target.weight() * target.warmPercent(now) : target.weight();
        }
        eligible = table;
        picker.update(table);
        waiting.allLookAgain(); // sessions look again on their own event loops
    }

    private Target require(InetSocketAddress address) {
        Target target = find(requireNonNull(address, "address"));
        if (target == null) {
            throw new IllegalArgumentException("balancer " + balancer + " has no backend " + address);
        }
        return target;
    }

    private @Nullable Target find(InetSocketAddress address) {
        for (Target target : all) {
            if (target.address().equals(address)) {
                return target;
            }
        }
        return null;
    }
}
