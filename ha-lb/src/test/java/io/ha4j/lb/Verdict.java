package io.ha4j.lb;

import io.ha4j.Backend;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.HealthCheck;
import io.ha4j.LoadBalancer;
import io.ha4j.NetworkCheck;
import io.ha4j.Transport;
import java.time.Duration;

/** What a check says of a server on loopback when it has looked for the first time. */
final class Verdict {
    private Verdict() {}

    /** {@code UP GET /: status 200}. */
    static String of(int port, HealthCheck check) {
        return of(port, check, Transport.AUTO);
    }

    static String of(int port, HealthCheck check, Transport transport) {
        try (LoadBalancer balancer = LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .backend(Backend.of("127.0.0.1", port).check(check))
                .transport(transport)
                .start()) {
            Await.until("checked", () -> !backend(balancer).detail().equals("not checked yet"));
            BackendSnapshot backend = backend(balancer);
            return backend.state() + " " + backend.detail();
        }
    }

    static BackendSnapshot backend(LoadBalancer balancer) {
        return balancer.snapshot().backends().get(0);
    }

    /** With a timeout that a busy machine keeps, and no second attempt. */
    static <C extends NetworkCheck<C>> C patient(C check) {
        return check.interval(Duration.ofHours(1)).timeout(Duration.ofSeconds(20));
    }

    /** With a timeout that is to be met, and no second attempt. */
    static <C extends NetworkCheck<C>> C hasty(C check) {
        return check.interval(Duration.ofHours(1)).timeout(Duration.ofMillis(500));
    }
}
