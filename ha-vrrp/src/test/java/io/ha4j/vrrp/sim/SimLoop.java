package io.ha4j.vrrp.sim;

import io.ha4j.spi.EventLoop;
import org.jspecify.annotations.Nullable;

/** The event loop of one simulated process, with an origin of its own for its clock. Silent after a crash. */
final class SimLoop implements EventLoop {
    private final VirtualTime time;
    private final long originNs;
    private boolean crashed;

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
        time.at(time.nowNs(), () -> runIfAlive(task));
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        return new Timer() {
            private VirtualTime.@Nullable Task armed;

            @Override
            public void arm(long deadlineNanos) {
                cancel();
                armed = time.at(deadlineNanos - originNs, () -> runIfAlive(onExpiry));
            }

            @Override
            public void cancel() {
                if (armed != null) {
                    armed.cancel();
                    armed = null;
                }
            }
        };
    }

    private void runIfAlive(Runnable task) {
        if (!crashed) {
            task.run();
        }
    }
}
