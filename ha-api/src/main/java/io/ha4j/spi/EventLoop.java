package io.ha4j.spi;

/**
 * One thread that runs all protocol work of a process. Nothing that runs on it may block. The simulation implements it
 * with virtual time.
 */
public interface EventLoop {
    /**
     * Monotonic nanoseconds with an arbitrary origin, not that of {@link System#nanoTime()}: this clock goes on while the
     * machine is suspended, where the system has such a clock. Any thread.
     */
    long nanoTime();

    /** Whether the caller is the loop's thread. */
    boolean inEventLoop();

    /** Runs a task on the loop's thread, after those given before it. Any thread. */
    void execute(Runnable task);

    /** A timer that is not armed. Loop thread only, as is the timer itself. */
    Timer timer(Runnable onExpiry);

    /** One deadline that can be moved. Arming, moving and cancelling allocate nothing. */
    interface Timer {
        /** Expires once at this {@link EventLoop#nanoTime()}; replaces the deadline it had. */
        void arm(long deadlineNanos);

        /** Without effect when it is not armed. */
        void cancel();
    }
}
