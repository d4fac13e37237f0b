package io.ha4j.standalone;

import io.ha4j.HaException;
import io.ha4j.HaGroup;
import io.ha4j.HotRestart;
import io.ha4j.SyncGroup;
import io.ha4j.standalone.conf.Configuration;
import io.ha4j.standalone.conf.InitialFile;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import io.ha4j.standalone.conf.VrrpSyncGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups and virtual servers of a configuration at work. Started as: balancers that need no group, groups, balancers
 * on their addresses. Closed so that clients notice as little as possible: the groups hand their addresses over first,
 * all at the same time, while the balancers still serve. {@link Reload} changes it. One thread at a time changes it, any
 * may look.
 */
final class Workload {
    private static final Logger log = LoggerFactory.getLogger("ha4j");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30); // a group alone takes at most 10 s, and hooks

    private final Duration drain;
    private final @Nullable HotRestart restart;
    private final Map<String, RunningGroup> groups = new LinkedHashMap<>(); // guarded by itself
    private final Map<VrrpSyncGroup, SyncGroup> syncGroups = new HashMap<>(); // of the one that changes it
    private final Map<VirtualServer.Service, RunningServer> servers = new LinkedHashMap<>(); // guarded by itself

    /**
     * @param drain how long open connections may go on when a balancer is closed
     * @param restart where listeners come from and go to; null for nowhere
     */
    Workload(Duration drain, @Nullable HotRestart restart) {
        this.drain = drain;
        this.restart = restart;
    }

    List<RunningGroup> groups() {
        synchronized (groups) {
            return List.copyOf(groups.values());
        }
    }

    List<RunningServer> servers() {
        synchronized (servers) {
            return List.copyOf(servers.values());
        }
    }

    @Nullable
    RunningGroup group(String name) {
        synchronized (groups) {
            return groups.get(name);
        }
    }

    @Nullable
    RunningServer server(VirtualServer.Service service) {
        synchronized (servers) {
            return servers.get(service);
        }
    }

    void start(Configuration configuration) throws StartException {
        startAlways(configuration);
        startRest(configuration);
    }

    /** The virtual servers that no group has to do with. */
    void startAlways(Configuration configuration) throws StartException {
        for (VirtualServer server : configuration.virtualServers()) {
            if (configuration.holderOf(server.address().getAddress()).isEmpty()) {
                start(configuration, server);
            }
        }
    }

    /** The groups, and the virtual servers on their addresses. */
    void startRest(Configuration configuration) throws StartException {
        for (InitialFile initial : configuration.initialFiles()) {
            write(configuration, initial);
        }
        for (VrrpInstance instance : configuration.instances()) {
            start(configuration, instance);
        }
        for (VirtualServer server : configuration.virtualServers()) {
            if (server(server.service()) == null) {
                start(configuration, server);
            }
        }
    }

    void start(Configuration configuration, VrrpInstance instance) throws StartException {
        try {
            RunningGroup started = new RunningGroup(instance, syncGroup(instance));
            synchronized (groups) {
                groups.put(instance.name(), started);
            }
        } catch (HaException | IllegalArgumentException e) {
            throw failed(configuration, instance.line(), "vrrp_instance " + instance.name(), e);
        }
    }

    private @Nullable SyncGroup syncGroup(VrrpInstance instance) {
        VrrpSyncGroup sync = instance.syncGroup();
        return sync == null
                ? null
                : syncGroups.computeIfAbsent(
                        sync, it -> SyncGroup.of(it.name(), it.members().size()));
    }

    void start(Configuration configuration, VirtualServer server) throws StartException {
        try {
            RunningServer started = new RunningServer(server, holder(configuration, server), restart);
            synchronized (servers) {
                servers.put(server.service(), started);
            }
        } catch (HaException | IllegalArgumentException e) {
            throw failed(configuration, server.line(), "virtual_server " + Text.service(server.service()), e);
        }
    }

    /** The group that has its address; null if none has, or it does not run. */
    @Nullable
    HaGroup holder(Configuration configuration, VirtualServer server) {
        RunningGroup running = configuration
                .holderOf(server.address().getAddress())
                .map(instance -> group(instance.name()))
                .orElse(null);
        return running == null ? null : running.group();
    }

    static StartException failed(Configuration configuration, int line, String what, RuntimeException cause) {
        return new StartException(configuration.file() + ":" + line + ": " + what + ": " + cause.getMessage(), cause);
    }

    void write(Configuration configuration, InitialFile initial) throws StartException {
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

    /** All at the same time; returns within a bounded time. */
    void closeGroups(Collection<RunningGroup> ending) {
        Duration longest = ending.stream()
                .map(running -> running.instance().connectionDrain())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        closeAll("group", ending, RunningGroup::close, longest.plus(STOP_LIMIT));
        synchronized (groups) {
            groups.values().removeAll(ending);
        }
    }

    /** All at the same time; returns within a bounded time. */
    void closeServers(Collection<RunningServer> ending) {
        closeAll("balancer", ending, server -> server.balancer().close(drain), drain.plus(STOP_LIMIT));
        synchronized (servers) {
            servers.values().removeAll(ending);
        }
    }

    void close() {
        closeGroups(groups());
        closeServers(servers());
    }

    private static <T> void closeAll(String what, Collection<T> all, Consumer<T> close, Duration limit) {
        List<Thread> threads = new ArrayList<>();
        for (T one : all) {
            Thread thread = new Thread(() -> close.accept(one), "ha4j-close-" + what);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((t, e) -> log.error("{} was not closed cleanly", what, e));
            thread.start();
            threads.add(thread);
        }
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
