package io.ha4j.vrrp.sim;

import io.ha4j.spi.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of one simulated process, with an origin of its own for its clock. Silent after a crash. A process that
 * is frozen does later what was due meanwhile. A machine that is suspended hears nothing; whether it knows is for its
 * clock to say.
 */
final class SimLoop implements EventLoop {
    private static final int SOCKET_BUFFER_PACKETS = 250; // what fits into net.core.rmem_default

    private final VirtualTime time;
    private final List<SimTimer> timers = new ArrayList<>();
    private final List<Runnable> unread = new ArrayList<>(); // packets, while the process does not run
    private final List<Runnable> waiting = new ArrayList<>(); // tasks and expired timers, likewise
    private long originNs;
    private boolean crashed;
    private boolean frozen;
    private boolean suspended;
    private long suspendedAtNs;
    private long leftNanos; // by its clock, when it ran last

    SimLoop(VirtualTime time, long originNs) {
        this.time = time;
        this.originNs = originNs;
    }

    void crash() {
        crashed = true;
    }

    boolean crashed() {
        return crashed;
    }

    /** Whether the process gets to run. */
    boolean runs() {
        return !crashed && !frozen && !suspended;
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean isSuspended() {
        return suspended;
    }

    private void leave() {
        if (runs()) {
            leftNanos = nanoTime();
        }
    }

    /** How long it did not run, when it runs again, as far as its own clock can tell. */
    long awayNs() {
        return nanoTime() - leftNanos;
    }

    /** As by SIGSTOP, or a long garbage collection. */
    void freeze() {
        leave();
        frozen = true;
    }

    /** @param packetsFirst what the loop looks at first when it runs again */
    void thaw(boolean packetsFirst) {
        frozen = false;
        if (!suspended) {
            catchUp(packetsFirst);
        }
    }

    private void catchUp(boolean packetsFirst) {
        List<Runnable> todo = new ArrayList<>(packetsFirst ? unread : waiting);
        todo.addAll(packetsFirst ? waiting : unread);
        unread.clear();
        waiting.clear();
        todo.forEach(task -> time.at(time.nowNs(), task)); // the later ones may be moot by then
    }

    void suspend() {
        leave();
        suspended = true;
        suspendedAtNs = time.nowNs();
    }

    /**
     * How long it was suspended, in nanoseconds.
     *
     * @param clockRan whether the clock went on, as CLOCK_BOOTTIME does while a machine is suspended to its memory; that
     *     of a virtual machine that is paused stands still
     */
    long resume(boolean clockRan) {
        suspended = false;
        long suspendedNs = time.nowNs() - suspendedAtNs;
        originNs -= clockRan ? 0 : suspendedNs;
        timers.forEach(SimTimer::rearm);
        if (!frozen) {
            catchUp(true);
        }
        return suspendedNs;
    }

    /** A packet has arrived. */
    void readable(Runnable read) {
        if (crashed || suspended) {
            return; // nobody there
        }
        if (!frozen) {
            read.run();
        } else if (unread.size() < SOCKET_BUFFER_PACKETS) {
            unread.add(() -> readable(read));
        }
    }

    @Override
    public long nanoTime() {
        return time.nowNs() + originNs; // may overflow, as System.nanoTime() may
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        time.at(time.nowNs(), () -> runOrWait(task));
    }

    private void runOrWait(Runnable task) {
        if (frozen || suspended) {
            waiting.add(() -> runOrWait(task));
        } else if (!crashed) {
            task.run();
        }
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        SimTimer timer = new SimTimer(onExpiry);
        timers.add(timer);
        return timer;
    }

    private final class SimTimer implements Timer {
        private final Runnable onExpiry;
        private long deadlineNanos;
        private VirtualTime.@Nullable Task armed;

        private SimTimer(Runnable onExpiry) {
            this.onExpiry = onExpiry;
        }

        @Override
        public void arm(long deadlineNanos) {
            cancel();
            this.deadlineNanos = deadlineNanos;
            armed = time.at(deadlineNanos - originNs, this::expired);
        }

        @Override
        public void cancel() {
            if (armed != null) {
                armed.cancel();
                armed = null;
            }
        }

        private void rearm() {
            if (armed != null) {
                arm(deadlineNanos);
            }
        }

        private void expired() {
            if (suspended) {
                return; // by its own clock it is not due; see rearm
            }
            VirtualTime.Task mine = armed;
            if (frozen) {
                waiting.add(() -> {
                    if (armed != null && armed == mine) { // neither moved nor cancelled by what was done before
                        expired();
                    }
                });
            } else if (!crashed) {
                armed = null;
                onExpiry.run();
            }
        }
    }
}
