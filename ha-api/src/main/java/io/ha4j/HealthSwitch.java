package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A check that the application sets itself: no polling, effective at once. One switch may serve several groups and
 * backends. Thread-safe.
 */
public final class HealthSwitch implements LocalCheck {
    private final String name;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean up = true;
    private String why = "";
    private @Nullable Integer weight;

    HealthSwitch(String name) {
        this.name = requireNonNull(name, "name");
    }

    @Override
    public String name() {
        return name;
    }

    public synchronized boolean isUp() {
        return up;
    }

    /** The application works well again, and says nothing of a weight. Without effect when that is so already. */
    public void up() {
        set(true, "", null);
    }

    /**
     * The application works well, and its backends have this weight in place of their own, until something else is said:
     * how much it can take. A group that tracks the switch leaves the weight aside.
     *
     * @param weight in [0, 65535]; with 0 it gets no new connections
     */
    public void up(int weight) {
        if (weight < 0 || weight > 65535) {
            throw new IllegalArgumentException("weight must be in [0, 65535], but was " + weight);
        }
        set(true, "", weight);
    }

    /** Something is wrong. Without effect when it is down already. */
    public void down(String why) {
        set(false, requireNonNull(why, "why"), null);
    }

    /** As there; each change is told on the thread that makes it. */
    @Override
    public Subscription subscribe(Listener listener) {
        synchronized (this) {
            listeners.add(listener);
            reading().tell(listener);
        }
        return () -> listeners.remove(listener);
    }

    // Listeners are told under the lock, so that two changes cannot reach them in the wrong order.
    private synchronized void set(boolean up, String why, @Nullable Integer weight) {
        if (this.up == up && Objects.equals(this.weight, weight)) {
            return;
        }
        this.up = up;
        this.why = why;
        this.weight = weight;
        listeners.forEach(reading()::tell);
    }

    private Reading reading() {
        return new Reading(up, null, why, weight);
    }
}
