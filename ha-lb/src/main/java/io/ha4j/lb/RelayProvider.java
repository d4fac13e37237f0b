package io.ha4j.lb;

import io.ha4j.HotRestart;
import io.ha4j.LoadBalancer;
import io.ha4j.spi.BalancerProvider;
import java.nio.file.Path;

/** The relay: connections are accepted here, and their bytes passed on in user space. */
public final class RelayProvider implements BalancerProvider {
    @Override
    public LoadBalancer start(Spec spec) {
        return start(spec, GroupWatch.of(spec.group()));
    }

    @Override
    public HotRestart hotRestart(Path path) {
        return Succession.at(path);
    }

    static LoadBalancer start(Spec spec, GroupWatch group) {
        EventLoops loops = EventLoops.acquire(IoTransport.of(spec.transport()));
        try {
            RelayBalancer balancer = new RelayBalancer(spec, loops, group);
            balancer.start();
            return balancer;
        } catch (RuntimeException e) {
            loops.close();
            throw e;
        }
    }
}
