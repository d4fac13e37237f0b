package io.ha4j;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that run what the application gives us: listeners and hooks, which may block. As many as are busy at the
 * same time, shared by all groups and balancers of the process; they go away when idle. One more looks at the clock.
 */
final class EventThreads {
    private static final long IDLE_SECONDS = 10;

    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "ha4j-events"));

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private EventThreads() {}

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "ha4j-deadlines"));
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    static void execute(Runnable task) {
        THREADS.execute(task);
    }

    /** As {@link #execute}, where it may have to be interrupted. */
    static Future<?> submit(Runnable task) {
        return THREADS.submit(task);
    }

    /** The task must not block. */
    static ScheduledFuture<?> after(Duration delay, Runnable task) {
        return CLOCK.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Where a thread is, for a log line: in the code that called the JDK, not in the JDK. */
    static String place(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (StackTraceElement frame : stack) {
            String module = frame.getModuleName();
            if (module == null || !(module.startsWith("java.") || module.startsWith("jdk."))) {
                return frame.toString();
            }
        }
        return stack.length == 0 ? "its end" : stack[0].toString();
    }
}
