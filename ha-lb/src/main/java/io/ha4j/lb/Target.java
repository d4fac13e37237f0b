package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.lb.netty.NettyApplication;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A backend at run time: its state, which {@link Targets} alone changes, under its lock, and its counters, which all
 * event loops write.
 */
final class Target implements Scheduler.Candidate {
    private static final AtomicLong numbers = new AtomicLong();

    private final InetSocketAddress address;
    private final String text;

    final boolean backup;
    private final int maxConnections;
    private final long slowStartNanos;
    private final ProxyProtocol proxyProtocol;
    private final @Nullable NettyApplication application;

    volatile int weight; // as it was set
    volatile @Nullable Integer checkedWeight; // what its check says it is; null when that says nothing
    volatile int share; // the weight as pickers see it, which Targets computes
    volatile boolean up;
    volatile boolean ejected;
    volatile boolean failOpen; // whether it is used whatever is known about it
    volatile boolean offered; // whether its tier serves
    volatile boolean draining;
    volatile boolean removed;
    volatile String check = ""; // its name; empty for none
    volatile String detail;

    @Nullable
    CompletableFuture<Void> drained; // guarded by Targets; null when nobody waits

    /** Connects in a row that failed. */
    final AtomicInteger failedInRow = new AtomicInteger();

    // Guarded by Targets.
    int ejections; // without a success in between
    long ejectedUntil;
    boolean wasUp;
    private boolean warming;
    private long warmSince;

    // The picker's own, guarded by it; the cost is read by all loops.
    int position;
    int load;
    long numerator;
    int divisor = 1;
    long lastPick;
    volatile double cost; // nanoseconds
    volatile long costAt;

    /** In the order in which backends were added. */
    final long number = numbers.incrementAndGet();

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger places = new AtomicInteger(); // taken
    final LongAdder total = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder datagramsIn = new LongAdder();
    final LongAdder datagramsOut = new LongAdder();

    Target(Backend backend, boolean up, String detail) {
        address = backend.address();
        text = HostPort.text(address);
        weight = backend.weight();
        share = weight;
        backup = backend.backup();
        maxConnections = backend.maxConnections();
        proxyProtocol = backend.proxyProtocol();
        application = (NettyApplication) backend.application();
        slowStartNanos = backend.slowStart().toNanos();
        this.up = up;
        wasUp = up;
        this.detail = detail;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public int weight() {
        Integer checked = checkedWeight;
        return checked == null ? weight : checked;
    }

    BackendState state() {
        if (draining) {
            return BackendState.DRAINING;
        }
        return up && !ejected ? BackendState.UP : BackendState.DOWN;
    }

    /** Its weight in comparison with the others, above 0: grows while a slow start is under way. */
    int share() {
        return share;
    }

    /** Begins to grow, if it is to. Guarded by Targets. */
    void cameUp(long nowNanos) {
        warmSince = nowNanos;
        warming = slowStartNanos > 0;
    }

    boolean isWarming() {
        return warming;
    }

    /** The part of its weight that it has now, in percent; ends the slow start when that is 100. Guarded by Targets. */
    int warmPercent(long nowNanos) {
        if (warming && nowNanos - warmSince >= slowStartNanos) {
            warming = false;
        }
        return warming ? (int) Math.max(1, (nowNanos - warmSince) / (slowStartNanos / 100.0)) : 100;
    }

    ProxyProtocol proxyProtocol() {
        return proxyProtocol;
    }

    /** What takes its connections in this process; null for a server. */
    @Nullable
    NettyApplication application() {
        return application;
    }

    /** Takes one of the places that it has for sessions, if there is one; {@link #leavePlace} gives it back. */
    boolean takePlace() {
        return maxConnections == 0
                || places.getAndUpdate(taken -> Math.min(maxConnections, taken + 1)) < maxConnections;
    }

    void leavePlace() {
        if (maxConnections > 0) {
            places.decrementAndGet();
        }
    }

    boolean hasLimit() {
        return maxConnections > 0;
    }

    boolean isFull() {
        return maxConnections > 0 && places.get() >= maxConnections;
    }

    /** Whether it works, as far as is known. */
    boolean isHealthy() {
        return up && !ejected;
    }

    /** Whether it is to have connections when it works. */
    boolean isWanted() {
        return !draining && !removed && weight() > 0;
    }

    /** Whether datagrams of a session that it has go on to it; connections stay in any case. */
    boolean keepsDatagrams() {
        return !removed && (failOpen || isHealthy());
    }

    /** Whether new connections may go to it. */
    boolean isEligible() {
        return (failOpen || isHealthy()) && isWanted();
    }

    /** Whether new connections go to it now, by its tier, too. */
    boolean isOffered() {
        return offered && isEligible();
    }

    @Override
    public int active() {
        return active.get();
    }

    /** Counts a session in; from then on a drain waits for it. */
    void claim() {
        active.incrementAndGet();
    }

    /** Counts a session out and says whether it was the last. */
    boolean release() {
        return active.decrementAndGet() == 0;
    }

    BackendSnapshot snapshot() {
        return new BackendSnapshot(
                address,
                weight(),
                weight,
                backup,
                maxConnections,
                state(),
                check,
                detail,
                active(),
                total.sum(),
                connectFailures.sum(),
                bytesIn.sum(),
                bytesOut.sum(),
                datagramsIn.sum(),
                datagramsOut.sum());
    }

    /** {@code ADDRESS:PORT}. */
    @Override
    public String toString() {
        return text;
    }
}
