package io.ha4j.lb;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Open connections of each client: of an IPv4 address or an IPv6 /64, as whoever has one address of a /64 has all.
 * Remembers only clients that have some. Thread-safe.
 */
final class SourceCounts {
    private final int max;
    private final ConcurrentMap<Object, Integer> counts = new ConcurrentHashMap<>();

    /** @param max 0 for no limit; then nothing is counted */
    SourceCounts(int max) {
        this.max = max;
    }

    /** Counts one in, unless there are too many. */
    boolean enter(InetAddress client) {
        if (max == 0) {
            return true;
        }
        boolean[] entered = {false};
        counts.compute(source(client), (key, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < max;
            return entered[0] ? now + 1 : count;
        });
        return entered[0];
    }

    void leave(InetAddress client) {
        if (max > 0) {
            counts.computeIfPresent(source(client), (key, count) -> count == 1 ? null : count - 1);
        }
    }

    int sources() {
        return counts.size();
    }

    private static Object source(InetAddress client) {
        return client instanceof Inet4Address
                ? client
                : (Object) ByteBuffer.wrap(client.getAddress()).getLong();
    }
}
