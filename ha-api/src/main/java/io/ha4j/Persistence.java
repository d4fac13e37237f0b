package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Whether the connections of one client go to one backend, as IPVS has it: the first one is scheduled, and the others
 * follow it as long as that backend takes new connections. When it is full, one goes to another and the next may be back.
 * When it is down, drains, has weight 0 or has gone, the client is scheduled anew and stays with the backend that it gets
 * then (IPVS with {@code expire_quiescent_template}). With PROXY headers the client is the one that is named.
 *
 * @param timeout how long a client is remembered after its last connection or UDP session has ended; in [0, 31 days], zero
 *     for never
 * @param ipv4Prefix how many bits of an IPv4 address make a client, in [1, 32]; 32
 * @param ipv6Prefix how many bits of an IPv6 address make a client, in [1, 128]; 128
 * @param maxEntries how many clients are remembered, 1 or more; 100 000. Then the one
 *     that has been without a connection for the longest time is forgotten for a new one
 */
public record Persistence(Duration timeout, int ipv4Prefix, int ipv6Prefix, int maxEntries) {
    /** The longest timeout, which is that of IPVS. */
    private static final Duration MAX_TIMEOUT = Duration.ofDays(31);

    /** Each connection is scheduled by itself. */
    public static final Persistence NONE = new Persistence(Duration.ZERO, 32, 128, 100_000);

    public Persistence {
        if (requireNonNull(timeout, "timeout").isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("persistence timeout must be in [0, 31 days], but was " + timeout);
        }
        if (ipv4Prefix < 1 || ipv4Prefix > 32) {
            throw new IllegalArgumentException("ipv4Prefix must be in [1, 32], but was " + ipv4Prefix);
        }
        if (ipv6Prefix < 1 || ipv6Prefix > 128) {
            throw new IllegalArgumentException("ipv6Prefix must be in [1, 128], but was " + ipv6Prefix);
        }
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be 1 or more, but was " + maxEntries);
        }
    }

    /** For single addresses. */
    public static Persistence of(Duration timeout) {
        return NONE.timeout(timeout);
    }

    /** Noticed up to a second late. */
    public Persistence timeout(Duration timeout) {
        return new Persistence(timeout, ipv4Prefix, ipv6Prefix, maxEntries);
    }

    public Persistence ipv4Prefix(int bits) {
        return new Persistence(timeout, bits, ipv6Prefix, maxEntries);
    }

    public Persistence ipv6Prefix(int bits) {
        return new Persistence(timeout, ipv4Prefix, bits, maxEntries);
    }

    public Persistence maxEntries(int max) {
        return new Persistence(timeout, ipv4Prefix, ipv6Prefix, max);
    }
}
