package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.HealthCheck;
import io.ha4j.LocalCheck;
import io.ha4j.TcpCheck;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the checks of a balancer's backends. Thread-safe; a local check calls back while it holds its own lock, so that
 * nothing here subscribes to one while it holds a lock of the balancer's.
 */
final class Checks implements AutoCloseable {
    /** First attempts are spread over this much per backend, so that a thousand of them take a second. */
    private static final long SPREAD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Targets targets;
    private final EventLoops loops;
    private final @Nullable HealthCheck common;
    private final Map<Target, Runnable> running = new HashMap<>(); // guarded by itself
    private boolean closed; // guarded by running

    /** @param common the check of backends that have none of their own; null for none */
    Checks(Targets targets, EventLoops loops, @Nullable HealthCheck common) {
        this.targets = targets;
        this.loops = loops;
        this.common = common;
    }

    /**
     * Adds a backend and begins to check it.
     *
     * @param among how many are added at the same time
     * @throws IllegalArgumentException if there is one of that address already
     */
    void add(Backend backend, int among) {
        HealthCheck check = backend.check() == null ? common : backend.check();
        Target target = targets.add(backend, check == null, check == null ? "no check" : "not checked yet");
        Runnable stop = start(target, check, among);
        synchronized (running) {
            if (!closed && !target.removed) {
                running.put(target, stop);
                return;
            }
        }
        stop.run();
    }

    private Runnable start(Target target, @Nullable HealthCheck check, int among) {
        if (check instanceof TcpCheck tcp) {
            long spread = Math.min(tcp.interval().toNanos(), among * SPREAD_NANOS);
            long delay = ThreadLocalRandom.current().nextLong(spread);
            return TcpChecker.start(targets, target, tcp, loops, delay)::close;
        }
        if (check instanceof LocalCheck local) {
            String up = local.name() + " is up";
            return local.subscribe((isUp, why) -> targets.checked(target, isUp, isUp ? up : local.name() + ": " + why))
                    ::close;
        }
        return () -> {};
    }

    void remove(Target target) {
        Runnable stop;
        synchronized (running) {
            stop = running.remove(target);
        }
        if (stop != null) {
            stop.run();
        }
    }

    @Override
    public void close() {
        Map<Target, Runnable> stopped;
        synchronized (running) {
            closed = true;
            stopped = new HashMap<>(running);
            running.clear();
        }
        stopped.values().forEach(Runnable::run);
    }
}
