package io.ha4j.vrrp;

import io.ha4j.Election;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.SignOfLife;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;

/** Election of {@link VirtualRouter}s. One engine per event loop, for as long as it has candidacies. Thread-safe. */
public final class VrrpElectionProvider implements ElectionProvider {
    private static final int ADDRESSES_MAX = 255; // the count has 8 bits: RFC 9568 §5.2.5

    private static final int VRID_OFFSET = 1;
    private static final int PRIORITY_OFFSET = 2;

    private final IdentityHashMap<EventLoop, VrrpEngine> engines = new IdentityHashMap<>(); // guarded by itself

    /** For {@link java.util.ServiceLoader}. */
    public VrrpElectionProvider() {}

    @Override
    public boolean supports(Election election) {
        return election instanceof VirtualRouter;
    }

    @Override
    public Candidacy open(Candidacy.Spec spec) {
        VirtualRouter router = (VirtualRouter) spec.election();
        check(spec, router);
        return engine(spec.host().eventLoop()).open(spec, router.interfaceName());
    }

    @Override
    public Duration lease(Election election) {
        return Duration.ofNanos(Timing.of((VirtualRouter) election).leaseNs());
    }

    /** Versions 2 and 3 have the VRID and the priority at the same place: RFC 3768 §5.1, RFC 9568 §5.1. */
    @Override
    public SignOfLife signOfLife(Election election, List<VirtualAddress> addresses) {
        VirtualRouter router = (VirtualRouter) election;
        boolean ipv6 = !addresses.get(0).isIpv4();
        return new SignOfLife(
                router.interfaceName(), ipv6, VrrpCodec.PROTOCOL, VRID_OFFSET, router.id(), PRIORITY_OFFSET);
    }

    private VrrpEngine engine(EventLoop loop) {
        synchronized (engines) {
            return engines.computeIfAbsent(loop, it -> new VrrpEngine(() -> remove(it)));
        }
    }

    private void remove(EventLoop loop) {
        synchronized (engines) {
            engines.remove(loop);
        }
    }

    private static void check(Candidacy.Spec spec, VirtualRouter router) {
        if (spec.addresses().isEmpty() || spec.addresses().size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException("a virtual router must have 1 to " + ADDRESSES_MAX
                    + " addresses, but " + spec.group() + " had "
                    + spec.addresses().size());
        }
        for (VirtualAddress address : spec.addresses()) {
            if (!address.isIpv4()) {
                throw new IllegalArgumentException(
                        "virtual addresses must be IPv4 (IPv6 is not supported yet), but was " + address);
            }
        }
        if (router.sourceAddress() != null && !(router.sourceAddress() instanceof Inet4Address)) {
            throw new IllegalArgumentException("sourceAddress must be of the family of the virtual addresses, but was "
                    + router.sourceAddress().getHostAddress());
        }
    }
}
