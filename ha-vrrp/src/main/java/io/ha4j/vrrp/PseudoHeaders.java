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
            return same(this.source, source) && same(this.destination, destination);
        }
    }

    private static final int SIZE = 8;

    private final @Nullable Known[] known = new Known[SIZE];
    private int oldest;

    /** Equal, and quickly so where it is one object, as it mostly is: IPv6 addresses compare octet by octet. */
    @SuppressWarnings("ReferenceEquality")
    static boolean same(InetAddress one, InetAddress other) {
        return one == other || one.equals(other);
    }

    /** Of the addresses and the protocol; what is missing is the length of the message. */
    long sum(InetAddress source, InetAddress destination) {
        for (Known it : known) {
            if (it != null && it.is(source, destination)) {
                return it.sum;
            }
        }
        long sum = InternetChecksum.pseudoHeader(source, destination, VrrpCodec.PROTOCOL, 0);
        known[oldest] = new Known(source, destination, sum);
        oldest = (oldest + 1) % SIZE;
        return sum;
    }
}
