package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A check that the application sets itself: no polling, effective at once. One switch may serve several groups and
 * backends. Thread-safe.
 */
public final class HealthSwitch implements LocalCheck {
    private final String name;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean up = true;
    private String why = "";

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

    /** The application works well again. Without effect when it is up already. */
    public void up() {
        set(true, "");
    }

    /** Something is wrong. Without effect when it is down already. */
    public void down(String why) {
        set(false, requireNonNull(why, "why"));
    }

    /** As there; each change is told on the thread that makes it. */
    @Override
    public Subscription subscribe(Listener listener) {
        synchronized (this) {
            listeners.add(listener);
            listener.changed(up, why);
        }
        return () -> listeners.remove(listener);
    }

    // Listeners are told under the lock, so that two changes cannot reach them in the wrong order.
    private synchronized void set(boolean up, String why) {
        if (this.up == up) {
            return;
        }
        this.up = up;
        this.why = why;
        listeners.forEach(listener -> listener.changed(up, why));
    }
}
