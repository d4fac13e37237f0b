package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot.NameSnapshot;
import io.ha4j.spi.EventSink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The names of one balancer, and the threads that ask for them again and again. Thread-safe. */
final class BackendNames implements AutoCloseable {
    /** So many names may hang in the resolver and the others are still asked for. */
    private static final int MAX_THREADS = 4;

    /** How long a balancer that starts waits for the first answers. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** What becomes of addresses. */
    interface Backends {
        void add(Backend backend);

        void remove(InetSocketAddress address);

        void setWeight(InetSocketAddress address, int weight);
    }

    private record Watched(BackendName name, Future<?> asking) {}

    private final String balancer;
    private final Duration interval;
    private final Backends backends;
    private final EventSink<BalancerEvent> events;
    private final BackendName.Resolver resolver;
    private final Map<InetSocketAddress, Watched> all = new LinkedHashMap<>(); // guarded by this
    private @Nullable ScheduledThreadPoolExecutor threads; // guarded by this; null while there are no names
    private boolean closed; // guarded by this

    BackendNames(String balancer, Duration interval, Backends backends, EventSink<BalancerEvent> events) {
        this(balancer, interval, backends, events, InetAddress::getAllByName);
    }

    BackendNames(
            String balancer,
            Duration interval,
            Backends backends,
            EventSink<BalancerEvent> events,
            BackendName.Resolver resolver) {
        this.balancer = balancer;
        this.interval = interval;
        this.backends = backends;
        this.events = events;
        this.resolver = resolver;
    }

    static boolean isName(InetSocketAddress address) {
        return address.isUnresolved() && address.getPort() != 0;
    }

    synchronized void add(Backend template) {
        if (closed) {
            return;
        }
        if (all.containsKey(template.address())) {
            throw new IllegalArgumentException(
                    "balancer " + balancer + " has a backend " + HostPort.named(template.address()) + " already");
        }
        if (threads == null) {
            threads = new ScheduledThreadPoolExecutor(MAX_THREADS, task -> {
                Thread thread = new Thread(task, "ha4j-lb-names");
                thread.setDaemon(true);
                return thread;
            });
        }
        BackendName name = new BackendName(balancer, template, backends, resolver, events);
        all.put(
                template.address(),
                new Watched(
                        name,
                        threads.scheduleWithFixedDelay(name::resolve, 0, interval.toNanos(), TimeUnit.NANOSECONDS)));
    }

    /** Waits a moment for the first answers. */
    void awaitFirst() {
        long deadline = System.nanoTime() + FIRST_NANOS;
        try {
            for (BackendName name : names()) {
                if (!name.asked().await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws IllegalArgumentException if there is no such name */
    void remove(InetSocketAddress name) {
        Watched removed;
        synchronized (this) {
            removed = require(name);
            all.remove(name);
        }
        removed.asking().cancel(false);
        removed.name().end();
    }

    /** @throws IllegalArgumentException if there is no such name */
    void setWeight(InetSocketAddress name, int weight) {
        Watched watched;
        synchronized (this) {
            watched = require(name);
        }
        watched.name().setWeight(weight);
    }

    private Watched require(InetSocketAddress name) {
        Watched found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("balancer " + balancer + " has no backend " + HostPort.named(name));
        }
        return found;
    }

    private synchronized List<BackendName> names() {
        return all.values().stream().map(Watched::name).toList();
    }

    List<NameSnapshot> snapshot() {
        return names().stream().map(BackendName::snapshot).toList();
    }

    /** Asks no more; the addresses that there are stay backends. */
    @Override
    public synchronized void close() {
        closed = true;
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
