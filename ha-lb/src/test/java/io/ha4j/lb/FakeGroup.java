package io.ha4j.lb;

import io.ha4j.AddressLease;
import io.ha4j.ConnectionDrain;
import io.ha4j.GroupEvent;
import io.ha4j.GroupSnapshot;
import io.ha4j.GroupState;
import io.ha4j.HaGroup;
import io.ha4j.HandOver;
import io.ha4j.Subscription;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A group whose state the test sets; it tells its listeners on the test's thread. */
final class FakeGroup implements HaGroup {
    private final List<VirtualAddress> addresses;
    private final List<Consumer<? super GroupEvent>> listeners = new CopyOnWriteArrayList<>();
    private volatile GroupState state = GroupState.BACKUP;
    private ConnectionDrain drain = ConnectionDrain.OFF;

    FakeGroup(String... addresses) {
        this.addresses = List.of(addresses).stream().map(VirtualAddress::of).toList();
    }

    /** Its connections may outlive a hand-over. */
    FakeGroup draining(Duration limit) {
        drain = new ConnectionDrain(limit, 0, Duration.ZERO, null, "");
        return this;
    }

    /** Changes the state and tells nobody yet. */
    GroupEvent become(GroupState to) {
        GroupState from = state;
        state = to;
        return new GroupEvent.StateChanged(
                name(), Instant.now(), from, to, GroupEvent.Reason.NO_ADVERTISEMENT, null, "test");
    }

    void tell(GroupEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    GroupEvent released() {
        return new GroupEvent.AddressesReleased(name(), Instant.now(), addresses);
    }

    int listeners() {
        return listeners.size();
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public GroupState state() {
        return state;
    }

    @Override
    public GroupSnapshot snapshot() {
        return new GroupSnapshot(
                name(),
                state,
                Instant.now(),
                "test",
                VirtualRouter.on("lo").id(1).build(),
                100,
                null,
                null,
                addresses,
                List.of(),
                isActive(),
                Duration.ZERO,
                Map.of(),
                new AddressLease(AddressLease.Enforcement.NONE, Duration.ZERO, ""),
                drain,
                List.of(),
                List.of(),
                null);
    }

    @Override
    public void priority(int priority) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<HandOver> handOver() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<HandOver> suspend(String why) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Subscription subscribe(Consumer<? super GroupEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}
}
