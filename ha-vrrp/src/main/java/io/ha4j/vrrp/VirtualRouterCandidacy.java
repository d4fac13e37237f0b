package io.ha4j.vrrp;

import io.ha4j.DeathDetection;
import io.ha4j.Election;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupSnapshot;
import io.ha4j.GroupState;
import io.ha4j.HaException;
import io.ha4j.HandOver;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.Unicast;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.IpText;
import io.ha4j.spi.Link;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One virtual router of this node: binds the state machine to the event loop, the link and the addresses. */
final class VirtualRouterCandidacy implements Candidacy, VrrpStateMachine.Observer {
    private static final int PRIORITY_MAX = 254; // 255 is an owner's from its start, or nobody's

    private Spec spec;
    private VirtualRouter router;
    private final Segment segment;
    private final Runnable whenLeft;
    private Set<InetAddress> virtual;
    private final EventLoop loop;

    private final Counters counters = new Counters();
    private final GroupEvents events;
    private final AdvertReceiver receiver;
    private final AdvertSender sender;
    private final OwnedAddresses addresses;
    private final HandOverOutcome handOver;
    private final VrrpStateMachine machine;
    private final @Nullable DeathDetector deaths; // null where it is not wanted

    private final List<Runnable> whenStopped = new ArrayList<>();
    private boolean started;
    private boolean closed;
    private Instant since = Instant.now();
    private @Nullable InetAddress local; // the last one known, for the snapshot

    /** @param whenLeft called when this candidacy has left the segment */
    VirtualRouterCandidacy(Spec spec, Segment segment, Runnable whenLeft) {
        this.spec = spec;
        this.router = (VirtualRouter) spec.election();
        this.segment = segment;
        this.whenLeft = whenLeft;
        this.virtual = spec.addresses().stream().map(VirtualAddress::address).collect(Collectors.toSet());
        this.loop = spec.host().eventLoop();
        this.events = new GroupEvents(spec.group(), spec.addresses(), spec.events(), loop);
        this.receiver = new AdvertReceiver(router, spec.advertised(), counters, events);
        this.sender = new AdvertSender(router, spec.advertised(), counters, events);
        this.addresses = new OwnedAddresses(spec.addressOwner(), events, loop, spec.preparation(), this::ready);
        this.handOver = new HandOverOutcome(loop, events);
        this.machine = new VrrpStateMachine(router, sender, addresses, loop.timer(this::timerExpired), this);
        this.deaths = deathDetector(router.deathDetection());
    }

    private @Nullable DeathDetector deathDetector(@Nullable DeathDetection settings) {
        return settings == null
                ? null
                : new DeathDetector(
                        spec.group(), router.id(), settings, spec.host(), segment.deathPorts(), machine, addresses);
    }

    String group() {
        return spec.group();
    }

    Host host() {
        return spec.host();
    }

    /** @throws HaException if the system stands in the way; a link that is down does not */
    void open() {
        segment.join(router.id(), this);
        try {
            bind(segment.link());
        } catch (RuntimeException e) {
            unbind();
            segment.part(router.id(), host());
            throw e;
        }
    }

    @Override
    public void start() {
        if (!started && !closed) {
            started = true;
            machine.start(loop.nanoTime());
        }
    }

    @Override
    public void fail(String why) {
        machine.fail(why, loop.nanoTime());
    }

    @Override
    public void recover() {
        machine.recover(loop.nanoTime());
    }

    @Override
    public void priority(int priority) {
        if (router.isOwner()) {
            throw new IllegalStateException("the priority of " + spec.group() + " cannot be changed: it is "
                    + router.priority() + ", as this node owns the addresses");
        }
        if (priority < 1 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException(
                    "priority must be in [1, " + PRIORITY_MAX + "] at run time, but was " + priority);
        }
        if (!closed) {
            machine.priority(priority, loop.nanoTime());
            sender.prepare(priority);
            if (deaths != null) {
                deaths.look();
            }
        }
    }

