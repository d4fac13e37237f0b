package io.ha4j.vrrp;

import io.ha4j.Election;
import io.ha4j.Unicast;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import io.ha4j.spi.SignOfLife;
import io.ha4j.spi.VirtualLink;
import java.net.InetAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Election of {@link VirtualRouter}s. One engine per event loop, for as long as it has candidacies. Thread-safe. */
public final class VrrpElectionProvider implements ElectionProvider {
    private static final int ADDRESSES_MAX = 255; // the count has 8 bits: RFC 9568 §5.2.5

    private static final int IPV6_PER_FRAME = (1500 - 40 - 8) / 16; // on Ethernet, RFC 2464 §2

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
        return ((VirtualRouter) election).lease();
    }

    /** Versions 2 and 3 have the VRID and the priority at the same place: RFC 3768 §5.1, RFC 9568 §5.1. */
    @Override
    public SignOfLife signOfLife(Election election, List<VirtualAddress> addresses) {
        VirtualRouter router = (VirtualRouter) election;
        boolean ipv6 = !addresses.get(0).isIpv4();
        return new SignOfLife(
                router.interfaceName(), ipv6, VrrpCodec.PROTOCOL, VRID_OFFSET, router.id(), PRIORITY_OFFSET);
    }

    @Override
    public @Nullable VirtualLink virtualLink(Election election, List<VirtualAddress> addresses) {
        VirtualRouter router = (VirtualRouter) election;
        VirtualMac mac = router.virtualMac();
        boolean ipv6 = !addresses.get(0).isIpv4();
        return mac == null
                ? null
                : new VirtualLink(mac.interfaceName(router.id(), ipv6), VirtualMac.address(router.id(), ipv6));
    }

    /** The owner of the addresses always does (RFC 9568 §6.4.3, 655). */
    @Override
    public boolean accepts(Election election) {
        VirtualRouter router = (VirtualRouter) election;
        return router.acceptMode() || router.isOwner();
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

    /** @throws IllegalArgumentException if the addresses do not fit the virtual router */
    static void check(Candidacy.Spec spec, VirtualRouter router) {
        List<VirtualAddress> advertised = spec.advertised();
        if (advertised.isEmpty() || advertised.size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException("a virtual router must have 1 to " + ADDRESSES_MAX
                    + " advertised addresses, but " + spec.group() + " had " + advertised.size());
        }
        VirtualAddress first = advertised.get(0);
        Family family = Family.of(first.address());
        for (VirtualAddress address : advertised) {
            if (Family.of(address.address()) != family) {
                throw new IllegalArgumentException("virtual addresses of " + spec.group() + " must be of one family, "
                        + "but were " + first + " and " + address);
            }
        }
        if (family == Family.IPV6 && router.version() != 3) {
            throw new IllegalArgumentException(
                    "version must be 3 with IPv6 addresses, but was " + router.version() + " with " + first);
        }
        if (family == Family.IPV6 && !first.address().isLinkLocalAddress()) { // erratum 8300
            throw new IllegalArgumentException(
                    "the first IPv6 address of a virtual router must be link-local (fe80::/10), but was " + first);
        }
        if (router.virtualMac() != null
                && family == Family.IPV6
                && spec.addresses().size() > IPV6_PER_FRAME) {
            throw new IllegalArgumentException("a virtual router with a virtual MAC address must have at most "
                    + IPV6_PER_FRAME + " IPv6 addresses, so that an advertisement fits into one frame, but "
                    + spec.group() + " had " + spec.addresses().size());
        }
        InetAddress source = router.sourceAddress();
        if (source != null && Family.of(source) != family) {
            throw new IllegalArgumentException(
                    "sourceAddress must be of the family of the virtual addresses, but was " + IpText.of(source));
        }
        Unicast unicast = router.unicast();
        if (unicast != null) {
            check(unicast, family, source);
            return;
        }
        if (source != null && family == Family.IPV6 && !source.isLinkLocalAddress()) { // RFC 9568 §5.1.2.1
            throw new IllegalArgumentException("sourceAddress must be link-local, but was " + IpText.of(source));
        }
    }

    private static void check(Unicast unicast, Family family, @Nullable InetAddress source) {
        for (InetAddress peer : unicast.peers()) {
            if (Family.of(peer) != family) {
                throw new IllegalArgumentException(
                        "unicastPeers must be of the family of the virtual addresses, but was " + IpText.of(peer));
            }
            if (peer.equals(source)) {
                throw new IllegalArgumentException(
                        "unicastPeers must not contain the sourceAddress, but had " + IpText.of(peer));
            }
            if (family == Family.IPV6 && !peer.isLinkLocalAddress() && source == null) {
                throw new IllegalArgumentException("sourceAddress must be given for the unicast peer " + IpText.of(peer)
                        + ", which is not link-local");
            }
        }
    }
}
