package io.ha4j.standalone;

import io.ha4j.BalancerSnapshot;
import io.ha4j.ConnectionDrain;
import io.ha4j.ConnectionLimits;
import io.ha4j.DeathDetectionSnapshot;
import io.ha4j.GroupSnapshot;
import io.ha4j.HotRestart;
import io.ha4j.IpNetwork;
import io.ha4j.Mismatch;
import io.ha4j.PassiveChecks;
import io.ha4j.Peer;
import io.ha4j.Persistence;
import io.ha4j.TrackedCheck;
import io.ha4j.TrustedProxies;
import io.ha4j.Unicast;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import io.ha4j.standalone.conf.Configuration;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import io.ha4j.standalone.conf.VrrpSyncGroup;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From the snapshots of the API to what the admin endpoint tells. */
final class StatusCollector {
    private StatusCollector() {}

    static Status.@Nullable HotRestart hotRestart(@Nullable HotRestart restart) {
        return restart == null
                ? null
                : new Status.HotRestart(
                        restart.path().toString(),
                        restart.predecessor().isPresent()
                                ? restart.predecessor().getAsLong()
                                : null,
                        restart.inherited().stream().map(Text::endpoint).toList());
    }

    static Status.Group group(GroupSnapshot group, @Nullable VrrpSyncGroup sync) {
        VirtualRouter router = (VirtualRouter) group.election();
        Status.VirtualMac virtualMac =
                virtualMac(router, !group.addresses().get(0).isIpv4());
        return new Status.Group(
                group.name(),
                group.state().name(),
                group.since().toString(),
                group.reason(),
                router.interfaceName(),
                router.id(),
                router.version(),
                router.priority(),
                group.priority(),
                seconds(router.advertisementInterval()),
                router.preempt(),
                group.localAddress(),
                unicastPeers(router),
                peer(group.active()),
                group.addresses().stream()
                        .map(address -> address(address, group))
                        .toList(),
                group.routes().stream().map(VirtualRoute::toString).toList(),
                group.addressesHeld(),
                seconds(group.delay()),
                group.counters(),
                group.lease().toString(),
                drain(group.connectionDrain()),
                group.mismatches().stream().map(StatusCollector::mismatch).toList(),
                group.checks().stream().map(StatusCollector::check).toList(),
                virtualMac,
                router.acceptMode() || router.isOwner(),
                sync == null ? null : sync.name(),
                deathDetection(group.deathDetection()));
    }

    private static Status.@Nullable DeathDetection deathDetection(@Nullable DeathDetectionSnapshot detection) {
        return detection == null
                ? null
                : new Status.DeathDetection(
                        detection.port(),
                        detection.peers(),
                        detection.rank(),
                        detection.effective(),
                        detection.remark(),
                        detection.counters());
    }

    private static Status.ConnectionDrain drain(ConnectionDrain drain) {
        InetAddress predecessor = drain.predecessor();
        return new Status.ConnectionDrain(
                seconds(drain.limit()),
                drain.isDraining(),
                drain.connections(),
                seconds(drain.left()),
                predecessor == null ? null : IpText.of(predecessor),
                drain.toString());
    }

    private static Status.Check check(TrackedCheck check) {
        return new Status.Check(
                check.name(),
                check.up(),
                check.detail(),
                check.weight(),
                check.reversed(),
                check.change(),
                check.failed());
    }

    private static Status.@Nullable VirtualMac virtualMac(VirtualRouter router, boolean ipv6) {
        VirtualMac mac = router.virtualMac();
        return mac == null
                ? null
                : new Status.VirtualMac(
                        mac.interfaceName(router.id(), ipv6),
                        VirtualMac.address(router.id(), ipv6),
                        mac.advertise() && router.unicast() == null);
    }

    private static Status.Mismatch mismatch(Mismatch mismatch) {
        return new Status.Mismatch(
                mismatch.kind().name(),
                IpText.of(mismatch.from()),
                mismatch.detail(),
                mismatch.firstSeen().toString(),
                mismatch.lastSeen().toString(),
                mismatch.count());
    }

    private static List<String> unicastPeers(VirtualRouter router) {
        Unicast unicast = router.unicast();
        return unicast == null
                ? List.of()
                : unicast.peers().stream().map(IpText::of).toList();
    }

    private static Status.Address address(VirtualAddress address, GroupSnapshot group) {
        return new Status.Address(
                address.toString(),
                Text.carrier(address, (VirtualRouter) group.election(), group.addresses()),
                address.label(),
                options(address),
                address.advertised());
    }

