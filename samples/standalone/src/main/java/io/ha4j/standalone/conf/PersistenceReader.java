package io.ha4j.standalone.conf;

import io.ha4j.Persistence;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code persistence_timeout} and {@code persistence_granularity} of a {@code virtual_server}. */
final class PersistenceReader {
    private static final int DEFAULT_SECONDS = 360; // IPVS_SVC_PERSISTENT_TIMEOUT of keepalived's ip_vs.h
    private static final int MAX_SECONDS = 31 * 24 * 3600; // keepalived's

    private final Problems problems;
    private final Values values;
    private @Nullable Statement timeout;
    private @Nullable Statement granularity;

    PersistenceReader(Problems problems) {
        this.problems = problems;
        values = new Values(problems);
    }

    void readTimeout(Statement statement) {
        timeout = statement;
    }

    void readGranularity(Statement statement) {
        granularity = statement;
    }

    /**
     * What both say. A granularity alone brings the default timeout, as in keepalived.
     *
     * @param server whose family the granularity is for; null when that is wrong
     */
    Persistence of(@Nullable InetSocketAddress server, int maxClients) {
        Integer seconds = DEFAULT_SECONDS;
        if (timeout != null && !timeout.arguments().isEmpty()) {
            seconds = values.integer(timeout, 1, MAX_SECONDS);
        }
        if (seconds == null || (timeout == null && granularity == null)) {
            return Persistence.NONE;
        }
        Persistence persistence = Persistence.of(Duration.ofSeconds(seconds)).maxEntries(maxClients);
        if (granularity == null || server == null) {
            return persistence;
        }
        boolean ipv6 = server.getAddress() instanceof Inet6Address;
        Integer prefix = ipv6 ? values.integer(granularity, 1, 128) : prefix(granularity);
        if (prefix == null) {
            return persistence;
        }
        return ipv6 ? persistence.ipv6Prefix(prefix) : persistence.ipv4Prefix(prefix);
    }

    /** Of a netmask, {@code 255.255.255.0}. */
    private @Nullable Integer prefix(Statement statement) {
        String word = values.word(statement);
        if (word == null) {
            return null;
        }
        InetAddress mask =
                word.matches("[0-9.]+\\.[0-9.]+") ? values.address(statement.line(), statement.keyword(), word) : null;
        int bits = 0;
        if (mask != null) {
            for (byte octet : mask.getAddress()) {
                bits = bits << 8 | (octet & 0xff);
            }
        }
        int prefix = Integer.bitCount(bits);
        if (prefix == 0 || bits != -1 << (32 - prefix)) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " of an IPv4 server must be a netmask such as 255.255.255.0, but was "
                            + word);
            return null;
        }
        return prefix;
    }
}
