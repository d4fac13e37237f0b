package io.ha4j.vrrp.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** A clock that moves only from one task to the next. Tasks of one moment run in the order in which they were given. */
final class VirtualTime {
    /** A task that can be taken back. */
    static final class Task implements Comparable<Task> {
        private final long atNs;
        private final long order;
        private final Runnable action;
        private boolean cancelled;

        private Task(long atNs, long order, Runnable action) {
            this.atNs = atNs;
            this.order = order;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Task other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final List<Runnable> observers = new ArrayList<>();
    private final List<LongConsumer> outlooks = new ArrayList<>();
    private long nowNs;
    private long given;

    long nowNs() {
        return nowNs;
    }

    /** A task for a moment that has passed runs at once, but after those that are due already. */
    Task at(long atNs, Runnable action) {
        Task task = new Task(Math.max(atNs, nowNs), given++, action);
        tasks.add(task);
        return task;
    }

    Task in(Duration delay, Runnable action) {
        return at(nowNs + delay.toNanos(), action);
    }

    /** Is run after each task: the place for what must hold at every moment. */
    void afterEachTask(Runnable observer) {
        observers.add(observer);
    }

    /**
     * Is told, before each task and at the end of a run, up to when nothing happens any more: the place for what must
     * hold between two tasks, such as a lease that runs out there.
     */
    void beforeTimePasses(LongConsumer outlook) {
        outlooks.add(outlook);
    }

    void run(Duration duration) {
        runUntil(() -> false, duration);
    }

    /** Runs until the condition holds, at most so long; returns how long it took. The limit, if it never held. */
    Duration runUntil(BooleanSupplier condition, Duration limit) {
        long startNs = nowNs;
        long endNs = nowNs + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.atNs > endNs) {
                pass(endNs);
                return limit;
            }
            tasks.remove();
            if (!next.cancelled) {
                pass(next.atNs);
                next.action.run();
                for (Runnable observer : observers) {
                    observer.run();
                }
            }
        }
        return Duration.ofNanos(nowNs - startNs);
    }

    private void pass(long untilNs) {
        if (untilNs > nowNs) {
            for (LongConsumer outlook : outlooks) {
                outlook.accept(untilNs);
            }
            nowNs = untilNs;
        }
    }
}
