package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot;
import io.ha4j.ConnectionLimits;
import io.ha4j.LoadBalancer;
import io.ha4j.LocalApplication;
import io.ha4j.Protocol;
import io.ha4j.ProxyProtocol;
import io.ha4j.Subscription;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.netty.NettyApplication;
import io.ha4j.spi.BalancerProvider;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A balancer: what it is made of, and the order in which that begins and ends. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class RelayBalancer implements LoadBalancer, Restartable {
    private static final Logger log = LoggerFactory.getLogger(RelayBalancer.class);

    /** After all sessions were told to end: each needs one turn of its event loop. */
    private static final long END_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long an early connection to a virtual address waits for the group to become active. */
    private static final int ADMISSION_POLLS = 10;

    private static final long ADMISSION_POLL_MILLIS = 10;

    private static final BalancerSnapshot.Datagrams NO_DATAGRAMS = new BalancerSnapshot.Datagrams(0, 0, 0);

    private static final long MIN_WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_WATCH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BalancerProvider.Spec spec;
    private final EventLoops loops;
    private final GroupWatch group;
    private final PersistenceTable persistence;
    private final Targets targets;
    private final Sessions sessions;
    private final WaitingSessions waiting;
    private final Checks checks;
    private final BackendNames names;
    private final @Nullable UdpRelay udp;
    private final List<LoopCounters> counters;
    private final Listeners listeners;
    private final @Nullable Succession succession;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Subscription groupSubscription = () -> {};
    private @Nullable Future<?> watch;

    /** @param loops given back when the balancer is closed */
    RelayBalancer(BalancerProvider.Spec spec, EventLoops loops, GroupWatch group) {
        this.spec = spec;
        this.loops = loops;
        sessions = new Sessions(spec.limits());
        this.group = group;
        waiting = new WaitingSessions(spec.limits().maxQueued());
        persistence = new PersistenceTable(spec.persistence(), System::nanoTime);
        targets = new Targets(
                spec.name(), Picker.of(spec.scheduler()), waiting, spec.passiveChecks(), persistence, spec.events());
        checks = new Checks(targets, loops, spec.healthCheck());
        names = new BackendNames(spec.name(), spec.resolveInterval(), new Addresses(), spec.events());
        succession = (Succession) spec.hotRestart();
        counters = loops.all().stream()
                .map(shared ->
                        new LoopCounters(shared.name(), spec.protocol() == Protocol.TCP ? shared::ended : () -> {}))
                .toList();
        InheritedSockets inherited = succession == null ? new InheritedSockets() : succession.sockets();
        SharedLoop loop = loops.leastLoaded(); // that of all datagrams
        udp = spec.protocol() == Protocol.UDP
                ? new UdpRelay(
                        loops.transport(),
                        loop.eventLoop(),
                        counters.get(loop.index()),
                        targets,
                        sessions,
                        group,
                        inherited,
                        spec.source())
                : null;
        Entrances entrances = udp != null
                ? udp::entrance
                : (address, freeBind) -> {
                    int fd = inherited.take(Protocol.TCP, address);
                    return fd == InheritedSockets.NONE
                            ? loops.transport().entrance(spec.name(), loops, address, freeBind, this::accepted)
                            : SocketEntrance.inherited(spec.name(), loops.next(), address, fd, this::accepted);
                };
        listeners = new Listeners(spec.name(), loops, spec.events(), spec.listeners(), group.addresses(), entrances);
    }

    /** @throws io.ha4j.HaException if an address cannot be bound; nothing is left behind then */
    void start() {
        Origin.requireAvailable(spec.source(), spec.name(), loops.transport(), group.addresses());
        try {
            spec.backends().forEach(this::requireServable);
            for (Backend backend : spec.backends()) {
                if (BackendNames.isName(backend.address())) {
                    names.add(backend);
                } else {
                    checks.add(backend, spec.backends().size());
                }
            }
            names.awaitFirst();
            listeners.start();
        } catch (RuntimeException e) {
            names.close();
            checks.close();
            throw e;
        }
        log.info("{}: {} is relayed on {}", spec.name(), spec.protocol(), loops.transport());
        watch = watchTime(spec.limits(), spec.trustedProxies());
        groupSubscription = group.follow(
                listeners::activate,
                listeners::deactivate,
                () -> sessions.abort(EndReason.ADDRESS_RELEASED, OpenSession::isViaGroup));
        if (succession != null) {
            succession.add(this);
        }
    }

    @Override
    public boolean isChecked() {
        return targets.isChecked();
    }

    @Override
    public void begin() {
        listeners.begin();
    }

    @Override
    public List<FileDescriptor> listeningSockets() {
        return listeners.sockets();
    }

    @Override
    public void give() {
        listeners.give();
    }

    /** One look at all sessions now and then costs less than a timer for each. */
    private Future<?> watchTime(ConnectionLimits limits, TrustedProxies proxies) {
        long shortest = Stream.of(
                        limits.connectTimeout(),
                        limits.idleTimeout(),
                        limits.halfClosedTimeout(),
                        limits.queueTimeout(),
                        proxies.networks().isEmpty() ? Duration.ZERO : proxies.headerTimeout())
                .filter(timeout -> !timeout.isZero())
                .mapToLong(Duration::toNanos)
                .min()
                .orElse(MAX_WATCH_NANOS);
        long interval = Math.max(MIN_WATCH_NANOS, Math.min(MAX_WATCH_NANOS, shortest / 8));
        return loops.next()
                .scheduleWithFixedDelay(
                        () -> {
                            sessions.expire(System.nanoTime());
                            targets.timePasses(System.nanoTime());
                            persistence.expire();
                        },
                        interval,
                        interval,
                        TimeUnit.NANOSECONDS);
    }

    private void accepted(Accepted client) {
        SharedLoop chosen = loops.leastLoaded();
        IoEventLoop loop = chosen.eventLoop();
        // getsockname(2), so only where the answer matters
        boolean viaGroup = !group.addresses().isEmpty()
                && group.contains(client.destination().getAddress());
        Session session = new Session(
                targets,
                sessions,
                waiting,
                spec.source(),
                counters.get(chosen.index()),
                viaGroup,
                client,
                self -> client.plumbing(self, loop));
        chosen.given();
        sessions.accepted(session);
        // Registered first and asked second, so that a loss of the address either is seen here or finds the session.
        Runnable begin = () -> guard(
                session, () -> session.admitOr(spec.trustedProxies(), () -> admit(session, loop, ADMISSION_POLLS)));
        if (loop.inEventLoop()) {
            begin.run();
        } else {
            loop.execute(begin);
        }
    }

    /**
     * Serves a session, if it may be served. The addresses can be there a moment before the group says that it is
     * active; a client that comes right then must not be turned away.
     */
    private void admit(Session session, IoEventLoop loop, int polls) {
        if (!session.isViaGroup() || group.mayServe()) {
            session.start();
        } else if (polls == 0) {
            session.end(EndReason.NOT_ACTIVE);
        } else {
            loop.schedule(
                    () -> guard(session, () -> admit(session, loop, polls - 1)),
                    ADMISSION_POLL_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Whatever goes wrong, no session is forgotten. */
    private void guard(Session session, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) { // a class cannot be loaded while there are no descriptors
            log.error("{}: a connection could not be served", spec.name(), e);
            session.end(EndReason.INTERNAL_ERROR);
        }
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public BalancerSnapshot snapshot() {
        return new BalancerSnapshot(
                spec.name(),
                spec.protocol(),
                listeners.addresses(),
                listeners.isListening(),
                spec.scheduler(),
                loops.transport().asTransport(),
                spec.limits(),
                spec.passiveChecks(),
                spec.trustedProxies(),
                spec.persistence(),
                persistence.size(),
                spec.source(),
                sessions.acceptedCount(),
                sessions.activeCount(),
                waiting.size(),
                sessions.endedCounts(),
                udp == null ? NO_DATAGRAMS : udp.datagrams(),
                listeners.drops(),
                sessions.keptBytes(),
                counters.stream().map(LoopCounters::snapshot).toList(),
                targets.snapshot(),
                names.snapshot());
    }

    @Override
    public Subscription subscribe(Consumer<? super BalancerEvent> listener) {
        return spec.events().subscribe(listener);
    }

    @Override
    public void addBackend(Backend backend) {
        if (udp != null && backend.proxyProtocol() != ProxyProtocol.NONE) {
            throw new IllegalArgumentException("proxyProtocol of " + HostPort.text(backend.address())
                    + " must be NONE with UDP, but was " + backend.proxyProtocol());
        }
        requireServable(backend);
        if (BackendNames.isName(backend.address())) {
            names.add(backend);
        } else {
            checks.add(backend, 1);
        }
    }

    /** What becomes of the addresses of names: the same as of any others. */
    private final class Addresses implements BackendNames.Backends {
        @Override
        public void add(Backend backend) {
            checks.add(backend, 1);
        }

        @Override
        public void remove(InetSocketAddress address) {
            checks.remove(targets.remove(address));
        }

        @Override
        public void setWeight(InetSocketAddress address, int weight) {
            targets.setWeight(address, weight);
        }
    }

    private void requireServable(Backend backend) {
        LocalApplication application = backend.application();
        if (application == null) {
            return;
        }
        String name = backend.address().getHostString();
        if (udp != null) {
            throw new IllegalArgumentException("application " + name + " takes no datagrams: protocol must be TCP");
        }
        if (!(application instanceof NettyApplication)) {
            throw new IllegalArgumentException(
                    "application " + name + " must be a NettyApplication, but was " + application);
        }
    }

    @Override
    public void removeBackend(InetSocketAddress address) {
        if (BackendNames.isName(address)) {
            names.remove(address);
        } else {
            checks.remove(targets.remove(address));
        }
    }

    @Override
    public void setWeight(InetSocketAddress address, int weight) {
        if (BackendNames.isName(address)) {
            names.setWeight(address, weight);
        } else {
            targets.setWeight(address, weight);
        }
    }

    @Override
    public CompletableFuture<Void> drain(InetSocketAddress address) {
        requireAddress(address);
        return targets.drain(address);
    }

    @Override
    public void undrain(InetSocketAddress address) {
        requireAddress(address);
        targets.undrain(address);
    }

    private static void requireAddress(InetSocketAddress address) {
        if (BackendNames.isName(address)) {
            throw new IllegalArgumentException(
                    "a backend that drains must be given by its address, but was " + HostPort.named(address));
        }
    }

    @Override
    public void close(Duration drainLimit) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (succession != null) {
            succession.remove(this);
        }
        groupSubscription.close();
        listeners.shut();
        if (!sessions.awaitNone(TimeUnit.NANOSECONDS.convert(drainLimit))) {
            sessions.abort(EndReason.BALANCER_CLOSED, session -> true);
            if (!sessions.awaitNone(END_LIMIT_NANOS)) {
                log.error("{}: {} connections did not end", spec.name(), sessions.activeCount());
            }
        }
        listeners.close();
        if (watch != null) {
            watch.cancel(false);
        }
        names.close();
        checks.close();
        loops.close();
    }
}
