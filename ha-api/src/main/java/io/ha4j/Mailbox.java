package io.ha4j;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that wait for one listener. It gets them in order, one at a time. A listener that takes longer than its
 * deadline is reported, again after twice the time and so on, and when it is done; it delays nobody but itself: what
 * comes behind waits, and what would be more than {@link #CAPACITY} is lost and counted in the log.
 */
final class Mailbox<E> {
    static final int CAPACITY = 10_000;
    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);

    private final Consumer<? super E> listener;
    private final Duration deadline;
    private final Queue<E> queue = new ArrayDeque<>(); // guarded by itself
    private boolean draining; // guarded by queue
    private boolean closed; // guarded by queue
    private long lost; // guarded by queue

    Mailbox(Consumer<? super E> listener, Duration deadline) {
        this.listener = listener;
        this.deadline = deadline;
    }

    void offer(E event) {
        synchronized (queue) {
            if (closed) {
                return;
            }
            if (queue.size() >= CAPACITY) {
                lost++;
                return;
            }
            queue.add(event);
            if (draining) {
                return;
            }
            draining = true;
        }
        EventThreads.execute(this::drain);
    }

    /** Nothing more is delivered but what is being delivered now. */
    void close() {
        synchronized (queue) {
            closed = true;
            queue.clear();
        }
    }

    private void drain() {
        for (E event = next(); event != null; event = next()) {
            deliver(event);
        }
    }

    private @Nullable E next() {
        synchronized (queue) {
            if (lost > 0) {
                log.error("listener {} was busy for so long that it missed {} events", listener, lost);
                lost = 0;
            }
            E event = queue.poll();
            draining = event != null;
            return event;
        }
    }

    private int waiting() {
        synchronized (queue) {
            return queue.size();
        }
    }

    private void deliver(E event) {
        Delivery delivery = new Delivery(event);
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            log.error("listener {} failed on {}", listener, event, e);
        } finally {
            delivery.end();
        }
    }

    /** Looks at a listener that is busy. */
    private final class Delivery {
        private final E event;
        private final Thread thread = Thread.currentThread();
        private final long startedNs = System.nanoTime();
        private Duration late = deadline; // guarded by this
        private boolean reported; // guarded by this
        private boolean ended; // guarded by this
        private ScheduledFuture<?> alarm; // guarded by this

        Delivery(E event) {
            this.event = event;
            this.alarm = EventThreads.after(late, this::report);
        }

        private synchronized void report() {
            if (ended) {
                return;
            }
            reported = true;
            log.warn(
                    "listener {} has been busy for {} ms with {}, it is at {}; {} events wait behind it",
                    listener,
                    late.toMillis(),
                    event,
                    EventThreads.place(thread),
                    waiting());
            Duration next = late;
            late = late.multipliedBy(2);
            alarm = EventThreads.after(next, this::report);
        }

        private synchronized void end() {
            ended = true;
            alarm.cancel(false);
            if (reported) {
                log.warn(
                        "listener {} was done after {} ms with {}",
                        listener,
                        (System.nanoTime() - startedNs) / 1_000_000,
                        event);
            }
        }
    }
}
