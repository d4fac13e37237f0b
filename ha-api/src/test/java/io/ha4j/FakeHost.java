package io.ha4j;

import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.HostProvider;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A machine and an election that do nothing but write down what is asked of them, on a real loop thread. */
final class FakeHost implements Host, HostProvider, EventLoop, ElectionProvider, Candidacy {
    final List<String> calls = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread loop = new Thread(task, "fake-loop");
        loop.setDaemon(true);
        this.loop = loop;
        return loop;
    });
    private volatile @Nullable Thread loop;
    volatile @Nullable RuntimeException openFailure;
    volatile @Nullable Throwable unavailable;
    private Candidacy.@Nullable Spec spec;
    private GroupState state = GroupState.INITIALIZE;
    private int priority = 100;
    private final Map<String, Link> links = new HashMap<>(); // loop thread only
    final List<Consumer<Link>> linkListeners = new CopyOnWriteArrayList<>();

    /** Sets the state of an interface. */
    void link(String name, boolean up) {
        execute(() -> {
            links.put(name, new Link(name, 7, up, "", List.of()));
            linkListeners.forEach(listener -> listener.accept(links.get(name)));
        });
    }

    void raise(GroupState to) {
        execute(() -> {
            Candidacy.Spec spec = Objects.requireNonNull(this.spec);
            GroupState from = state;
            state = to;
            spec.events()
                    .accept(new GroupEvent.StateChanged(
                            spec.group(), Instant.EPOCH, from, to, GroupEvent.Reason.STARTED, null, ""));
        });
    }

    private void note(String call) {
        calls.add(inEventLoop() ? call : call + " off the loop");
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return unavailable;
    }

    @Override
    public Host acquire() {
        calls.add("acquire");
        return this;
    }

    @Override
    public EventLoop eventLoop() {
        return this;
    }

    @Override
    public Link link(String interfaceName) {
        Link link = links.get(interfaceName);
        if (link == null) {
            throw new HaException("no such interface: " + interfaceName);
        }
        return link;
    }

    @Override
    public Subscription watchLink(String interfaceName, Consumer<Link> listener) {
        linkListeners.add(listener);
        return () -> linkListeners.remove(listener);
    }

    @Override
    public PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver) {
        throw new AssertionError("a group sends no packets by itself");
    }

    @Override
    public AddressOwner addressOwner(AddressOwner.Spec spec) {
        note("own " + spec.addresses() + " for " + spec.lease().toMillis() + " ms");
        return new AddressOwner() {
            @Override
            public void take() {}

            @Override
            public void renew() {}

            @Override
            public void announce() {}

            @Override
            public void release() {}

            @Override
            public boolean held() {
                return false;
            }

            @Override
            public void close() {
                note("owner closed");
            }
        };
    }

    @Override
    public void close() {
        calls.add("host closed");
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public boolean inEventLoop() {
        return Thread.currentThread() == loop;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        throw new AssertionError("a group needs no timer by itself");
    }

    @Override
    public boolean supports(Election election) {
        return true;
    }

    @Override
    public Candidacy open(Candidacy.Spec spec) {
        note("open");
        if (openFailure != null) {
            throw openFailure;
        }
        this.spec = spec;
        return this;
    }

    @Override
    public Duration lease(Election election) {
        return Duration.ofSeconds(3);
    }

    @Override
    public void start() {
        note("start");
        raise(GroupState.BACKUP);
    }

    @Override
    public void fail(String why) {
        note("fail " + why);
    }

    @Override
    public void recover() {
        note("recover");
    }

    @Override
    public void priority(int priority) {
        if (priority == 255) {
            throw new IllegalArgumentException("priority must be in [1, 254] at run time, but was 255");
        }
        note("priority " + priority);
        this.priority = priority;
    }

    @Override
    public void handOver(Consumer<HandOver> whenDone) {
        note("hand over");
        whenDone.accept(new HandOver(HandOver.Outcome.HANDED_OVER, null, Duration.ZERO, "fake"));
    }

    @Override
    public void reconfigure(Election election, List<VirtualAddress> addresses, List<VirtualRoute> routes) {
        note("reconfigure " + addresses);
    }

    @Override
    public void resume() {
        note("resume");
    }

    @Override
    public @Nullable String obstacle() {
        return null;
    }

    @Override
    public boolean follows() {
        return false;
    }

    @Override
    public long dueNanos() {
        return 0;
    }

    @Override
    public void giveUp(String why) {
        note("give up: " + why);
    }

    @Override
    public GroupSnapshot snapshot() {
        Candidacy.Spec spec = Objects.requireNonNull(this.spec);
        return new GroupSnapshot(
                spec.group(),
                state,
                Instant.EPOCH,
                "",
                spec.election(),
                priority,
                null,
                null,
                spec.addresses(),
                List.of(),
                false,
                Duration.ZERO,
                Map.of(),
                spec.addressOwner().lease(),
                spec.addressOwner().connectionDrain(),
                List.of(),
                List.of(),
                null);
    }

    @Override
    public void stop(Runnable whenStopped) {
        note("stop");
        state = GroupState.INITIALIZE;
        whenStopped.run();
    }
}
