package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proxies whose connections begin with a PROXY header, version 1 or 2 (HAProxy, {@code doc/proxy-protocol.txt}), which
 * tells the real client's address. From these networks the header is required, and what has none is reset; from anywhere
 * else it would be data. With a {@code LOCAL} command, or without addresses of TCP, the proxy itself is the client.
 *
 * <p>A header of version 2 may have 4096 bytes. What is in it besides the addresses (TLVs) is not used, but must be well
 * formed, and its checksum, if there is one, right.
 *
 * @param networks where the proxies are; none trusts nobody
 * @param headerTimeout how long the header may take, from the accept to its last byte; in (0, 1 h]; 3 s, which is
 *     enough for one retransmission (doc/proxy-protocol.txt §3)
 */
public record TrustedProxies(List<IpNetwork> networks, Duration headerTimeout) {
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    /** Nobody is trusted. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), Duration.ofSeconds(3));

    public TrustedProxies {
        networks = List.copyOf(networks);
        if (requireNonNull(headerTimeout, "headerTimeout").isNegative()
                || headerTimeout.isZero()
                || headerTimeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("headerTimeout must be in (0, 1 h], but was " + headerTimeout);
        }
    }

    /**
     * With the default timeout.
     *
     * @param networks {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone
     * @throws IllegalArgumentException if one of them is none
     */
    public static TrustedProxies of(String... networks) {
        return new TrustedProxies(Stream.of(networks).map(IpNetwork::of).toList(), NONE.headerTimeout());
    }

    /** Noticed up to an eighth of the timeout late. */
    public TrustedProxies headerTimeout(Duration timeout) {
        return new TrustedProxies(networks, timeout);
    }

    /** Whether a connection from there has to begin with a header. */
    public boolean contains(InetAddress peer) {
        for (IpNetwork network : networks) {
            if (network.contains(peer)) {
                return true;
            }
        }
        return false;
    }
}
