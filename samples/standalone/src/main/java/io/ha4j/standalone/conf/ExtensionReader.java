package io.ha4j.standalone.conf;

import io.ha4j.ConnectionLimits;
import io.ha4j.IpNetwork;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.SourceAddress;
import io.ha4j.TrustedProxies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Reads the {@code ha4j} block of a {@code virtual_server}: what keepalived.conf has no words for. */
final class ExtensionReader {
    static final Vocabulary OURS = new Vocabulary(Set.of(), Set.of());

    private static final Duration MIN_RESOLVE_INTERVAL = Duration.ofMillis(10); // the API's
    private static final Duration MAX_RESOLVE_INTERVAL = Duration.ofDays(1);
    private static final Duration MIN_HEADER_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_HEADER_TIMEOUT = Duration.ofHours(1); // the API's

    /** Datagrams are not connected, queued or half-closed. */
    private static final Set<String> OF_TCP = Set.of(
            "connect_timeout",
            "half_closed_timeout",
            "max_queued",
            "queue_timeout",
            "max_connection_rate",
            "max_buffered_mb");

    private final Protocol protocol;
    private final Values values;
    private final Problems problems;
    private ConnectionLimits limits;
    private PassiveChecks passive = PassiveChecks.NONE;
    private Duration resolveInterval = Duration.ofSeconds(30); // the API's
    private int maxPersistentClients = Persistence.NONE.maxEntries();
    private TrustedProxies proxies = TrustedProxies.NONE;
    private SourceAddress source = SourceAddress.KERNEL;

    ExtensionReader(Protocol protocol, Problems problems) {
        this.protocol = protocol;
        this.limits = protocol == Protocol.UDP ? ConnectionLimits.DEFAULT_UDP : ConnectionLimits.DEFAULT;
        this.values = new Values(problems);
        this.problems = problems;
    }

    PassiveChecks passiveChecks() {
        return passive;
    }

    TrustedProxies trustedProxies() {
        return proxies;
    }

    Duration resolveInterval() {
        return resolveInterval;
    }

    SourceAddress source() {
        return source;
    }

    int maxPersistentClients() {
        return maxPersistentClients;
    }

    ConnectionLimits limits() {
        return limits;
    }

    void read(Statement block) {
        if (!values.nothing(block)) {
            return;
        }
        if (protocol == Protocol.UDP) {
            block.statements().forEach(this::checkForUdp);
        }
        Integer[] timeoutLine = {null};
        new Block(block, OURS, problems)
                .on("accept_proxy", this::readNetworks)
                .on("accept_proxy_timeout", line -> {
                    timeoutLine[0] = line.line();
                    readHeaderTimeout(line);
                })
                .on("source", this::readSource)
                .on("connect_timeout", line -> seconds(line, false, ConnectionLimits::connectTimeout))
                .on("idle_timeout", line -> seconds(line, true, ConnectionLimits::idleTimeout))
                .on("half_closed_timeout", line -> seconds(line, true, ConnectionLimits::halfClosedTimeout))
                .on("max_connections", line -> count(line, ConnectionLimits::maxConnections))
                .on("max_connections_per_source", line -> count(line, ConnectionLimits::maxConnectionsPerSource))
                .on("max_connection_rate", line -> count(line, ConnectionLimits::maxConnectionRate))
                .on("max_buffered_mb", line -> {
                    Integer value = values.integer(line, 1, 1 << 20);
                    limits = value == null ? limits : limits.maxBuffered(value * 1024L * 1024);
                })
                .on("max_queued", line -> count(line, ConnectionLimits::maxQueued))
                .on("queue_timeout", line -> seconds(line, false, ConnectionLimits::queueTimeout))
                .on("resolve_interval", line -> {
                    Duration value = values.seconds(line, MIN_RESOLVE_INTERVAL, MAX_RESOLVE_INTERVAL);
                    resolveInterval = value == null ? resolveInterval : value;
                })
                .on("max_persistent_clients", line -> {
                    Integer value = values.integer(line, 1, Integer.MAX_VALUE);
                    maxPersistentClients = value == null ? maxPersistentClients : value;
                })
                .on("eject_after", line -> passive(line, Integer.MAX_VALUE, PassiveChecks::failures))
                .on("eject_time", this::readEjectionTime)
                .on("eject_max_percent", line -> passive(line, 100, PassiveChecks::maxEjectedPercent))
                .on("fail_open_percent", line -> passive(line, 100, PassiveChecks::failOpenPercent))
                .read();
        if (timeoutLine[0] != null && proxies.networks().isEmpty()) {
            problems.warning(timeoutLine[0], "accept_proxy_timeout has no effect without accept_proxy");
        }
    }

    private void checkForUdp(Statement line) {
        if (OF_TCP.contains(line.keyword())) {
            problems.warning(line.line(), line.keyword() + " has no effect with protocol UDP");
        } else if (line.keyword().equals("accept_proxy")) {
            problems.error(line.line(), "accept_proxy must not be given with protocol UDP");
        }
    }

    private void readNetworks(Statement line) {
        if (line.arguments().isEmpty()) {
            problems.error(line.line(), "accept_proxy needs the networks of the proxies, such as 10.0.0.0/8");
            return;
        }
        List<IpNetwork> networks = new ArrayList<>();
        for (String word : line.arguments()) {
            try {
                networks.add(IpNetwork.of(word));
            } catch (IllegalArgumentException e) {
                problems.error(line.line(), "accept_proxy " + word + ": " + e.getMessage());
            }
        }
        proxies = new TrustedProxies(networks, proxies.headerTimeout());
    }

    private void readHeaderTimeout(Statement line) {
        Duration value = values.seconds(line, MIN_HEADER_TIMEOUT, MAX_HEADER_TIMEOUT);
        if (value != null) {
            proxies = proxies.headerTimeout(value);
        }
    }

    private void readSource(Statement line) {
        List<String> words = line.arguments();
        if (words.equals(List.of("client"))) {
            source = SourceAddress.CLIENT;
            return;
        }
        if (words.isEmpty() || words.contains("client")) {
            problems.error(line.line(), "source needs client, or one address of each family, but was: " + line.text());
            return;
        }
        try {
            source = SourceAddress.of(words.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            problems.error(line.line(), line.text() + ": " + e.getMessage() + "; or client");
        }
    }

    private void seconds(
            Statement line, boolean zeroAllowed, BiFunction<ConnectionLimits, Duration, ConnectionLimits> setting) {
        Duration value = values.seconds(line, zeroAllowed);
        if (value != null) {
            set(line, () -> setting.apply(limits, value));
        }
    }

    private void count(Statement line, BiFunction<ConnectionLimits, Integer, ConnectionLimits> setting) {
        Integer value = values.integer(line, 0, Integer.MAX_VALUE);
        if (value != null) {
            set(line, () -> setting.apply(limits, value));
        }
    }

    private void passive(Statement line, int max, BiFunction<PassiveChecks, Integer, PassiveChecks> setting) {
        Integer value = values.integer(line, 0, max);
        if (value != null) {
            passive = setting.apply(passive, value);
        }
    }

    private void readEjectionTime(Statement line) {
        Duration value = values.seconds(line, false);
        if (value != null) {
            set(line, () -> {
                passive = passive.ejectionTime(value);
                return limits;
            });
        }
    }

    private void set(Statement line, Supplier<ConnectionLimits> setting) {
        try {
            limits = setting.get();
        } catch (IllegalArgumentException e) { // what the API allows is narrower
            problems.error(line.line(), line.text() + ": " + e.getMessage());
        }
    }
}
