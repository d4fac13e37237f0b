package io.ha4j.standalone.conf;

import io.ha4j.Backend;
import io.ha4j.ConnectionLimits;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.TrustedProxies;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A checked {@code virtual_server}.
 *
 * @param line where it begins
 * @param backends its real servers, each with the check that applies to it
 */
public record VirtualServer(
        int line,
        Protocol protocol,
        InetSocketAddress address,
        Scheduler scheduler,
        ConnectionLimits limits,
        PassiveChecks passiveChecks,
        TrustedProxies trustedProxies,
        Persistence persistence,
        Duration resolveInterval,
        SourceAddress source,
        List<Backend> backends) {
    public VirtualServer {
        backends = List.copyOf(backends);
    }

    /** What tells it from others: one address and port may have a server of either protocol. */
    public record Service(Protocol protocol, InetSocketAddress address) {}

    public Service service() {
        return new Service(protocol, address);
    }

    /** The same on another line and with other backends. */
    public VirtualServer with(int line, List<Backend> backends) {
        return new VirtualServer(
                line,
                protocol,
                address,
                scheduler,
                limits,
                passiveChecks,
                trustedProxies,
                persistence,
                resolveInterval,
                source,
                backends);
    }
}
