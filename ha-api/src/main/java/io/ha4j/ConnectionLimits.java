package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a balancer's connections may take, and how many there may be. What passes a limit is reset, and counted in
 * {@link BalancerSnapshot#ended()} under the limit's own name.
 *
 * @param connectTimeout how long a backend may take to accept a connection before another one is tried; 3 s
 * @param idleTimeout how long no byte may pass in either direction; 1 h; zero for ever
 * @param halfClosedTimeout the same after one side has ended its stream; 5 min; zero for ever
 * @param maxConnections how many there may be at the same time; 0, for no limit
 * @param maxConnectionsPerSource the same of one client: an IPv4 address or an IPv6 /64; 0, for no limit
 * @param maxQueued how many connections may wait while all backends are full; 1000; 0 for none
 * @param queueTimeout how long one may wait; 5 s
 * @param maxConnectionRate how many there may be in a second, on average; as many may come at once after a second
 *     without any; 0, for no limit; without effect on UDP
 * @param maxBuffered how many bytes may wait in this process for those who read too slowly, at most 32 KiB for each side
 *     of a connection; above, those connections are reset that have waited for the longest time ({@code buffers_full}). 0,
 *     for half of the direct memory that the JVM may use; without effect on UDP and on applications in this process
 */
public record ConnectionLimits(
        Duration connectTimeout,
        Duration idleTimeout,
        Duration halfClosedTimeout,
        int maxConnections,
        int maxConnectionsPerSource,
        int maxQueued,
        Duration queueTimeout,
        int maxConnectionRate,
        long maxBuffered) {
    /** The values given above. */
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(
            Duration.ofSeconds(3), Duration.ofHours(1), Duration.ofMinutes(5), 0, 0, 1000, Duration.ofSeconds(5), 0, 0);

    /**
     * As {@link #DEFAULT}, with an idle timeout of 1 min, which is Envoy's for UDP, and 10 000 sessions, each of which has
     * a socket. With UDP, a session that is one too many ends the one that has been idle for the longest time
     * ({@code evicted}); nothing is queued and nothing half-closed, and connecting takes no time.
     */
    public static final ConnectionLimits DEFAULT_UDP =
            DEFAULT.idleTimeout(Duration.ofMinutes(1)).maxConnections(10_000);

    /** The longest timeout, in days. */
    private static final long MAX_DAYS = 365;

    public ConnectionLimits {
        duration("connectTimeout", connectTimeout);
        if (connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be positive, but was " + connectTimeout);
        }
        duration("idleTimeout", idleTimeout);
        duration("halfClosedTimeout", halfClosedTimeout);
        count("maxConnections", maxConnections);
        count("maxConnectionsPerSource", maxConnectionsPerSource);
        count("maxQueued", maxQueued);
        duration("queueTimeout", queueTimeout);
        count("maxConnectionRate", maxConnectionRate);
        count("maxBuffered", maxBuffered);
        if (queueTimeout.isZero()) {
            throw new IllegalArgumentException("queueTimeout must be positive, but was " + queueTimeout);
        }
    }

    public ConnectionLimits connectTimeout(Duration timeout) {
        return new ConnectionLimits(
                timeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    /**
     * Noticed up to an eighth of the timeout late. Connections that wait for something for hours, such as those of
     * pools, need a long one or keep-alive messages of their protocol.
     */
    public ConnectionLimits idleTimeout(Duration timeout) {
        return new ConnectionLimits(
                connectTimeout,
                timeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    /** Noticed up to an eighth of the timeout late. */
    public ConnectionLimits halfClosedTimeout(Duration timeout) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                timeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    public ConnectionLimits maxConnections(int max) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                max,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    public ConnectionLimits maxConnectionsPerSource(int max) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                max,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    public ConnectionLimits maxQueued(int max) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                max,
                queueTimeout,
                maxConnectionRate,
                maxBuffered);
    }

    /** Noticed up to an eighth of the timeout late. */
    public ConnectionLimits queueTimeout(Duration timeout) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                timeout,
                maxConnectionRate,
                maxBuffered);
    }

    public ConnectionLimits maxConnectionRate(int perSecond) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                perSecond,
                maxBuffered);
    }

    /** In bytes. */
    public ConnectionLimits maxBuffered(long bytes) {
        return new ConnectionLimits(
                connectTimeout,
                idleTimeout,
                halfClosedTimeout,
                maxConnections,
                maxConnectionsPerSource,
                maxQueued,
                queueTimeout,
                maxConnectionRate,
                bytes);
    }

    private static void duration(String name, Duration value) {
        if (requireNonNull(value, name).isNegative() || value.compareTo(Duration.ofDays(MAX_DAYS)) > 0) {
            throw new IllegalArgumentException(name + " must be in [0, " + MAX_DAYS + " days], but was " + value);
        }
    }

    private static void count(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more, but was " + value);
        }
    }
}