    @Override
    public void reconfigure(Election election, List<VirtualAddress> next, List<VirtualRoute> routes) {
        if (!(election instanceof VirtualRouter router)) {
            throw new IllegalArgumentException("election must be a VirtualRouter, but was " + election);
        }
        Identity.requireSame(spec.group(), this.router, router);
        Spec wanted = spec.with(router, next);
        VrrpElectionProvider.check(wanted, router);
        if (family(wanted) != segment.family()) {
            throw new IllegalArgumentException("group " + spec.group() + " cannot change its family while it runs");
        }
        changeAddresses(next);
        spec = wanted;
        this.router = router;
        virtual = next.stream().map(VirtualAddress::address).collect(Collectors.toSet());
        events.reconfigure(next);
        receiver.reconfigure(router, wanted.advertised());
        sender.reconfigure(wanted.advertised());
        sender.prepare(machine.priority());
        machine.reconfigure(router);
        addresses.changeRoutes(routes);
    }

    private static Family family(Spec spec) {
        return Family.of(spec.advertised().get(0).address());
    }

    /** All of them or, where the kernel refuses one, none. */
    private void changeAddresses(List<VirtualAddress> next) {
        if (next.equals(spec.addresses())) {
            return;
        }
        try {
            spec.addressOwner().change(next);
        } catch (HaException e) {
            try {
                spec.addressOwner().change(spec.addresses());
            } catch (HaException again) {
                e.addSuppressed(again); // what is missing is put back with the next renewal
            }
            throw e;
        }
    }

    @Override
    public void handOver(Consumer<HandOver> whenDone) {
        switch (machine.state()) {
            case ACTIVE -> {
                handOver.await(whenDone);
                machine.handOver(loop.nanoTime());
            }
            case HANDING_OVER -> handOver.await(whenDone);
            default -> whenDone.accept(HandOverOutcome.notActive(machine.state()));
        }
    }

    @Override
    public void resume() {
        machine.resume();
    }

    @Override
    public @Nullable String obstacle() {
        return machine.linkObstacle();
    }

    @Override
    public boolean follows() {
        return machine.follows();
    }

    @Override
    public long dueNanos() {
        return machine.dueNs();
    }

    @Override
    public void giveUp(String why) {
        machine.giveUp(why, loop.nanoTime());
    }

    @Override
    public void stop(Runnable whenStopped) {
        if (closed) {
            whenStopped.run();
            return;
        }
        this.whenStopped.add(whenStopped);
        started = true; // or never will be
        if (machine.state() == State.INITIALIZE) {
            loop.execute(this::close);
        } else {
            machine.stop(loop.nanoTime()); // and on to stateChanged
        }
    }

    @Override
    public GroupSnapshot snapshot() {
        return new GroupSnapshot(
                spec.group(),
                machine.state().shown(),
                since,
                machine.detail(),
                router,
                machine.priority(),
                local == null ? null : IpText.of(local),
                machine.active(),
                spec.addresses(),
                addresses.routes(),
                addresses.held(),
                Duration.ofNanos(machine.delayNs(loop.nanoTime())),
                addresses.countersAfter(counters.plus(segment.unclaimed())),
                addresses.lease(),
                addresses.connectionDrain(),
                Stream.concat(events.mismatches().stream(), segment.mismatches().stream())
                        .toList(),
                List.of(),
                deaths == null ? null : deaths.snapshot());
    }

    /** Whether it advertises and listens by this socket. */
    boolean uses(AdvertChannel channel) {
        return sender.channel() == channel;
    }

    void received(ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit) {
        Peer peer = receiver.receive(packet, source, destination, hopLimit);
        if (peer != null) {
            machine.advertisementHeard(peer, loop.nanoTime());
            if (deaths != null) {
                deaths.heard(peer);
            }
        }
    }

    /** A packet of no virtual router of this node arrived on the link; it has been counted there. */
    void notForUs(Rejection rejection, InetAddress source, String detail) {
        events.rejected(rejection, source, detail);
    }

    /** A virtual router of others was heard on the link; it has been logged there. */
    void foreignHeard(Mismatch mismatch) {
        events.mismatchOnLink(mismatch);
    }

    void linkChanged(Link link) {
        if (closed) {
            return;
        }
        try {
            bind(link);
        } catch (HaException e) {
            cannotUseLink(e);
        }
    }

