package io.ha4j.standalone;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.LoadBalancer;
import io.ha4j.standalone.Operations.Answer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an operator does with a real server: in all virtual servers that have it, at the same time. */
final class RealServers {
    private final Workload workload;

    RealServers(Workload workload) {
        this.workload = workload;
    }

    /** It gets no new connections; existing ones go on. Nothing waits for them. */
    Answer drain(String name) {
        return change(name, true);
    }

    Answer undrain(String name) {
        return change(name, false);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // of drain: nobody waits for the last connection
    private Answer change(String name, boolean drain) {
        InetSocketAddress address = parse(name);
        if (address == null) {
            return Answer.unknown("a real server is given as ADDRESS:PORT or [ADDRESS]:PORT, but was '" + name + "'");
        }
        List<String> lines = new ArrayList<>();
        for (RunningServer running : workload.servers()) {
            LoadBalancer balancer = running.balancer();
            if (find(balancer, address) == null) {
                continue;
            }
            try {
                if (drain) {
                    balancer.drain(address);
                } else {
                    balancer.undrain(address);
                }
            } catch (IllegalArgumentException e) {
                continue; // a reload has just removed it
            }
            BackendSnapshot now = find(balancer, address);
            if (now != null) {
                lines.add(Text.endpoint(address) + " of virtual_server "
                        + Text.endpoint(running.server().address()) + ": " + describe(now));
            }
        }
        return lines.isEmpty() ? unknown(name) : Answer.done(String.join("\n", lines));
    }

    private static String describe(BackendSnapshot backend) {
        String connections = backend.active() + (backend.active() == 1 ? " connection" : " connections");
        return backend.state() == BackendState.DRAINING
                ? "gets no new connections until 'ha4j undrain'; " + connections + " of it "
                        + (backend.active() == 1 ? "goes on" : "go on")
                : "takes part again, and is " + backend.state();
    }

    private Answer unknown(String name) {
        List<String> names = workload.servers().stream()
                .flatMap(running -> backends(running.balancer()))
                .map(backend -> Text.endpoint(backend.address()))
                .distinct()
                .toList();
        return Answer.unknown("there is no real server " + name + ", but "
                + (names.isEmpty() ? "none at all" : String.join(", ", names)));
    }

    private static @Nullable BackendSnapshot find(LoadBalancer balancer, InetSocketAddress address) {
        return backends(balancer)
                .filter(backend -> backend.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    private static Stream<BackendSnapshot> backends(LoadBalancer balancer) {
        return balancer.snapshot().backends().stream();
    }

    /** Null if it is none. */
    private static @Nullable InetSocketAddress parse(String name) {
        int colon = name.lastIndexOf(':');
        String port = name.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}")) {
            return null;
        }
        try {
            String host = name.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
            return Backend.of(host, Integer.parseInt(port)).address();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
