package io.ha4j.vrrp.sim;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Records what it is told; its kernel lets a lease run out, whether the process lives or not. */
final class SimAddressOwner implements AddressOwner {
    private final SimHost host;
    private final VirtualTime time;
    private final Spec spec;
    private final List<String> calls = new ArrayList<>();
    private boolean held;
    private boolean closed;
    private long leaseEndNs;
    private AddressLease lease = new AddressLease(AddressLease.Enforcement.NONE, Duration.ZERO, "");

    SimAddressOwner(SimHost host, VirtualTime time, Spec spec) {
        this.host = host;
        this.time = time;
        this.spec = spec;
    }

    /** take, announce, change, release and close, in their order; renewals are too many. */
    List<String> calls() {
        return calls;
    }

    /** Whether this node answers for the addresses. */
    boolean answers() {
        return held && time.nowNs() < leaseEndNs;
    }

    /** Its kernel silences the addresses when the process ends. */
    void guarded() {
        lease = new AddressLease(AddressLease.Enforcement.GUARD, spec.lease(), "");
    }

    @Override
    public AddressLease lease() {
        return lease;
    }

    @Override
    public void take() {
        calls.add("take");
        held = true;
        leaseEndNs = time.nowNs() + spec.lease().toNanos();
        refuseIfTold("RTM_NEWADDR");
    }

    @Override
    public void renew() {
        if (!held) {
            throw new IllegalStateException("renew without take on " + host.name());
        }
        leaseEndNs = time.nowNs() + spec.lease().toNanos();
        refuseIfTold("RTM_NEWADDR");
    }

    @Override
    public void announce() {
        calls.add("announce");
    }

    @Override
    public void release() {
        if (held) {
            calls.add("release");
            held = false;
            refuseIfTold("RTM_DELADDR");
        }
    }

    @Override
    public void change(List<VirtualAddress> addresses) {
        calls.add("change " + addresses);
        refuseIfTold("RTM_NEWADDR");
    }

    @Override
    public boolean held() {
        return held;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        held = false;
        calls.add("close");
    }

    private void refuseIfTold(String call) {
        if (host.refusesAddresses()) {
            throw new HaException(call + ": EPERM");
        }
    }
}
