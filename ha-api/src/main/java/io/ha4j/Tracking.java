package io.ha4j;

import io.ha4j.spi.Candidacy;
import io.ha4j.spi.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the checks of a group mean to its candidacy: whether it may be active, and its priority. {@link #open} and
 * {@link #close} from any thread, everything else on the loop's.
 */
final class Tracking {
    private static final Logger log = LoggerFactory.getLogger(Tracking.class);
    private static final int LEAST = 1;
    private static final int MOST = 254; // 255 is the owner's: RFC 9568 §5.2.4

    private static final class Tracked {
        final Track track;
        Reading reading;

        @Nullable
        Subscription subscription;

        Tracked(Track track) {
            this.track = track;
            reading = track.check() instanceof HealthSwitch ? Reading.up("up") : Reading.NONE; // a switch begins up
        }
    }

    private final String group;
    private volatile List<Tracked> tracked;
    private final Host host;
    private final Candidacy candidacy;
    private final Consumer<GroupEvent> events;
    private volatile boolean closed;

    private int base;
    private int priority;
    private @Nullable String suspension; // the operator's reason to stay out
    private @Nullable String held; // what other members of its sync group say
    private Runnable whenChanged = () -> {};
    private @Nullable String failure; // what the candidacy was told

    /** @param base the priority that the checks change */
    Tracking(String group, int base, List<Track> tracks, Host host, Candidacy candidacy, Consumer<GroupEvent> events) {
        this.group = group;
        this.base = base;
        this.priority = base;
        this.tracked = tracks.stream().map(Tracked::new).toList();
        this.host = host;
        this.candidacy = candidacy;
        this.events = events;
    }

    /** What the checks say already is there for tasks that are given to the loop after this. */
    void open() {
        tracked.forEach(it -> it.subscription = subscribe(it));
        host.eventLoop().execute(this::apply);
    }

    void close() {
        closed = true;
        tracked.forEach(Tracking::close);
    }

    private static void close(Tracked it) {
        if (it.subscription != null) {
            it.subscription.close();
        }
    }

    /**
     * Other checks, and another priority for them to change. Those that stay keep what they have said; a new one changes
     * nothing before it has said something. Loop thread only.
     */
    void change(int base, List<Track> tracks) {
        List<Tracked> gone = new ArrayList<>(tracked);
        List<Tracked> added = new ArrayList<>();
        List<Tracked> next = new ArrayList<>();
        for (Track track : tracks) {
            Tracked it = gone.stream()
                    .filter(before -> before.track.equals(track))
                    .findFirst()
                    .orElse(null);
            if (it == null) {
                it = new Tracked(track);
                it.reading = track.presumed();
                added.add(it);
            } else {
                gone.remove(it);
            }
            next.add(it);
        }
        tracked = List.copyOf(next);
        this.base = base;
        EventThreads.execute(() -> gone.forEach(Tracking::close)); // a script may have to be killed
        added.forEach(it -> it.subscription = subscribe(it));
        apply();
    }

    private Subscription subscribe(Tracked it) {
        HealthCheck check = it.track.check();
        if (check instanceof InterfaceCheck link) {
            return new InterfaceWatch(host, link, reading -> take(it, reading));
        }
        Consumer<Reading> listener = reading -> {
            if (!closed) {
                host.eventLoop().execute(() -> take(it, reading));
            }
        };
        if (check instanceof HealthSwitch flip) {
            return flip.subscribe((up, why) -> listener.accept(up ? Reading.up("up") : Reading.down(why)));
        }
        return PolledChecks.subscribe((LocalCheck) check, listener);
    }

    private void take(Tracked it, Reading reading) {
        if (closed || !tracked.contains(it)) {
            return;
        }
        Reading before = it.reading;
        it.reading = reading;
        boolean news = reading.differs(before);
        String name = it.track.check().name();
        if (news) {
            log.info(
                    "group {}: check {} is {}: {}; priority {}",
                    group,
                    name,
                    reading.up() ? "up" : "down",
                    reading.detail(),
                    effective(base));
            events.accept(new GroupEvent.CheckChanged(
                    group, Instant.now(), name, reading.up(), reading.detail(), effective(base)));
        }
        apply();
    }

    /**
     * Another priority for the checks to change.
     *
     * @throws RuntimeException as {@link Candidacy#priority}; all stays as it was
     */
    void base(int priority) {
        int effective = effective(priority);
        candidacy.priority(effective);
        this.base = priority;
        this.priority = effective;
    }

    /** Stays out for this reason; null for no longer. Loop thread only. */
    void suspend(@Nullable String why) {
        suspension = why;
        apply();
    }

    /** Is kept out by others for this reason; null for no longer. Loop thread only. */
    void hold(@Nullable String why) {
        if (!Objects.equals(held, why)) {
            held = why;
            tell();
        }
    }

    /** To be run after what the checks or the operator say has changed. Loop thread only. */
    void whenChanged(Runnable task) {
        whenChanged = task;
    }

    private int effective(int base) {
        if (base < LEAST || base > MOST) {
            return base; // the candidacy says what is wrong with it; an owner's 255 has no weights
        }
        long sum = base;
        for (Tracked it : tracked) {
            sum += it.track.change(it.reading);
        }
        return (int) Math.max(LEAST, Math.min(MOST, sum));
    }

    private void apply() {
        int effective = effective(base);
        if (effective != priority) {
            priority = effective;
            candidacy.priority(effective);
        }
        tell();
        whenChanged.run();
    }

    /** Whether the candidacy may be active. */
    private void tell() {
        String own = obstacle();
        String failing = own == null ? held : own;
        if (failing != null && !failing.equals(failure)) {
            failure = failing;
            candidacy.fail(failing);
        } else if (failing == null && failure != null) {
            failure = null;
            candidacy.recover();
        }
    }

    /** What keeps this group out by itself: the operator, or a check. */
    @Nullable
    String obstacle() {
        return suspension != null
                ? "suspended: " + suspension
                : tracked.stream()
                        .filter(it -> it.track.fails(it.reading))
                        .map(it -> it.track.check().name() + ": " + it.reading.detail())
                        .findFirst()
                        .orElse(null);
    }

    List<TrackedCheck> snapshot() {
        return tracked.stream().map(Tracking::snapshot).toList();
    }

    private static TrackedCheck snapshot(Tracked it) {
        Track track = it.track;
        Reading reading = it.reading;
        return new TrackedCheck(
                track.check().name(),
                track.weight(),
                track.reversed(),
                reading.up(),
                reading.detail(),
                track.change(reading),
                track.fails(reading));
    }
}