    /** Tries again: an address may follow, or the kernel may have been short of something. */
    void cannotUseLink(HaException why) {
        machine.linkDown(String.valueOf(why.getMessage()));
        unbind();
        segment.retryLater();
    }

    /** Opens the socket when the link can be used, opens another when the address is a new one, closes it when not. */
    private void bind(Link link) {
        if (!link.up()) {
            machine.linkDown(link.name() + " is down");
            unbind();
            return;
        }
        if (segment.family() == Family.IPV6
                && router.sourceAddress() == null
                && link.linkLocalIpv6().isEmpty()) {
            // For a second or two after the link came up: nobody else may have the address (RFC 4862 §5.4).
            machine.linkDown(link.name() + " has no usable link-local address yet");
            unbind();
            return;
        }
        InetAddress source = source(link);
        AdvertChannel current = sender.channel();
        if (current != null && current.fits(link, source)) {
            return;
        }
        unbind();
        Unicast unicast = router.unicast();
        sender.use(segment.acquire(source, unicast == null ? ReceiveChecks.HOP_LIMIT : unicast.hopLimit()));
        sender.prepare(machine.priority());
        local = source;
        if (deaths != null) {
            deaths.open(host(), link, source, !started);
        }
        if (virtual.contains(source)) {
            events.advertisesFromVirtualAddress(source, link);
        }
        machine.linkUp(source, loop.nanoTime());
    }

    private InetAddress source(Link link) {
        InetAddress wanted = router.sourceAddress();
        if (wanted != null && !link.addresses().contains(wanted)) {
            throw new HaException("the source address " + IpText.of(wanted) + " is not on " + link.name());
        }
        return wanted != null
                ? wanted
                : segment.family()
                        .source(link, virtual)
                        .orElseThrow(() -> new HaException(
                                link.name() + " has no " + segment.family() + " address to advertise from"));
    }

    private void unbind() {
        if (deaths != null) {
            deaths.close();
        }
        AdvertChannel channel = sender.channel();
        if (channel != null) {
            sender.pause();
            segment.release(channel);
        }
    }

    private void ready() {
        machine.ready(loop.nanoTime());
    }

    private void timerExpired() {
        machine.timerExpired(loop.nanoTime());
        if (deaths != null) {
            deaths.refresh();
        }
    }

    /** Its own task: the cause may be a packet, and a socket is not closed while it is being read. */
    private void close() {
        if (closed || addresses.awaitsConnections(() -> loop.execute(this::close))) {
            return;
        }
        closed = true;
        unbind();
        segment.part(router.id(), host());
        whenLeft.run();
        try {
            addresses.close();
        } finally {
            whenStopped.forEach(Runnable::run);
        }
    }

    @Override
    public void stateChanged(State from, State to, Reason reason, @Nullable Peer peer, String detail) {
        handOver.stateChanged(to, peer, detail);
        if (deaths != null) {
            deaths.stateChanged(to);
        }
        if (to == State.ACTIVE && from != State.HANDING_OVER) {
            counters.increment(Counter.MASTER_TRANSITIONS);
            counters.set(Counter.NEW_MASTER_REASON, newMasterReason(reason));
        }
        if (from.shown() != to.shown()) {
            since = Instant.now();
            events.stateChanged(since, from.shown(), to.shown(), reason, peer, detail);
        }
        if (to.shown() == GroupState.INITIALIZE) {
            loop.execute(this::close);
        }
    }

    /** VrrpNewMasterReason of RFC 6527. */
    private static int newMasterReason(Reason reason) {
        return switch (reason) {
            case PEER_RELEASED, STARTED, LINK_UP, CHECK_RECOVERED -> 1; // priority; the latter are of an owner
            case PREEMPTED_PEER -> 2; // preempted
            default -> 3; // masterNoResponse
        };
    }

    @Override
    public void priorityZeroHeard(Peer peer) {
        events.priorityZeroReceived(peer.address());
    }

    @Override
    public void wokeLate(long lateNs) {
        events.wokeLate(lateNs);
    }

    @Override
    public void lowerPriorityHeard(Peer peer) {
        events.lowerPriorityHeard(peer);
    }
}
