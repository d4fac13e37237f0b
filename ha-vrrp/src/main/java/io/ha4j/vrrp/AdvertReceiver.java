package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receive checks of one virtual router. Neither an advertisement that passes nor one that is dropped allocates
 * anything, but for what is logged.
 */
final class AdvertReceiver {
    private final int version;
    private Comparison comparison;
    private final Counters counters;
    private final GroupEvents events;
    private final ReceiveChecks checks;

    private final PackedAdvertisement advertisement = new PackedAdvertisement();
    private final PseudoHeaders pseudoHeaders = new PseudoHeaders();
    private final KnownPeers peers = new KnownPeers();

    AdvertReceiver(VirtualRouter router, List<VirtualAddress> addresses, Counters counters, GroupEvents events) {
        version = router.version();
        comparison = new Comparison(router, addresses, counters, events);
        this.counters = counters;
        this.events = events;
        checks = new ReceiveChecks(router);
    }

    /** Other addresses from now on; what is checked stays the same. */
    void reconfigure(VirtualRouter router, List<VirtualAddress> addresses) {
        comparison = new Comparison(router, addresses, counters, events);
    }

    /** Who advertises, if the packet passes every check; null, and it is counted, if not. */
    @Nullable
    Peer receive(ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit) {
        Rejection rejection = checks.check(packet, destination, hopLimit);
        if (rejection == null) {
            long pseudoHeader = pseudoHeaders.sum(source, destination);
            rejection = advertisement.read(packet, source instanceof Inet6Address, pseudoHeader);
        }
        if (rejection != null) {
            rejectUnread(rejection, packet, source, hopLimit);
            return null;
        }
        rejection = checks.check(advertisement, source, destination);
        if (rejection != null) {
            reject(rejection, source);
            return null;
        }
        count(source);
        return peers.get(source, advertisement);
    }

    private void count(InetAddress source) {
        counters.increment(Counter.RCVD_ADVERTISEMENTS);
        counters.increment(
                advertisement.checksumForm() == ChecksumForm.PSEUDO_HEADER
                        ? Counter.RCVD_PSEUDO_HEADER_CHECKSUMS
                        : Counter.RCVD_MESSAGE_ONLY_CHECKSUMS);
        if (advertisement.priority() == 0) {
            counters.increment(Counter.RCVD_PRI_ZERO_PACKETS);
        }
        comparison.compare(advertisement, source);
    }

    private void rejectUnread(Rejection rejection, ByteBuffer packet, InetAddress source, int hopLimit) {
        counters.increment(rejection.counter());
        Mismatch.Kind kind = rejection.mismatch(version);
        if (kind == null && events.reports(rejection)) {
            events.rejected(rejection, source, checks.explain(rejection, packet, hopLimit));
        } else if (kind != null && events.tells(kind, source)) {
            events.mismatch(kind, source, checks.explain(rejection, packet, hopLimit));
        }
    }

    private void reject(Rejection rejection, InetAddress source) {
        counters.increment(rejection.counter());
        Mismatch.Kind kind = rejection.mismatch(version);
        if (kind == null && events.reports(rejection)) {
            events.rejected(rejection, source, checks.explain(rejection, advertisement.unpack()));
        } else if (kind != null && events.tells(kind, source)) {
            events.mismatch(kind, source, checks.explain(rejection, advertisement.unpack()));
        }
    }
}
