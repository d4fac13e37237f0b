package io.ha4j.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of RFC 1071: the complement of the ones' complement sum of all 16-bit words. Sums are plain ones until
 * they are folded.
 */
final class InternetChecksum {
    private InternetChecksum() {}

    /** The sum of the remaining bytes; an odd last byte is the high half of a word. The position does not move. */
    static long sum(ByteBuffer bytes) {
        boolean swapped = bytes.order() == ByteOrder.LITTLE_ENDIAN;
        int end = bytes.limit();
        int at = bytes.position();
        long sum = 0;
        for (; at < end - 3; at += 4) { // two words at once: their carries are folded in like all others
            int words = bytes.getInt(at);
            sum += (swapped ? Integer.reverseBytes(words) : words) & 0xffffffffL;
        }
        for (int high = 1; at < end; at++, high ^= 1) {
            int octet = bytes.get(at) & 0xff;
            sum += high == 1 ? octet << 8 : octet;
        }
        return sum;
    }

    /**
     * The sum of the pseudo-header. One formula serves IPv4 (RFC 793 §3.1) and IPv6 (RFC 8200 §8.1): their fields
     * differ only in widths that do not change the sum.
     */
    static long pseudoHeader(InetAddress source, InetAddress destination, int protocol, int length) {
        return sum(ByteBuffer.wrap(source.getAddress()))
                + sum(ByteBuffer.wrap(destination.getAddress()))
                + protocol
                + (length >>> 16)
                + (length & 0xffff);
    }

    /** The ones' complement sum in 16 bits; 0xffff when the summed bytes include a right checksum. */
    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
