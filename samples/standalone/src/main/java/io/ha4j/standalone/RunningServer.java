package io.ha4j.standalone;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.HaGroup;
import io.ha4j.HotRestart;
import io.ha4j.LoadBalancer;
import io.ha4j.standalone.conf.VirtualServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A virtual_server at work. Thread-safe. */
final class RunningServer {
    private final LoadBalancer balancer;
    private final @Nullable HaGroup group;
    private volatile VirtualServer server;

    /**
     * As {@link LoadBalancer.Builder#start()}, with its exceptions.
     *
     * @param group while which is active it listens; null for always
     * @param restart where listeners come from and go to; null for nowhere
     */
    RunningServer(VirtualServer server, @Nullable HaGroup group, @Nullable HotRestart restart) {
        this.server = server;
        this.group = group;
        LoadBalancer.Builder builder = LoadBalancer.builder(Text.service(server.service()))
                .protocol(server.protocol())
                .listen(server.address())
                .scheduler(server.scheduler())
                .limits(server.limits())
                .passiveChecks(server.passiveChecks())
                .acceptProxy(server.trustedProxies())
                .persistence(server.persistence())
                .resolveInterval(server.resolveInterval())
                .source(server.source())
                .onEvent(event -> KeepalivedLog.log(server.service(), event));
        server.backends().forEach(builder::backend);
        if (group != null) {
            builder.whileActive(group);
        }
        if (restart != null) {
            builder.hotRestart(restart);
        }
        balancer = builder.start();
    }

    VirtualServer server() {
        return server;
    }

    LoadBalancer balancer() {
        return balancer;
    }

    /** Whether it can become that without being closed: backends may differ, nothing else. */
    boolean canBecome(VirtualServer next, @Nullable HaGroup group) {
        return this.group == group && server.with(next.line(), next.backends()).equals(next);
    }

    /** Changes the backends, and no connection; says what it did. */
    @SuppressWarnings("FutureReturnValueIgnored") // of drain: nobody waits for the last connection
    List<String> become(VirtualServer next) {
        List<String> changes = new ArrayList<>();
        Map<InetSocketAddress, Backend> before = new HashMap<>();
        server.backends().forEach(backend -> before.put(backend.address(), backend));
        for (Backend backend : next.backends()) {
            Backend was = before.remove(backend.address());
            String name = "real_server " + Text.endpoint(backend.address());
            if (was == null) {
                balancer.addBackend(backend);
                changes.add(name + " added");
            } else if (was.weight(backend.weight()).equals(backend)) {
                if (was.weight() != backend.weight()) {
                    balancer.setWeight(backend.address(), backend.weight());
                    changes.add(name + " has weight " + backend.weight());
                }
            } else {
                boolean drains = isDraining(backend.address());
                balancer.removeBackend(backend.address());
                balancer.addBackend(drains ? backend.weight(0) : backend);
                if (drains) {
                    balancer.drain(backend.address());
                    balancer.setWeight(backend.address(), backend.weight()); // not before, or it would get connections
                }
                changes.add(name + " changed");
            }
        }
        for (InetSocketAddress gone : before.keySet()) {
            balancer.removeBackend(gone);
            changes.add("real_server " + Text.endpoint(gone) + " removed");
        }
        server = next;
        return changes;
    }

    private boolean isDraining(InetSocketAddress address) {
        return balancer.snapshot().backends().stream()
                .anyMatch(it -> it.address().equals(address) && it.state() == BackendState.DRAINING);
    }
}
