package io.ha4j.linux;

import java.nio.ByteBuffer;

/**
 * A received IPv4 packet in a buffer that is used again and again (RFC 791 §3.1). The kernel has checked the header's
 * checksum and put fragments together.
 */
final class Ipv4Packet {
    private static final int VERSION = 4;
    private static final int MIN_HEADER = 20;
    private static final int MAX_HEADER = 60;

    private final ByteBuffer bytes;
    private final ByteBuffer[] payloads = new ByteBuffer[(MAX_HEADER - MIN_HEADER) / 4 + 1]; // by header length
    private int headerLength;
    private int totalLength;

    Ipv4Packet(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity);
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = bytes.slice(MIN_HEADER + 4 * i, capacity - MIN_HEADER - 4 * i);
        }
    }

    /** Where to receive. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Reads the header of what was received.
     *
     * @param received bytes, padding of the link included; above the capacity if cut off
     * @return whether it is well-formed and complete; when not, nothing else may be asked
     */
    boolean parse(int received) {
        if (received < MIN_HEADER || (bytes.get(0) >> 4 & 0xf) != VERSION) {
            return false;
        }
        headerLength = (bytes.get(0) & 0xf) * 4;
        totalLength = bytes.getShort(2) & 0xffff;
        // Never the received length: some cards leave the padding of short frames (vrrp.md, "Receive checks").
        return headerLength >= MIN_HEADER
                && totalLength >= headerLength
                && totalLength <= Math.min(received, bytes.capacity());
    }

    /** What follows the header, as long as the header says. One buffer for all packets. */
    ByteBuffer payload() {
        return payloads[(headerLength - MIN_HEADER) / 4].clear().limit(totalLength - headerLength);
    }

    int timeToLive() {
        return bytes.get(8) & 0xff;
    }

    int source() {
        return bytes.getInt(12);
    }

    int destination() {
        return bytes.getInt(16);
    }
}
