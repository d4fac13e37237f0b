package io.ha4j.lb;

import io.ha4j.AllChecks;
import io.ha4j.Backend;
import io.ha4j.HealthCheck;
import io.ha4j.LocalCheck;
import io.ha4j.NetworkCheck;
import io.ha4j.lb.Findings.Finding;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
     * @throws IllegalArgumentException if there is one of that address already, or a file that its check names cannot be
     *     used
     */
    void add(Backend backend, int among) {
        HealthCheck check = backend.check() == null && suits(common, backend) ? common : backend.check();
        List<HealthCheck> parts =
                check == null ? List.of() : check instanceof AllChecks all ? all.checks() : List.of(check);
        List<Function<Findings, Runnable>> starts = new ArrayList<>();
        for (HealthCheck part : parts) { // before there is a backend, as it may be impossible
            starts.add(prepare(part, backend.address(), among));
        }
        boolean up = parts.stream().allMatch(Checks::isInitiallyUp);
        String detail = check == null ? "no check" : Targets.NOT_CHECKED;
        Target target = targets.add(backend, up, detail);
        target.check = check == null ? "" : check.name();
        JointFindings joint = new JointFindings(
                parts.stream()
                        .map(part -> new Finding(isInitiallyUp(part), null, detail))
                        .toList(),
                (isUp, weight, why) -> targets.checked(target, isUp, weight, why));
        List<Runnable> stops = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            stops.add(starts.get(i).apply(joint.of(i)));
        }
        Runnable stop = () -> stops.forEach(Runnable::run);
        synchronized (running) {
            if (!closed && !target.removed) {
                running.put(target, stop);
                return;
            }
        }
        stop.run();
    }

    /** Whether the check of all backends can be that of this one: an application has no address to connect to. */
    private static boolean suits(@Nullable HealthCheck check, Backend backend) {
        return backend.application() == null
                || check instanceof LocalCheck
                || (check instanceof AllChecks all && all.checks().stream().allMatch(LocalCheck.class::isInstance));
    }

    private static boolean isInitiallyUp(HealthCheck check) {
        return check instanceof NetworkCheck<?> network && network.schedule().initiallyUp();
    }

    /** What starts it, which answers what stops it. */
    private Function<Findings, Runnable> prepare(HealthCheck check, InetSocketAddress backend, int among) {
        if (check instanceof NetworkCheck<?> network) {
            NetworkChecker checker = new NetworkChecker(network, backend, loops);
            long spread = Math.min(network.schedule().interval().toNanos(), among * SPREAD_NANOS);
            return findings -> {
                checker.start(findings, spread);
                return checker::close;
            };
        }
        if (check instanceof LocalCheck local) {
            return findings -> local.subscribe(new Told(local.name(), findings))::close;
        }
        throw new IllegalArgumentException("check of a backend cannot be " + check);
    }

    /** What a local check says, with its name. */
    private record Told(String name, Findings findings) implements LocalCheck.Listener {
        @Override
        public void changed(boolean up, String why) {
            findings.found(up, null, detail(up, why));
        }

        @Override
        public void changed(boolean up, String why, int weight) {
            findings.found(up, weight, detail(up, why));
        }

        private String detail(boolean up, String why) {
            return up ? name + " is up" : name + ": " + why;
        }
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