    /** In the words of ip-address(8). */
    private static String options(VirtualAddress address) {
        List<String> options = new ArrayList<>();
        if (address.broadcast() != null) {
            options.add("brd " + IpText.of(address.broadcast()));
        }
        if (address.scope() != VirtualAddress.GLOBAL) {
            options.add("scope " + Text.scope(address.scope()));
        }
        if (!address.prefixRoute()) {
            options.add("noprefixroute");
        }
        if (address.home()) {
            options.add("home");
        }
        if (address.deprecated()) {
            options.add("deprecated");
        }
        return String.join(" ", options);
    }

    private static Status.@Nullable Peer peer(@Nullable Peer peer) {
        return peer == null
                ? null
                : new Status.Peer(
                        IpText.of(peer.address()),
                        peer.version(),
                        peer.priority(),
                        seconds(peer.advertisementInterval()));
    }

    static Status.VirtualServer virtualServer(
            Configuration configuration, VirtualServer server, BalancerSnapshot balancer) {
        return new Status.VirtualServer(
                Text.endpoint(server.address()),
                balancer.protocol().name(),
                balancer.listeners().stream().map(Text::endpoint).toList(),
                balancer.listening(),
                balancer.scheduler().keyword(),
                "RELAY",
                balancer.transport().name().toLowerCase(Locale.ROOT),
                configuration
                        .holderOf(server.address().getAddress())
                        .map(VrrpInstance::name)
                        .orElse(null),
                limits(balancer.limits()),
                passiveChecks(balancer.passiveChecks()),
                acceptProxy(balancer.trustedProxies()),
                persistence(balancer),
                balancer.source().toString(),
                balancer.accepted(),
                balancer.active(),
                balancer.queued(),
                balancer.ended(),
                new Status.Datagrams(
                        balancer.datagrams().received(),
                        balancer.datagrams().sent(),
                        balancer.datagrams().dropped()),
                balancer.listenerDrops(),
                balancer.buffered(),
                balancer.eventLoops().stream().map(StatusCollector::eventLoop).toList(),
                balancer.backends().stream().map(StatusCollector::realServer).toList(),
                balancer.names().stream().map(StatusCollector::name).toList());
    }

    private static Status.Limits limits(ConnectionLimits limits) {
        return new Status.Limits(
                seconds(limits.connectTimeout()),
                seconds(limits.idleTimeout()),
                seconds(limits.halfClosedTimeout()),
                limits.maxConnections(),
                limits.maxConnectionsPerSource(),
                limits.maxQueued(),
                seconds(limits.queueTimeout()),
                limits.maxConnectionRate(),
                limits.maxBuffered());
    }

    private static Status.PassiveChecks passiveChecks(PassiveChecks checks) {
        return new Status.PassiveChecks(
                checks.failures(),
                seconds(checks.ejectionTime()),
                checks.maxEjectedPercent(),
                checks.failOpenPercent());
    }

    private static Status.AcceptProxy acceptProxy(TrustedProxies proxies) {
        return new Status.AcceptProxy(
                proxies.networks().stream().map(IpNetwork::toString).toList(), seconds(proxies.headerTimeout()));
    }

    private static Status.EventLoop eventLoop(BalancerSnapshot.EventLoopSnapshot loop) {
        return new Status.EventLoop(loop.name(), loop.active(), loop.total(), loop.bytesIn(), loop.bytesOut());
    }

    private static Status.Name name(BalancerSnapshot.NameSnapshot name) {
        Instant at = name.resolvedAt();
        return new Status.Name(
                Text.endpoint(name.name()),
                name.addresses().stream().map(Text::endpoint).toList(),
                at == null ? null : at.toString(),
                name.detail());
    }

    private static Status.Persistence persistence(BalancerSnapshot balancer) {
        Persistence settings = balancer.persistence();
        return new Status.Persistence(
                seconds(settings.timeout()),
                settings.ipv4Prefix(),
                settings.ipv6Prefix(),
                settings.maxEntries(),
                balancer.persistentClients());
    }

    private static Status.RealServer realServer(BalancerSnapshot.BackendSnapshot backend) {
        return new Status.RealServer(
                Text.endpoint(backend.address()),
                backend.weight(),
                backend.configuredWeight(),
                backend.backup(),
                backend.maxConnections(),
                backend.state().name(),
                backend.check(),
                backend.detail(),
                backend.active(),
                backend.total(),
                backend.connectFailures(),
                backend.bytesIn(),
                backend.bytesOut(),
                backend.datagramsIn(),
                backend.datagramsOut());
    }

    static double uptime(Instant startedAt, Instant now) {
        return seconds(Duration.ofMillis(Duration.between(startedAt, now).toMillis()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
