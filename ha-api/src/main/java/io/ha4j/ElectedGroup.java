package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.Host;
import io.ha4j.spi.HostProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins an election, the ownership of addresses and the listeners; all three come from elsewhere. */
final class ElectedGroup implements HaGroup {
    private static final Logger log = LoggerFactory.getLogger(ElectedGroup.class);
    private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

    private final String name;
    private volatile Election election;
    private volatile Possessions possessions;
    private final HostProvider hostProvider;
    private final EventDispatcher<GroupEvent> dispatcher;
    private final Hooks hooks;

    private volatile GroupState state = GroupState.INITIALIZE;
    private @Nullable Host host; // set by start, under this monitor
    private @Nullable Candidacy candidacy; // set by start, under this monitor
    private @Nullable Tracking tracking; // set by start, under this monitor
    private Duration stopLimit = STOP_MARGIN; // set by start, under this monitor
    private @Nullable Supplier<GroupSnapshot> live; // from start to the end of close, under this monitor
    private @Nullable GroupSnapshot last; // what the group was when it was opened, later when it ended
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final @Nullable SyncGroup sync;
    private @Nullable SyncRules syncRules; // loop thread only
    private @Nullable SyncMember syncMember; // loop thread only

    private @Nullable CompletableFuture<Void> drained; // guarded by hooks
    private final AtomicInteger orders = new AtomicInteger(); // to suspend or to resume: the last one counts

    ElectedGroup(
            String name,
            Election election,
            Possessions possessions,
            HostProvider hostProvider,
            List<Hooks.Hook> hooks,
            Duration listenerDeadline,
            @Nullable SyncGroup sync) {
        this.sync = sync;
        this.name = name;
        this.election = election;
        this.possessions = possessions;
        this.hostProvider = hostProvider;
        this.dispatcher = new EventDispatcher<>(listenerDeadline);
        this.hooks = new Hooks(name, hooks, dispatcher::dispatch);
    }

    synchronized void start(List<Track> tracks) {
        ElectionProvider provider = Providers.election(election);
        requireDrainable(provider);
        // A hand-over ends before the lease does.
        stopLimit = provider.lease(election).plus(STOP_MARGIN).plus(possessions.connectionDrain());
        Host host = hostProvider.acquire();
        try {
            if (sync != null) {
                sync.join(this);
            }
            Candidacy candidacy = call(host, () -> open(provider, host));
            Tracking tracking = new Tracking(name, priority(), tracks, host, candidacy, this::onEvent);
            this.host = host;
            this.candidacy = candidacy;
            this.tracking = tracking;
            last = call(host, () -> {
                joinRules(host, candidacy, tracking);
                return snapshot(candidacy, tracking);
            });
            live = () -> call(host, () -> snapshot(candidacy, tracking));
            tracking.open();
            host.eventLoop().execute(candidacy::start);
        } catch (RuntimeException e) {
            live = null;
            if (sync != null) {
                sync.leave(this);
            }
            host.close();
            throw e;
        }
    }

    private void joinRules(Host host, Candidacy candidacy, Tracking tracking) {
        if (sync != null) {
            SyncRules rules = sync.rules(host.eventLoop());
            syncRules = rules;
            syncMember = new SyncMember(name, this::state, candidacy, tracking);
            rules.join(syncMember);
            tracking.whenChanged(rules::apply);
        }
    }

    private void leaveRules(Tracking tracking) {
        if (sync != null && syncRules != null && syncMember != null) {
            tracking.whenChanged(() -> {});
            syncRules.leave(syncMember);
            sync.leave(this);
            syncRules = null;
        }
    }

    /** The hooks first: what they may delay is then ready when all members are. */
    private void prepare(Host host, Runnable whenReady) {
        hooks.run(
                GroupHook.Moment.BEFORE_ACTIVE,
                () -> host.eventLoop().execute(() -> {
                    if (syncRules != null && syncMember != null) {
                        syncRules.isDue(syncMember, whenReady);
                    } else {
                        whenReady.run();
                    }
                }));
    }

    private void requireDrainable(ElectionProvider provider) {
        if (possessions.connectionDrain().isZero()) {
            return;
        }
        String obstacle = provider.virtualLink(election, possessions.addresses()) != null
                ? "a virtual MAC address"
                : !provider.accepts(election)
                        ? "acceptMode(false)"
                        : !possessions.guarded() ? "kernelGuard(false)" : "";
        if (!obstacle.isEmpty()) {
            throw new IllegalArgumentException("connectionDrain of group " + name + " must be 0 with " + obstacle
                    + ", but was " + possessions.connectionDrain());
        }
    }

