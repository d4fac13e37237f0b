package io.ha4j.vrrp;

import io.ha4j.Peer;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The few nodes of a link as they have shown themselves, so that hearing one of them again allocates nothing. Fixed
 * size, as {@link PseudoHeaders}. One owner.
 */
final class KnownPeers {
    private static final int SIZE = 16; // a power of two

    private final @Nullable Peer[] peers = new Peer[SIZE];
    private final int[] intervals = new int[SIZE]; // in milliseconds, of the peer at the same place

    Peer get(InetAddress source, PackedAdvertisement advertisement) {
        int priority = advertisement.priority();
        int interval = advertisement.intervalMillis();
        int slot = (source.hashCode() * 31 + priority) & (SIZE - 1);
        Peer known = peers[slot];
        if (known == null
                || known.priority() != priority
                || intervals[slot] != interval
                || known.version() != advertisement.version()
                || !known.address().equals(source)) {
            known = new Peer(source, advertisement.version(), priority, Duration.ofMillis(interval));
            peers[slot] = known;
            intervals[slot] = interval;
        }
        return known;
    }
}
