package io.ha4j.standalone;

import io.ha4j.HaException;
import io.ha4j.HaGroup;
import io.ha4j.HandOver;
import io.ha4j.HotRestart;
import io.ha4j.standalone.conf.ConfException;
import io.ha4j.standalone.conf.Configuration;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configuration at work, and what an operator can do with it. The admin endpoint is up before and after the rest. */
final class Daemon implements AutoCloseable, Operations {
    private static final Logger log = LoggerFactory.getLogger("ha4j");
    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "ha4j-operation");
        thread.setDaemon(true);
        thread.start();
    };

    /** Between two looks whether this instance is stopped while it waits for another one. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Workload workload;
    private final Instant startedAt = Instant.now();
    private final @Nullable HotRestart restart;
    private final Object adminLock = new Object();
    private volatile Configuration configuration;
    private @Nullable AdminServer admin; // guarded by adminLock
    private boolean closed; // guarded by this

    private Daemon(Configuration configuration, Duration drain, @Nullable HotRestart restart) {
        this.configuration = configuration;
        this.restart = restart;
        this.workload = new Workload(drain, restart);
    }

    /**
     * Starts everything or nothing.
     *
     * @param drain how long open connections may go on when the balancers are closed
     * @param restartPath of the instance to take over from, and of this one for the next; null for none
     * @param stop is told when the next one has taken over
     * @throws StartException if something cannot be started; what had been started is closed again
     */
    static Daemon start(
            Configuration configuration,
            AdminAddress adminAddress,
            Duration drain,
            @Nullable Path restartPath,
            StopSignal stop)
            throws StartException {
        HotRestart restart;
        try {
            restart = restartPath == null ? null : HotRestart.at(restartPath);
        } catch (HaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        Daemon daemon = new Daemon(configuration, drain, restart);
        try {
            daemon.startAll(adminAddress, stop);
            return daemon;
        } catch (StartException | RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private synchronized void startAll(AdminAddress adminAddress, StopSignal stop) throws StartException {
        try {
            if (restart != null && restart.predecessor().isPresent()) {
                takeOver(restart, adminAddress, stop);
                return;
            }
            startAdmin(adminAddress);
            workload.start(configuration);
            if (restart != null) {
                restart.ready(() -> replaced(stop));
            }
        } catch (HaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What fails before the other process gives way leaves that one as it is; what fails later leaves the rest of this. */
    private void takeOver(HotRestart restart, AdminAddress adminAddress, StopSignal stop) throws StartException {
        workload.startAlways(configuration);
        restart.ready(() -> replaced(stop));
        try {
            startAdmin(adminAddress);
        } catch (HaException e) {
            log.error("This instance cannot be asked: {}", e.getMessage());
        }
        if (configuration.instances().isEmpty()) {
            return;
        }
        log.info(
                "Groups begin when process {} has given theirs up",
                restart.predecessor().getAsLong());
        while (!stop.isReceived() && !restart.awaitPredecessor(LOOK)) {
            log.debug("waiting for the predecessor");
        }
        if (!stop.isReceived()) {
            try {
                workload.startRest(configuration);
            } catch (StartException e) {
                log.error("{}; the rest goes on, and a reload tries it again", e.getMessage());
            }
        }
    }

    private void startAdmin(AdminAddress address) {
        AdminServer started = AdminServer.start(address, this);
        synchronized (adminLock) {
            admin = started;
        }
    }

    private void closeAdmin() {
        AdminServer running;
        synchronized (adminLock) {
            running = admin;
            admin = null;
        }
        if (running != null) {
            running.close();
        }
    }

    private void replaced(StopSignal stop) {
        closeAdmin();
        stop.request("another process has taken over");
    }

    @Override
    public Status status() {
        Configuration configuration = this.configuration;
        return new Status(
                Version.text(),
                ProcessHandle.current().pid(),
                startedAt.toString(),
                StatusCollector.uptime(startedAt, Instant.now()),
                configuration.routerId(),
                configuration.file(),
                StatusCollector.hotRestart(restart),
                workload.groups().stream()
                        .map(running -> StatusCollector.group(
                                running.group().snapshot(), running.instance().syncGroup()))
                        .toList(),
                workload.servers().stream()
                        .map(running -> StatusCollector.virtualServer(
                                configuration,
                                running.server(),
                                running.balancer().snapshot()))
                        .toList());
    }

    @Override
    public CompletableFuture<Answer> handOver(String group) {
        return with(
                group,
                running -> running.handOver().handle((result, failure) -> {
                    if (failure != null) {
                        return Answer.refused(String.valueOf(failure.getMessage()));
                    }
                    log.info("({}) hand-over: {}", group, result.detail());
                    return answer(group, result);
                }));
    }

    private static Answer answer(String group, HandOver result) {
        String took =
                String.format(java.util.Locale.ROOT, "%.3f s", result.took().toNanos() / 1e9);
        return switch (result.outcome()) {
            case HANDED_OVER ->
                Answer.done(group + ": handed over to " + result.successor() + " in " + took
                        + "; this node does not preempt it until that one is gone, or 'ha4j resume " + group
                        + "'");
            case NO_SUCCESSOR ->
                Answer.refused(group + ": nobody took over within " + took
                        + ", so this node has kept the addresses and is active as before");
            case NOT_ACTIVE -> Answer.refused(group + ": " + result.detail() + ": there is nothing to hand over");
            case INTERRUPTED -> Answer.refused(group + ": the hand-over was interrupted: " + result.detail());
        };
    }

    @Override
    public CompletableFuture<Answer> suspend(String group, String why) {
        String reason = why.isBlank() ? "maintenance" : why;
        return with(
                group,
                running -> running.suspend(reason)
                        .thenApply(result -> Answer.done(group + ": suspended (" + reason + ") until 'ha4j resume "
                                + group + "'; " + successor(result))));
    }

    private static String successor(HandOver result) {
        return switch (result.outcome()) {
            case HANDED_OVER -> "handed over to " + result.successor();
            case NO_SUCCESSOR -> "nobody took over, so no node has the addresses now";
            case NOT_ACTIVE, INTERRUPTED -> result.detail();
        };
    }

    @Override
    public CompletableFuture<Answer> resume(String group) {
        return with(group, running -> {
            running.resume();
            return CompletableFuture.completedFuture(
                    Answer.done(group + ": takes part, and preempts if its settings say so"));
        });
    }

    @Override
    public CompletableFuture<Answer> drain(String server) {
        return CompletableFuture.completedFuture(new RealServers(workload).drain(server));
    }

    @Override
    public CompletableFuture<Answer> undrain(String server) {
        return CompletableFuture.completedFuture(new RealServers(workload).undrain(server));
    }

    private CompletableFuture<Answer> with(String name, Function<HaGroup, CompletableFuture<Answer>> operation) {
        RunningGroup running = workload.group(name);
        if (running != null) {
            return operation.apply(running.group());
        }
        List<String> names =
                workload.groups().stream().map(group -> group.instance().name()).toList();
        return CompletableFuture.completedFuture(Answer.unknown("there is no group '" + name + "', but "
                + (names.isEmpty() ? "none at all" : String.join(", ", names))));
    }

    @Override
    public CompletableFuture<Answer> reload() {
        return CompletableFuture.supplyAsync(this::reloadNow, THREADS);
    }

    private synchronized Answer reloadNow() {
        if (closed) {
            return Answer.refused("this instance is being stopped");
        }
        log.info("Reloading {}", configuration.file());
        Answer answer;
        try {
            Configuration next = Configuration.read(Path.of(configuration.file()));
            next.warnings().forEach(warning -> log.warn("{}", warning));
            answer = new Reload(workload, configuration, next).run();
            configuration = next;
        } catch (ConfException e) {
            answer = Answer.refused(e.problems().stream().map(Object::toString).collect(Collectors.joining("\n"))
                    + "\nnothing has changed");
        } catch (NoSuchFileException e) {
            answer = Answer.refused(configuration.file() + ": no such file; nothing has changed");
        } catch (IOException e) {
            answer = Answer.refused(configuration.file() + ": cannot be read: " + e + "; nothing has changed");
        }
        boolean good = answer.code() == 200;
        answer.text().lines().forEach(line -> {
            if (good) {
                log.info("Reload: {}", line);
            } else {
                log.error("Reload: {}", line);
            }
        });
        return answer;
    }

    /** Returns within a bounded time. Closing twice does nothing more. */
    @Override
    public synchronized void close() {
        closed = true;
        workload.close();
        closeAdmin();
        if (restart != null) {
            restart.close();
        }
    }
}