    private Candidacy open(ElectionProvider provider, Host host) {
        List<VirtualAddress> addresses = possessions.addresses();
        AddressOwner.Spec spec =
                new AddressOwner.Spec(name, router().interfaceName(), addresses, provider.lease(election));
        AddressOwner owner = host.addressOwner(spec.toBuilder()
                .signOfLife(provider.signOfLife(election, addresses))
                .permanent(router().isOwner())
                .announcements(possessions.announcements())
                .routes(possessions.routes())
                .virtualLink(provider.virtualLink(election, addresses))
                .accept(provider.accepts(election))
                .guarded(possessions.guarded())
                .connectionDrain(possessions.connectionDrain())
                .build());
        try {
            return provider.open(
                    new Candidacy.Spec(name, election, addresses, host, owner, this::onEvent, preparation(host)));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private Candidacy.@Nullable Preparation preparation(Host host) {
        return sync != null || hooks.has(GroupHook.Moment.BEFORE_ACTIVE) ? whenReady -> prepare(host, whenReady) : null;
    }

    private VirtualRouter router() {
        return (VirtualRouter) election;
    }

    private int priority() {
        return ((VirtualRouter) election).priority();
    }

    private static GroupSnapshot snapshot(Candidacy candidacy, Tracking tracking) {
        return candidacy.snapshot().with(tracking.snapshot());
    }

    private void onEvent(GroupEvent event) {
        if (event instanceof GroupEvent.StateChanged change) {
            state = change.to();
            if (isActive()) {
                synchronized (hooks) {
                    drained = null; // it may have been for a sync group of which another member was closed
                }
            }
        }
        dispatcher.dispatch(event);
        if (event instanceof GroupEvent.AddressesTaken) {
            hooks.run(GroupHook.Moment.AFTER_ACTIVE, () -> {});
        } else if (event instanceof GroupEvent.AddressesReleased) {
            hooks.run(GroupHook.Moment.AFTER_RELEASE, () -> {});
        }
        if (event instanceof GroupEvent.StateChanged && syncRules != null) {
            syncRules.apply();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupState state() {
        return state;
    }

    @Override
    public synchronized GroupSnapshot snapshot() {
        return live == null ? requireNonNull(last, "snapshot of a group that was never started") : live.get();
    }

    @Override
    public synchronized void priority(int priority) {
        Host host = this.host;
        Tracking tracking = this.tracking;
        if (host == null || tracking == null) {
            throw new IllegalStateException("the priority of " + name + " cannot be changed: the group is closed");
        }
        call(host, () -> {
            tracking.base(priority);
            return priority;
        });
    }

    /** See {@link HaGroup.Builder#reconfigure}. */
    synchronized void reconfigure(Election election, Possessions possessions, List<Track> tracks) {
        Host host = this.host;
        Candidacy candidacy = this.candidacy;
        Tracking tracking = this.tracking;
        if (host == null || candidacy == null || tracking == null) {
            throw new IllegalStateException("group " + name + " cannot be reconfigured: it is closed");
        }
        call(host, () -> {
            requireSame("announcements", possessions.announcements(), this.possessions.announcements());
            requireSame("kernelGuard", possessions.guarded(), this.possessions.guarded());
            requireSame("connectionDrain", possessions.connectionDrain(), this.possessions.connectionDrain());
            List<VirtualAddress> addresses = possessions.addresses();
            candidacy.reconfigure(election, addresses, possessions.routes());
            this.election = election;
            this.possessions = possessions;
            tracking.change(priority(), tracks);
            onEvent(new GroupEvent.Reconfigured(name, Instant.now(), addresses, priority()));
            return addresses;
        });
    }

    private void requireSame(String setting, Object next, Object now) {
        if (!next.equals(now)) {
            throw new IllegalArgumentException(
                    "group " + name + " cannot change while it runs: " + setting + "; close it and start it again");
        }
    }

    @Override
    public Subscription subscribe(Consumer<? super GroupEvent> listener) {
        return dispatcher.subscribe(listener);
    }

    @Override
    public CompletableFuture<HandOver> handOver() {
        if (election instanceof VirtualRouter router && router.isOwner()) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "group " + name + " owns its addresses (priority 255) and cannot hand them over"));
        }
        if (!isActive()) {
            return CompletableFuture.completedFuture(notActive());
        }
        List<ElectedGroup> together = together();
        return release(
                together,
                together.stream()
                        .map(member -> member.hooks.run(GroupHook.Moment.BEFORE_RELEASE))
                        .toArray(CompletableFuture<?>[]::new));
    }

    /** All of them at the same time: on the other networks, too, another node can take over only then. */
    private CompletableFuture<HandOver> release(List<ElectedGroup> together, CompletableFuture<?>[] drained) {
        return CompletableFuture.allOf(drained).thenCompose(allDrained -> {
            for (ElectedGroup member : together) {
                if (member != this) {
                    var unused = member.release(); // its own listeners are told
                }
            }
            return release();
        });
    }

    /** The members of its sync group, this one among them; it alone if it has none. */
    private List<ElectedGroup> together() {
        return sync == null ? List.of(this) : List.copyOf(sync.members());
    }

    private synchronized CompletableFuture<HandOver> release() {
        Candidacy candidacy = this.candidacy;
        if (host == null || candidacy == null) {
            return CompletableFuture.completedFuture(notActive());
        }
        CompletableFuture<HandOver> outcome = new CompletableFuture<>();
        host.eventLoop()
                .execute(() -> candidacy.handOver(result -> EventThreads.execute(() -> outcome.complete(result))));
        return outcome;
    }

    private HandOver notActive() {
        return new HandOver(HandOver.Outcome.NOT_ACTIVE, null, Duration.ZERO, "this node is not active, but " + state);
    }

    @Override
    public CompletableFuture<HandOver> suspend(String why) {
        if (why.isBlank()) {
            throw new IllegalArgumentException("why must not be blank");
        }
        int order = orders.incrementAndGet();
        CompletableFuture<HandOver> released =
                router().isOwner() ? CompletableFuture.completedFuture(ownerGivesUp()) : handOver();
        return released.thenCompose(outcome -> stayOut(order, why, outcome));
    }

    /** Unless it was told to resume meanwhile. */
    private synchronized CompletableFuture<HandOver> stayOut(int order, String why, HandOver outcome) {
        Host host = this.host;
        Tracking tracking = this.tracking;
        if (host == null || tracking == null) {
            return CompletableFuture.completedFuture(outcome);
        }
        CompletableFuture<HandOver> out = new CompletableFuture<>();
        host.eventLoop().execute(() -> {
            if (orders.get() == order) {
                log.info("group {} is suspended: {}", name, why);
                tracking.suspend(why);
            }
            EventThreads.execute(() -> out.complete(outcome));
        });
        return out;
    }

    private HandOver ownerGivesUp() {
        return isActive()
                ? new HandOver(
                        HandOver.Outcome.INTERRUPTED,
                        null,
                        Duration.ZERO,
                        "this node owns the addresses and gives them up at once")
                : notActive();
    }

    @Override
    public void resume() {
        together().forEach(ElectedGroup::resumeAlone);
    }

    private synchronized void resumeAlone() {
        orders.incrementAndGet();
        Candidacy candidacy = this.candidacy;
        Tracking tracking = this.tracking;
        if (host != null && candidacy != null && tracking != null) {
            host.eventLoop().execute(() -> {
                candidacy.resume();
                tracking.suspend(null);
            });
        }
    }

    @Override
    public void close() {
        if (isActive() && sync == null) {
            await(drained());
        } else if (isActive()) {
            List<ElectedGroup> together = together();
            CompletableFuture<?>[] drained =
                    together.stream().map(ElectedGroup::drained).toArray(CompletableFuture<?>[]::new);
            await(release(together, drained));
        }
        closeNow();
        await(hooks.idle());
    }

    /** The hooks run once, whoever closes first. */
    private CompletableFuture<Void> drained() {
        synchronized (hooks) {
            if (drained == null) {
                drained = hooks.run(GroupHook.Moment.BEFORE_RELEASE);
            }
            return drained;
        }
    }

    /** Hooks end by themselves, at the latest at their deadlines. */
    private static void await(CompletableFuture<?> ended) {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError("neither hooks nor hand-overs fail", e);
        }
    }

