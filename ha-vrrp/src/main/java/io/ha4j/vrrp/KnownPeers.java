package io.ha4j.vrrp;

import io.ha4j.Peer;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The few nodes of a link as they have shown themselves, so that hearing one of them again allocates nothing. Fixed
 * size: whoever invents priorities makes garbage and no leak. One owner.
 */
final class KnownPeers {
    private static final int SIZE = 16;

    private final @Nullable Peer[] peers = new Peer[SIZE];
    private final int[] intervals = new int[SIZE]; // in milliseconds, of the peer at the same place
    private int oldest;

    Peer get(InetAddress source, PackedAdvertisement advertisement) {
        int priority = advertisement.priority();
        int interval = advertisement.intervalMillis();
        for (int i = 0; i < SIZE; i++) {
            Peer known = peers[i];
            if (known != null
                    && known.priority() == priority
                    && intervals[i] == interval
                    && known.version() == advertisement.version()
                    && PseudoHeaders.same(known.address(), source)) {
                return known;
            }
        }
        Peer peer = new Peer(source, advertisement.version(), priority, Duration.ofMillis(interval));
        peers[oldest] = peer;
        intervals[oldest] = interval;
        oldest = (oldest + 1) % SIZE;
        return peer;
    }
}
