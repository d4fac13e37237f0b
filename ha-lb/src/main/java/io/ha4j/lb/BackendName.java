package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot.NameSnapshot;
import io.ha4j.spi.EventSink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name whose addresses are backends. What the resolver says last counts, unless it fails: then everything stays as it
 * is. Thread-safe; its lock is held while backends are added and removed, and never asked for by what that calls.
 */
final class BackendName {
    private static final Logger log = LoggerFactory.getLogger(BackendName.class);

    /** Asks the system, and may block for long. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final String balancer;
    private final BackendNames.Backends backends;
    private final Resolver resolver;
    private final EventSink<BalancerEvent> events;
    private final CountDownLatch asked = new CountDownLatch(1);
    private Backend template; // guarded by this; its address is the name
    private final Set<InetSocketAddress> own = new LinkedHashSet<>(); // guarded by this
    private boolean ended; // guarded by this
    private volatile NameSnapshot snapshot;

    /** @param template what its addresses have in common; its own address is the name */
    BackendName(
            String balancer,
            Backend template,
            BackendNames.Backends backends,
            Resolver resolver,
            EventSink<BalancerEvent> events) {
        this.balancer = balancer;
        this.template = template;
        this.backends = backends;
        this.resolver = resolver;
        this.events = events;
        snapshot = new NameSnapshot(template.address(), List.of(), null, "not resolved yet");
    }

    InetSocketAddress name() {
        return snapshot.name();
    }

    NameSnapshot snapshot() {
        return snapshot;
    }

    /** Over when the resolver has answered for the first time, whatever it said. */
    CountDownLatch asked() {
        return asked;
    }

    /** Asks the resolver and does what follows. */
    void resolve() {
        try {
            resolved(List.of(resolver.resolve(name().getHostString())));
        } catch (UnknownHostException e) {
            failed("the name cannot be resolved");
        } catch (RuntimeException e) { // it must be asked again all the same
            log.error("{}: resolving {} failed", balancer, name().getHostString(), e);
            failed(String.valueOf(e.getMessage()));
        } finally {
            asked.countDown();
        }
    }

    private synchronized void resolved(List<InetAddress> addresses) {
        if (ended) {
            return;
        }
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        addresses.forEach(address -> found.add(new InetSocketAddress(address, name().getPort())));
        List<String> changes = new ArrayList<>();
        for (InetSocketAddress address : found) {
            if (!own.contains(address) && add(address)) {
                changes.add("+" + HostPort.text(address));
            }
        }
        for (InetSocketAddress address : List.copyOf(own)) {
            if (!found.contains(address)) {
                remove(address);
                changes.add("-" + HostPort.text(address));
            }
        }
        boolean recovered = !snapshot.detail().isEmpty();
        snapshot = new NameSnapshot(name(), List.copyOf(own), Instant.now(), "");
        if (!changes.isEmpty() || recovered) {
            log.info("{}: {} is {} {}", balancer, HostPort.named(name()), own, String.join(" ", changes));
            events.dispatch(new BalancerEvent.NameResolved(balancer, Instant.now(), name(), List.copyOf(own)));
        }
    }

    private boolean add(InetSocketAddress address) {
        try {
            backends.add(at(address));
            own.add(address);
            return true;
        } catch (IllegalArgumentException e) { // a backend of its own, or of another name
            log.debug("{}: {}: {}", balancer, HostPort.named(name()), e.getMessage());
            return false;
        }
    }

    private void remove(InetSocketAddress address) {
        own.remove(address);
        try {
            backends.remove(address);
        } catch (IllegalArgumentException e) {
            log.debug("{}: {}: {}", balancer, HostPort.named(name()), e.getMessage()); // somebody was faster
        }
    }

    private Backend at(InetSocketAddress address) {
        return new Backend(
                address,
                template.weight(),
                template.check(),
                template.backup(),
                template.maxConnections(),
                template.slowStart(),
                template.proxyProtocol(),
                null);
    }

    private synchronized void failed(String why) {
        if (ended || snapshot.detail().equals(why)) {
            return;
        }
        snapshot = new NameSnapshot(name(), snapshot.addresses(), snapshot.resolvedAt(), why);
        log.warn("{}: {}: {}; it keeps {}", balancer, HostPort.named(name()), why, own);
        events.dispatch(new BalancerEvent.NameFailed(balancer, Instant.now(), name(), why));
    }

    synchronized void setWeight(int weight) {
        template = template.weight(weight);
        for (InetSocketAddress address : own) {
            try {
                backends.setWeight(address, weight);
            } catch (IllegalArgumentException e) {
                log.debug("{}: {}", balancer, e.getMessage()); // it was removed by its address
            }
        }
    }

    /** Its addresses are no backends any more. */
    synchronized void end() {
        ended = true;
        List.copyOf(own).forEach(this::remove);
    }
}
