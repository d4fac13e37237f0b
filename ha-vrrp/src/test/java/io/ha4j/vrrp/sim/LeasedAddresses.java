package io.ha4j.vrrp.sim;

import io.ha4j.AddressLease;
import io.ha4j.spi.AddressOwner;
import io.ha4j.vrrp.sim.Script.Lease;
import java.time.Duration;

/**
 * The addresses of one group on one machine, and what its kernel does about them while the process cannot: the guard
 * answers while advertisements of the group leave and the process lives (DESIGN.md, "How the VIP is owned"); a lifetime
 * of whole seconds removes the addresses.
 */
final class LeasedAddresses implements AddressOwner {
    static final long NEVER = Long.MIN_VALUE;

    private static final long SECOND = 1_000_000_000;

    private final VirtualTime time;
    private final Lease kind;
    private final long leaseNs;
    private boolean held;
    private boolean alive = true;
    private long removedNs = NEVER; // when the lifetime ends
    private long mutedNs = NEVER; // when the guard closes

    LeasedAddresses(VirtualTime time, Lease kind, Spec spec) {
        this.time = time;
        this.kind = kind;
        this.leaseNs = spec.lease().toNanos();
    }

    /** Until when this machine answers for the addresses if nothing happens; {@link #NEVER} if it does not answer. */
    long answersUntilNs() {
        if (!held) {
            return NEVER;
        }
        long untilNs = kind == Lease.LIFETIME ? removedNs : alive ? Math.min(mutedNs, removedNs) : NEVER;
        return untilNs > time.nowNs() ? untilNs : NEVER;
    }

    /** The kernel sees an advertisement of this group leave. */
    void advertisementLeft() {
        mutedNs = time.nowNs() + leaseNs;
    }

    /** The process is dead; the kernel closes its sockets, and knows. */
    void orphaned() {
        alive = false;
    }

    /** The kernel's timers stood still. */
    void suspendedFor(long ns) {
        if (held) {
            removedNs += ns;
            mutedNs += mutedNs == NEVER ? 0 : ns;
        }
    }

    static long lifetimeNs(long leaseNs) {
        return (leaseNs + SECOND - 1) / SECOND * SECOND;
    }

    @Override
    public void take() {
        held = true;
        removedNs = time.nowNs() + lifetimeNs(leaseNs);
    }

    @Override
    public void renew() {
        if (!held) {
            throw new IllegalStateException("renew without take");
        }
        removedNs = time.nowNs() + lifetimeNs(leaseNs);
    }

    @Override
    public void announce() {}

    @Override
    public AddressLease lease() {
        return new AddressLease(
                kind == Lease.GUARD ? AddressLease.Enforcement.GUARD : AddressLease.Enforcement.LIFETIME,
                Duration.ofNanos(leaseNs),
                "");
    }

    @Override
    public void release() {
        held = false;
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public void close() {
        held = false;
    }
}
