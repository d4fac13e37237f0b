package io.ha4j.spi;

import io.ha4j.Backend;
import io.ha4j.BalancerEvent;
import io.ha4j.ConnectionLimits;
import io.ha4j.HaGroup;
import io.ha4j.HealthCheck;
import io.ha4j.HotRestart;
import io.ha4j.LoadBalancer;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forwards traffic. */
public interface BalancerProvider {
    /** What to balance; the meaning and the defaults are those of {@link LoadBalancer.Builder}. */
    record Spec(
            String name,
            Protocol protocol,
            List<InetSocketAddress> listeners,
            List<Backend> backends,
            Scheduler scheduler,
            @Nullable HealthCheck healthCheck,
            ConnectionLimits limits,
            PassiveChecks passiveChecks,
            TrustedProxies trustedProxies,
            Persistence persistence,
            Duration resolveInterval,
            SourceAddress source,
            Transport transport,
            @Nullable HaGroup group,
            @Nullable HotRestart hotRestart,
            EventSink<BalancerEvent> events) {}

    /** As {@link LoadBalancer.Builder#start()}. */
    LoadBalancer start(Spec spec);

    /** As {@link HotRestart#at(Path)}. */
    HotRestart hotRestart(Path path);
}
