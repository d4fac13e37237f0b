package io.ha4j.vrrp;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The sums of pseudo-headers of the few nodes of a link, because taking an address apart allocates. Fixed size: senders
 * that invent addresses make garbage and no leak. One owner.
 */
final class PseudoHeaders {
    /** @param sum without the length of the message */
    private record Known(InetAddress source, InetAddress destination, long sum) {
        boolean is(InetAddress source, InetAddress destination) {
            return this.source.equals(source) && this.destination.equals(destination);
        }
    }

    private static final int SIZE = 8; // a power of two

    private final @Nullable Known[] known = new Known[SIZE];

    /** Of the addresses and the protocol; what is missing is the length of the message. */
    long sum(InetAddress source, InetAddress destination) {
        int slot = source.hashCode() & (SIZE - 1);
        Known found = known[slot];
        if (found == null || !found.is(source, destination)) {
            long sum = InternetChecksum.pseudoHeader(source, destination, VrrpCodec.PROTOCOL, 0);
            found = new Known(source, destination, sum);
            known[slot] = found;
        }
        return found.sum;
    }
}
