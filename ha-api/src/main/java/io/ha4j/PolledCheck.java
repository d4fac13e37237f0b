package io.ha4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one thing time and again and tells the listeners. The next look never begins before the last one has ended.
 * Each look has a thread of its own while it lasts, so that one that hangs holds up no other; idle threads go away.
 */
final class PolledCheck {
    private static final Logger log = LoggerFactory.getLogger(PolledCheck.class);
    private static final long IDLE_SECONDS = 10;
    private static final ExecutorService THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("ha4j-check"));
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final String name;
    private final Probe probe;
    private final List<Consumer<Reading>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;
    private Reading last = Reading.NONE; // guarded by this

    /** How many listen; guarded by {@link PolledChecks}. */
    int users;

    PolledCheck(String name, Probe probe) {
        this.name = name;
        this.probe = probe;
    }

    void start() {
        begin();
    }

    /** Nobody is told any more; what is going on is ended. */
    void stop() {
        stopped = true;
        probe.cancel();
    }

    synchronized void add(Consumer<Reading> listener) {
        listeners.add(listener);
        listener.accept(last);
    }

    void remove(Consumer<Reading> listener) {
        listeners.remove(listener);
    }

    private void begin() {
        try {
            THREADS.execute(this::look);
        } catch (
                OutOfMemoryError
                        e) { // no thread to be had: nobody knows how the thing is, and that is no reason to end
            tell(Reading.down("cannot be checked: " + e.getMessage()));
            again(probe.pause().toNanos());
        }
    }

    private void look() {
        long begun = System.nanoTime();
        try {
            if (!stopped) {
                tell(probe.look());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that to this thread
        } catch (RuntimeException e) {
            log.error("check {} failed in an unforeseen way", name, e);
            tell(Reading.down("cannot be checked: " + e));
        } finally {
            again(probe.pause().toNanos() - (System.nanoTime() - begun));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it only hands the next look to a thread
    private void again(long delayNanos) {
        if (!stopped) {
            CLOCK.schedule(this::begin, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        }
    }

    // Listeners are told under the lock, so that two readings cannot reach one in the wrong order.
    private synchronized void tell(Reading reading) {
        boolean news = !reading.equals(last);
        last = reading;
        if (news && !stopped) {
            listeners.forEach(listener -> tell(listener, reading));
        }
    }

    private void tell(Consumer<Reading> listener, Reading reading) {
        try {
            listener.accept(reading);
        } catch (RuntimeException e) {
            log.error("a listener of check {} failed on {}", name, reading, e);
        }
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, daemons("ha4j-check-clock"));
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
