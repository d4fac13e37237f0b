package io.ha4j.standalone;

import io.ha4j.HaException;
import io.ha4j.HaGroup;
import io.ha4j.LoadBalancer;
import io.ha4j.standalone.conf.Configuration;
import io.ha4j.standalone.conf.InitialFile;
import io.ha4j.standalone.conf.Tracked;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration at work. Started as: admin endpoint, balancers that need no group, groups, balancers on their
 * addresses. Stopped so that clients notice as little as possible: the groups hand their addresses over first, all at
 * the same time, while the balancers still serve; then the balancers; the admin endpoint last.
 */
final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger("ha4j");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15); // a group alone takes at most 10 s

    private final Configuration configuration;
    private final Duration drain;
    private final Instant startedAt = Instant.now();
    private final Map<VirtualServer, LoadBalancer> balancers = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, HaGroup> groups = Collections.synchronizedMap(new LinkedHashMap<>());
    private @Nullable AdminServer admin;

    private Daemon(Configuration configuration, Duration drain) {
        this.configuration = configuration;
        this.drain = drain;
    }

    /**
     * Starts everything or nothing.
     *
     * @param drain how long open connections may go on when the balancers are closed
     * @throws StartException if something cannot be started; what had been started is closed again
     */
    static Daemon start(Configuration configuration, AdminAddress adminAddress, Duration drain) throws StartException {
        Daemon daemon = new Daemon(configuration, drain);
        try {
            daemon.startAll(adminAddress);
            return daemon;
        } catch (StartException | RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private void startAll(AdminAddress adminAddress) throws StartException {
        try {
            admin = AdminServer.start(adminAddress, this::status);
        } catch (HaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        for (VirtualServer server : configuration.virtualServers()) {
            if (configuration.holderOf(server.address().getAddress()).isEmpty()) {
                startBalancer(server, null);
            }
        }
        for (InitialFile initial : configuration.initialFiles()) {
            write(initial);
        }
        for (VrrpInstance instance : configuration.instances()) {
            startGroup(instance);
        }
        for (VirtualServer server : configuration.virtualServers()) {
            VrrpInstance holder =
                    configuration.holderOf(server.address().getAddress()).orElse(null);
            if (holder != null) {
                startBalancer(server, groups.get(holder.name()));
            }
        }
    }

    private void startGroup(VrrpInstance instance) throws StartException {
        HaGroup.Builder group = HaGroup.builder(instance.name())
                .election(instance.router())
                .onEvent(event -> KeepalivedLog.log(instance, event));
        instance.addresses().forEach(group::address);
        instance.tracked().forEach(tracked -> track(group, tracked));
        instance.routes().forEach(group::route);
        group.announcements(instance.announcements());
        try {
            groups.put(instance.name(), group.start());
        } catch (HaException | IllegalArgumentException e) {
            throw failed(instance.line(), "vrrp_instance " + instance.name(), e);
        }
    }

    private static void track(HaGroup.Builder group, Tracked tracked) {
        if (tracked.reversed()) {
            group.trackReversed(tracked.check(), tracked.weight());
        } else {
            group.track(tracked.check(), tracked.weight());
        }
    }

    private void write(InitialFile initial) throws StartException {
        if (!initial.overwrite() && Files.exists(initial.file())) {
            return;
        }
        try {
            Files.writeString(initial.file(), initial.value() + "\n");
        } catch (IOException e) {
            throw new StartException(
                    configuration.file() + ":" + initial.line() + ": init_file " + initial.file()
                            + " cannot be written: " + e,
                    e);
        }
    }

    private void startBalancer(VirtualServer server, @Nullable HaGroup group) throws StartException {
        String name = Text.service(server.address());
        LoadBalancer.Builder balancer = LoadBalancer.builder(name)
                .listen(server.address())
                .scheduler(server.scheduler())
                .limits(server.limits())
                .passiveChecks(server.passiveChecks())
                .onEvent(event -> KeepalivedLog.log(server.address(), event));
        server.backends().forEach(balancer::backend);
        if (group != null) {
            balancer.whileActive(group);
        }
        try {
            balancers.put(server, balancer.start());
        } catch (HaException | IllegalArgumentException e) {
            throw failed(server.line(), "virtual_server " + name, e);
        }
    }

    private StartException failed(int line, String what, RuntimeException cause) {
        return new StartException(configuration.file() + ":" + line + ": " + what + ": " + cause.getMessage(), cause);
    }

    Status status() {
        Instant now = Instant.now();
        List<Status.VirtualServer> servers = new ArrayList<>();
        copy(balancers)
                .forEach((server, balancer) ->
                        servers.add(StatusCollector.virtualServer(configuration, server, balancer.snapshot())));
        return new Status(
                Version.text(),
                ProcessHandle.current().pid(),
                startedAt.toString(),
                StatusCollector.uptime(startedAt, now),
                configuration.routerId(),
                configuration.file(),
                copy(groups).values().stream()
                        .map(group -> StatusCollector.group(group.snapshot()))
                        .toList(),
                servers);
    }

    private static <K, V> Map<K, V> copy(Map<K, V> map) {
        synchronized (map) {
            return new LinkedHashMap<>(map);
        }
    }

    /** Returns within a bounded time. Closing twice does nothing more. */
    @Override
    public synchronized void close() {
        closeAll("group", copy(groups).values(), HaGroup::close);
        closeAll("balancer", copy(balancers).values(), balancer -> balancer.close(drain));
        groups.clear();
        balancers.clear();
        if (admin != null) {
            admin.close();
            admin = null;
        }
    }

    private static <T> void closeAll(String what, Iterable<T> all, Consumer<T> close) {
        List<Thread> threads = new ArrayList<>();
        for (T one : all) {
            Thread thread = new Thread(() -> close.accept(one), "ha4j-close-" + what);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((t, e) -> log.error("{} was not closed cleanly", what, e));
            thread.start();
            threads.add(thread);
        }
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
