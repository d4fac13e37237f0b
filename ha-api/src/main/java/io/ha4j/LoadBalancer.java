package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.BalancerProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes TCP connections, or UDP datagrams, on to backends.
 *
 * <pre>{@code
 * try (LoadBalancer balancer = LoadBalancer.builder("web")
 *         .listen("0.0.0.0", 8080)
 *         .backend(Backend.of("10.0.0.11", 80))
 *         .backend(Backend.of("10.0.0.12", 80))
 *         .healthCheck(HealthCheck.tcp().interval(Duration.ofSeconds(2)))
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>It runs from {@link Builder#start()} to {@link #close()}. Thread-safe.
 */
public interface LoadBalancer extends AutoCloseable {
    /** Begins a balancer; the name appears in events, logs and snapshots. */
    static Builder builder(String name) {
        return new Builder(name);
    }

    String name();

    BalancerSnapshot snapshot();

    /** Adds a listener for later events; see {@link Builder#onEvent}. */
    Subscription subscribe(Consumer<? super BalancerEvent> listener);

    /**
     * Adds a backend; existing connections are not touched. With a check it begins down and comes up with its first
     * success, whatever the check's rise; without one it is up.
     *
     * @throws IllegalArgumentException if there is a backend of that address already
     */
    void addBackend(Backend backend);

    /**
     * Stops checking a backend and forgets it; its connections go on until they end.
     *
     * @throws IllegalArgumentException if there is no backend of that address
     */
    void removeBackend(InetSocketAddress address);

    /**
     * Changes a backend's weight, in [0, 65535]; existing connections are not touched.
     *
     * @throws IllegalArgumentException if there is no backend of that address or the weight is out of range
     */
    void setWeight(InetSocketAddress address, int weight);

    /**
     * Gives a backend no new connections. The future completes when its last connection has ended, or when
     * {@link #undrain} calls it off; it never fails.
     *
     * @throws IllegalArgumentException if there is no backend of that address
     */
    CompletableFuture<Void> drain(InetSocketAddress address);

    /**
     * Lets a backend that drains take connections again.
     *
     * @throws IllegalArgumentException if there is no backend of that address
     */
    void undrain(InetSocketAddress address);

    /**
     * Stops accepting, lets connections end by themselves for as long as this, and resets those that remain: an end of
     * stream would make what is missing look complete. Returns when that is done.
     */
    void close(Duration drainLimit);

    /** Stops accepting and closes all connections. Closing twice does nothing more. */
    @Override
    default void close() {
        close(Duration.ZERO);
    }

    /** Collects the settings of a balancer. Not thread-safe. */
    final class Builder {
        private final String name;
        private final List<InetSocketAddress> listeners = new ArrayList<>();
        private final List<Backend> backends = new ArrayList<>();
        private Scheduler scheduler = Scheduler.NEVER_QUEUE;
        private @Nullable HealthCheck healthCheck;
        private Protocol protocol = Protocol.TCP;
        private @Nullable ConnectionLimits limits;
        private @Nullable Duration connectTimeout;
        private PassiveChecks passiveChecks = PassiveChecks.NONE;
        private TrustedProxies trustedProxies = TrustedProxies.NONE;
        private Persistence persistence = Persistence.NONE;
        private Duration resolveInterval = Duration.ofSeconds(30);
        private SourceAddress source = SourceAddress.KERNEL;
        private Transport transport = Transport.AUTO;
        private @Nullable HaGroup group;
        private @Nullable HotRestart hotRestart;
        private final List<Consumer<? super BalancerEvent>> onEvent = new ArrayList<>();

        private Builder(String name) {
            this.name = requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name must not be blank");
            }
        }

        /** What is passed on; {@link Protocol#TCP} by default. */
        public Builder protocol(Protocol protocol) {
            this.protocol = requireNonNull(protocol, "protocol");
            return this;
        }

        /** Accepts connections at this literal address; port 0 takes any that is free. */
        public Builder listen(String address, int port) {
            return listen(new InetSocketAddress(IpLiteral.parse(address), port));
        }

        /** Accepts connections at this address; port 0 takes any that is free. */
        public Builder listen(InetSocketAddress address) {
            if (requireNonNull(address, "address").isUnresolved()) {
                throw new IllegalArgumentException("listener address must be resolved, but was " + address);
            }
            listeners.add(address);
            return this;
        }

        /** Adds a backend; more can be added later. */
        public Builder backend(Backend backend) {
            backends.add(requireNonNull(backend, "backend"));
            return this;
        }

        /** How a backend is chosen; {@link Scheduler#NEVER_QUEUE} by default. */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = requireNonNull(scheduler, "scheduler");
            return this;
        }

        /** Lets the application choose: {@link Scheduler#of} with the name {@code custom}. */
        public Builder scheduler(Scheduler.Choice choice) {
            return scheduler(Scheduler.of("custom", choice));
        }

        /**
         * The check of every backend that has none of its own; by default there is none and they count as up.
         *
         * @throws IllegalArgumentException if it is an {@link InterfaceCheck}, which only a group can track
         */
        public Builder healthCheck(HealthCheck check) {
            Backend.requireCheckOfBackend(requireNonNull(check, "check"));
            this.healthCheck = check;
            return this;
        }

        /** How long a backend may take to accept a connection before another one is tried; 3 s by default. */
        public Builder connectTimeout(Duration timeout) {
            ConnectionLimits.DEFAULT.connectTimeout(timeout); // refuses what is no such timeout
            connectTimeout = timeout;
            return this;
        }

        /**
         * All timeouts and maxima, in place of what was set before; {@link ConnectionLimits#DEFAULT} by default, with UDP
         * {@link ConnectionLimits#DEFAULT_UDP}.
         */
        public Builder limits(ConnectionLimits limits) {
            this.limits = requireNonNull(limits, "limits");
            connectTimeout = null;
            return this;
        }

        /** What failed connects say about a backend; {@link PassiveChecks#NONE} by default. */
        public Builder passiveChecks(PassiveChecks checks) {
            this.passiveChecks = requireNonNull(checks, "checks");
            return this;
        }

        /**
         * From where connections have to begin with a PROXY header; {@link TrustedProxies#NONE} by default. The client
         * that it names is the one that schedulers, {@link ConnectionLimits#maxConnectionsPerSource()}, the PROXY
         * header towards a backend and {@link SourceAddress#CLIENT} mean.
         */
        public Builder acceptProxy(TrustedProxies proxies) {
            this.trustedProxies = requireNonNull(proxies, "proxies");
            return this;
        }

        /** Whether a client stays with its backend; {@link Persistence#NONE} by default. */
        public Builder persistence(Persistence persistence) {
            this.persistence = requireNonNull(persistence, "persistence");
            return this;
        }

        /**
         * How long after an answer the names of {@link Backend#named} are asked for again; 30 s by default. The JDK
         * itself keeps answers for {@code networkaddress.cache.ttl} (a security property; 30 s): anything shorter has no
         * effect unless that is set to less.
         *
         * @param interval in [10 ms, 1 day]
         */
        public Builder resolveInterval(Duration interval) {
            if (requireNonNull(interval, "interval").compareTo(Duration.ofMillis(10)) < 0
                    || interval.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("resolveInterval must be in [10 ms, 1 day], but was " + interval);
            }
            resolveInterval = interval;
            return this;
        }

        /**
         * Where connections to backends come from; {@link SourceAddress#KERNEL} by default. Backends that are local
         * applications have no such connection.
         */
        public Builder source(SourceAddress source) {
            this.source = requireNonNull(source, "source");
            return this;
        }

        /** What the sockets run on; {@link Transport#AUTO} by default. */
        public Builder transport(Transport transport) {
            this.transport = requireNonNull(transport, "transport");
            return this;
        }

        /**
         * Listens only while this group is active, for listeners on its virtual addresses. When the group gives its
         * addresses up, the connections that came in through them are reset: their clients are served by the successor
         * from then on. A listener on a wildcard address serves the machine's own addresses always, and the group's
         * while it is active.
         */
        public Builder whileActive(HaGroup group) {
            this.group = requireNonNull(group, "group");
            return this;
        }

        /**
         * Takes the listeners that a predecessor has passed, where address, port and protocol are the same, and passes
         * them to a successor. Those of a predecessor take nothing before {@link HotRestart#ready}. Port 0 and addresses
         * of the group are bound as ever.
         */
        public Builder hotRestart(HotRestart restart) {
            this.hotRestart = requireNonNull(restart, "restart");
            return this;
        }

        /**
         * Adds a listener. It gets this balancer's events in order, one at a time, on a thread of its own. What it
         * throws is logged.
         */
        public Builder onEvent(Consumer<? super BalancerEvent> listener) {
            onEvent.add(requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Checks the settings, binds the listeners and begins to check the backends. Backends with a check begin down,
         * and the first success brings them up. Waits up to 2 s for the first answers for names.
         *
         * @throws IllegalArgumentException if the settings contradict one another; with UDP there are no PROXY headers,
         *     with NIO the source cannot be the client's address
         * @throws HaUnavailableException if the transport is not available here, or a privilege that the source needs
         * @throws HaException if an address cannot be bound; nothing is left behind
         */
        public LoadBalancer start() {
            if (listeners.isEmpty()) {
                throw new IllegalArgumentException("listen address of balancer " + name + " must be given");
            }
            long distinct = backends.stream().map(Backend::address).distinct().count();
            if (distinct != backends.size()) {
                throw new IllegalArgumentException("backends of balancer " + name + " must differ from one another");
            }
            if (protocol == Protocol.UDP && !trustedProxies.networks().isEmpty()) {
                throw new IllegalArgumentException("acceptProxy of balancer " + name + " must not be set with UDP");
            }
            if (hotRestart != null && transport != Transport.AUTO && transport != Transport.EPOLL) {
                throw new IllegalArgumentException("transport of balancer " + name
                        + " must be AUTO or EPOLL with hotRestart, but was " + transport);
            }
            if (source.client() && transport == Transport.NIO) {
                throw new IllegalArgumentException("transport of balancer " + name
                        + " must be AUTO or EPOLL with the client's address as source, but was NIO");
            }
            backends.forEach(this::requireFitting);
            EventDispatcher<BalancerEvent> dispatcher = new EventDispatcher<>();
            onEvent.forEach(dispatcher::subscribe);
            return Providers.balancer()
                    .start(new BalancerProvider.Spec(
                            name,
                            protocol,
                            List.copyOf(listeners),
                            List.copyOf(backends),
                            scheduler,
                            healthCheck,
                            effectiveLimits(),
                            passiveChecks,
                            trustedProxies,
                            persistence,
                            resolveInterval,
                            source,
                            transport,
                            group,
                            hotRestart,
                            dispatcher));
        }

        private void requireFitting(Backend backend) {
            if (protocol == Protocol.UDP && backend.proxyProtocol() != ProxyProtocol.NONE) {
                throw new IllegalArgumentException("proxyProtocol of " + backend.address()
                        + " must be NONE with UDP, but was " + backend.proxyProtocol());
            }
        }

        private ConnectionLimits effectiveLimits() {
            ConnectionLimits chosen = limits != null
                    ? limits
                    : protocol == Protocol.UDP ? ConnectionLimits.DEFAULT_UDP : ConnectionLimits.DEFAULT;
            return connectTimeout == null ? chosen : chosen.connectTimeout(connectTimeout);
        }
    }
}