    /** The connections may take their time to end, and what the group is can be asked meanwhile. */
    private void closeNow() {
        CompletableFuture<GroupSnapshot> stopped = new CompletableFuture<>();
        Host host = stop(stopped);
        if (host == null) {
            await(closed);
            return;
        }
        GroupSnapshot end = null;
        try {
            end = stopped.get(stopLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.error("group {} did not stop within {}; its addresses expire by themselves", name, stopLimit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new HaException("group " + name + " did not stop cleanly: " + e.getCause(), e);
        } finally {
            ended(end);
            host.close();
            closed.complete(null);
        }
    }

    /** @return null if it is closed or being closed already */
    private synchronized @Nullable Host stop(CompletableFuture<GroupSnapshot> stopped) {
        Host host = this.host;
        Candidacy candidacy = this.candidacy;
        Tracking tracking = this.tracking;
        if (host == null || candidacy == null || tracking == null) {
            return null;
        }
        this.host = null;
        this.candidacy = null;
        this.tracking = null;
        tracking.close();
        host.eventLoop().execute(() -> leaveRules(tracking));
        host.eventLoop().execute(() -> candidacy.stop(() -> stopped.complete(snapshot(candidacy, tracking))));
        return host;
    }

    private synchronized void ended(@Nullable GroupSnapshot end) {
        live = null;
        last = end == null ? last : end;
    }

    /** Runs a task on the host's loop and waits for its outcome. */
    private static <T> T call(Host host, Supplier<T> task) {
        if (host.eventLoop().inEventLoop()) {
            return task.get();
        }
        CompletableFuture<T> outcome = new CompletableFuture<>();
        host.eventLoop().execute(() -> {
            try {
                outcome.complete(task.get());
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        });
        try {
            return outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
