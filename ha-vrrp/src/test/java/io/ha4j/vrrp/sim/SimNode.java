package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupSnapshot;
import io.ha4j.GroupState;
import io.ha4j.HandOver;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.vrrp.VrrpElectionProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A process that stands for one virtual router, on a host of its own. */
final class SimNode {
    /** An event and when it was raised, in virtual time. */
    record Timed(long atNs, GroupEvent event) {}

    private final SimHost host;
    private final SimUse use;
    private final VirtualTime time;
    private final VirtualRouter router;
    private final VrrpElectionProvider provider = new VrrpElectionProvider();
    private final SimAddressOwner owner;
    private final Candidacy candidacy;
    private final List<Timed> events = new ArrayList<>();
    private long lostActiveNs;
    private boolean stopping;
    private boolean stopped;

    SimNode(SimHost host, VirtualTime time, VirtualRouter router, List<VirtualAddress> addresses) {
        this.host = host;
        this.use = host.use();
        this.time = time;
        this.router = router;
        owner = host.addressOwner(
                new AddressOwner.Spec(host.name(), router.interfaceName(), addresses, provider.lease(router)));
        candidacy = provider.open(new Candidacy.Spec(host.name(), router, addresses, use, owner, this::onEvent));
        candidacy.start();
    }

    private void onEvent(GroupEvent event) {
        events.add(new Timed(time.nowNs(), event));
        if (event instanceof GroupEvent.StateChanged change && change.from() == GroupState.ACTIVE) {
            lostActiveNs = time.nowNs();
        }
    }

    void stop() {
        stopping = true;
        candidacy.stop(() -> {
            stopped = true;
            use.close();
        });
    }

    void handOver(Consumer<HandOver> whenDone) {
        candidacy.handOver(whenDone);
    }

    void crash() {
        host.crash();
    }

    SimHost host() {
        return host;
    }

    VirtualRouter router() {
        return router;
    }

    SimAddressOwner owner() {
        return owner;
    }

    Candidacy candidacy() {
        return candidacy;
    }

    GroupSnapshot snapshot() {
        return candidacy.snapshot();
    }

    long counter(String name) {
        Long value = snapshot().counters().get(name);
        if (value == null) {
            throw new IllegalArgumentException("no counter " + name);
        }
        return value;
    }

    boolean alive() {
        return !host.loop().crashed() && !stopped;
    }

    boolean stopping() {
        return stopping;
    }

    boolean stopped() {
        return stopped;
    }

    boolean isActive() {
        return alive() && state() == GroupState.ACTIVE;
    }

    GroupState state() {
        return snapshot().state();
    }

    /** When it last went from ACTIVE to another state. */
    long lostActiveNs() {
        return lostActiveNs;
    }

    List<Timed> events() {
        return events;
    }

    <E extends GroupEvent> List<E> events(Class<E> kind) {
        return events.stream()
                .map(Timed::event)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** The latest change of state. */
    GroupEvent.StateChanged lastChange() {
        List<GroupEvent.StateChanged> changes = events(GroupEvent.StateChanged.class);
        return changes.get(changes.size() - 1);
    }

    void onEach(Consumer<SimNode> check) {
        time.afterEachTask(() -> check.accept(this));
    }

    @Override
    public String toString() {
        return host.name() + " " + (alive() ? state() : "gone") + " priority " + router.priority();
    }
}
