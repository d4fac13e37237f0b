package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Seat;

/** An advertisement on the wire, read with nothing but the RFCs' pictures (RFC 9568 §5.1, RFC 3768 §5.1). */
record Heard(int version, int id, int priority, long intervalNs) {
    private static final long CENTISECOND = 10_000_000;

    static Heard of(byte[] packet) {
        int version = packet[0] >> 4;
        long intervalNs = version == 2
                ? (packet[5] & 0xffL) * 100 * CENTISECOND
                : (((packet[4] & 0xfL) << 8) | (packet[5] & 0xff)) * CENTISECOND;
        return new Heard(version, packet[1] & 0xff, packet[2] & 0xff, intervalNs);
    }

    /** Whether a node with this seat takes it for valid. */
    boolean isFor(Seat seat) {
        return version == seat.version() && (version == 3 || intervalNs == seat.intervalNs());
    }
}
