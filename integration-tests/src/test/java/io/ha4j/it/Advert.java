package io.ha4j.it;

import java.nio.ByteBuffer;

/** Builds the bytes of advertisements, of wrong ones too: written here again, so that ha4j does not judge itself. */
record Advert(int version, int type, int vrid, int priority, int addresses, int auth, int interval) {
    /** A correct one, from a node that would win every election; the interval is that of {@link RouterConfig}. */
    static Advert strongest(int version) {
        return new Advert(version, 1, RouterConfig.VRID, 254, 1, 0, version == 2 ? 1 : 30);
    }

    Advert version(int value) {
        return new Advert(value, type, vrid, priority, addresses, auth, interval);
    }

    Advert type(int value) {
        return new Advert(version, value, vrid, priority, addresses, auth, interval);
    }

    Advert vrid(int value) {
        return new Advert(version, type, value, priority, addresses, auth, interval);
    }

    Advert addresses(int value) {
        return new Advert(version, type, vrid, priority, value, auth, interval);
    }

    Advert auth(int value) {
        return new Advert(version, type, vrid, priority, addresses, value, interval);
    }

    Advert interval(int value) {
        return new Advert(version, type, vrid, priority, addresses, auth, value);
    }

    /** The checksum covers the message only, which is right in both versions (RFC 3768 §5.3.8, RFC 9568 §5.2.8). */
    byte[] bytes() {
        ByteBuffer packet = ByteBuffer.allocate(8 + 4 * addresses + (version == 2 ? 8 : 0));
        packet.put((byte) (version << 4 | type))
                .put((byte) vrid)
                .put((byte) priority)
                .put((byte) addresses);
        if (version == 2) {
            packet.put((byte) auth).put((byte) interval);
        } else {
            packet.putShort((short) interval);
        }
        packet.putShort((short) 0);
        for (int i = 0; i < addresses; i++) {
            packet.put(new byte[] {10, 77, 0, (byte) (100 + i)});
        }
        int sum = 0;
        for (int at = 0; at < packet.capacity(); at += 2) {
            sum += packet.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return packet.putShort(6, (short) ~((sum & 0xffff) + (sum >>> 16))).array();
    }
}
