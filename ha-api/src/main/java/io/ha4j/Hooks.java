package io.ha4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hooks of one group: runs them one after the other, each within its deadline. Thread-safe; nothing here blocks. */
final class Hooks {
    static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(Hooks.class);

    /** @param deadline above 0 */
    record Hook(GroupHook.Moment moment, GroupHook code, Duration deadline) {}

    private final String group;
    private final List<Hook> hooks;
    private final Consumer<? super GroupEvent> events;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null); // guarded by this

    /** @param events told how each hook ended, on any thread */
    Hooks(String group, List<Hook> hooks, Consumer<? super GroupEvent> events) {
        this.group = group;
        this.hooks = List.copyOf(hooks);
        this.events = events;
    }

    boolean has(GroupHook.Moment moment) {
        return hooks.stream().anyMatch(hook -> hook.moment() == moment);
    }

    /** Those of this moment, after all that run already; completes, never with a failure, when they have ended. */
    synchronized CompletableFuture<Void> run(GroupHook.Moment moment) {
        for (Hook hook : hooks) {
            if (hook.moment() == moment) {
                last = last.thenCompose(before -> new Call(hook).start());
            }
        }
        return last;
    }

    /** The same, with a task that follows on any thread. */
    void run(GroupHook.Moment moment, Runnable then) {
        var unused = run(moment).thenRun(then);
    }

    /** Completes when those that were asked for have ended. */
    synchronized CompletableFuture<Void> idle() {
        return last;
    }

    /** One run of one hook. */
    private final class Call {
        private final Hook hook;
        private final long startedNs = System.nanoTime();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile @Nullable Thread thread;
        private boolean over; // guarded by this

        Call(Hook hook) {
            this.hook = hook;
        }

        CompletableFuture<Void> start() {
            Future<?> running = EventThreads.submit(this::run);
            ScheduledFuture<?> alarm = EventThreads.after(hook.deadline(), () -> timeOut(running));
            return ended.whenComplete((nothing, never) -> alarm.cancel(false));
        }

        private void run() {
            thread = Thread.currentThread();
            try {
                hook.code().run();
                end(GroupHook.Outcome.DONE, "");
            } catch (Throwable e) { // of the application: whatever it is, it is not ours to end for it
                if (end(GroupHook.Outcome.FAILED, e.toString())) {
                    log.error("group {}: {} failed", group, hook.moment(), e);
                }
            } finally {
                thread = null;
            }
        }

        private void timeOut(Future<?> running) {
            Thread busy = thread;
            String detail = "no end within " + hook.deadline().toMillis() + " ms; it is at "
                    + (busy == null ? "its beginning" : EventThreads.place(busy));
            if (end(GroupHook.Outcome.TIMED_OUT, detail)) {
                log.error("group {}: {}: {}; interrupted and no longer waited for", group, hook.moment(), detail);
                running.cancel(true);
            }
        }

        private boolean end(GroupHook.Outcome outcome, String detail) {
            synchronized (this) {
                if (over) {
                    return false;
                }
                over = true;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - startedNs);
            events.accept(new GroupEvent.HookEnded(group, Instant.now(), hook.moment(), outcome, took, detail));
            ended.complete(null);
            return true;
        }
    }
}
