package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The receive checks of one virtual router. What an active node sends does not change from one interval to the next:
 * the same bytes from the same node need no second parse, so that the steady state allocates nothing.
 */
final class AdvertReceiver {
    /** An advertisement that passed, with the bytes that it was read from. */
    private record Heard(
            ByteBuffer packet,
            InetAddress source,
            InetAddress destination,
            int hopLimit,
            Advertisement advertisement,
            Peer peer,
            List<Difference> differences) {

        boolean same(ByteBuffer packet, InetAddress source, InetAddress destination) {
            return this.packet.equals(packet) && this.source.equals(source) && this.destination.equals(destination);
        }
    }

    private final VirtualRouter router;
    private final Set<InetAddress> addresses;
    private final Counters counters;
    private final GroupEvents events;

    private @Nullable Heard last;

    AdvertReceiver(VirtualRouter router, List<VirtualAddress> addresses, Counters counters, GroupEvents events) {
        this.router = router;
        this.addresses = addresses.stream().map(VirtualAddress::address).collect(Collectors.toSet());
        this.counters = counters;
        this.events = events;
    }

    /** Who advertises, if the packet passes every check; null, and it is counted, if not. */
    @Nullable
    Peer receive(ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit) {
        Heard heard = last;
        if (heard == null || hopLimit != heard.hopLimit || !heard.same(packet, source, destination)) {
            Decoded decoded = ReceiveChecks.check(packet, source, destination, hopLimit, router);
            Decoded verdict = decoded instanceof Advertisement it
                    ? ReceiveChecks.check(it, packet, source, destination, router)
                    : decoded;
            if (verdict instanceof Rejection rejection) {
                reject(rejection, decoded, packet, source, hopLimit);
                return null;
            }
            heard = remember((Advertisement) verdict, packet, source, destination, hopLimit);
            last = heard;
        }
        count(heard);
        return heard.peer;
    }

    private Heard remember(
            Advertisement it, ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit) {
        ByteBuffer copy =
                ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
        return new Heard(
                copy,
                source,
                destination,
                hopLimit,
                it,
                new Peer(source, it.version(), it.priority(), it.interval()),
                Difference.of(it, router, addresses));
    }

    private void count(Heard heard) {
        Advertisement it = heard.advertisement;
        counters.increment(Counter.RCVD_ADVERTISEMENTS);
        counters.increment(
                it.checksumForm() == ChecksumForm.PSEUDO_HEADER
                        ? Counter.RCVD_PSEUDO_HEADER_CHECKSUMS
                        : Counter.RCVD_MESSAGE_ONLY_CHECKSUMS);
        if (it.priority() == 0) {
            counters.increment(Counter.RCVD_PRI_ZERO_PACKETS);
        }
        for (int i = 0; i < heard.differences.size(); i++) { // without an iterator: they come with each packet
            note(heard.differences.get(i), heard.source);
        }
    }

    private void note(Difference difference, InetAddress source) {
        if (difference.counter() != null) {
            counters.increment(difference.counter());
        }
        events.mismatch(difference.kind(), source, difference.detail());
    }

    private void reject(Rejection rejection, Decoded decoded, ByteBuffer packet, InetAddress source, int hopLimit) {
        counters.increment(rejection.counter());
        Mismatch.Kind kind = rejection.mismatch(router.version());
        if (kind == null && !events.reports(rejection)) {
            return;
        }
        String detail = decoded instanceof Advertisement it
                ? ReceiveChecks.explain(rejection, it, router)
                : ReceiveChecks.explain(rejection, packet, hopLimit, router);
        if (kind == null) {
            events.rejected(rejection, source, detail);
        } else {
            events.mismatch(kind, source, detail);
        }
    }
}
