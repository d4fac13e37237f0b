package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over {@code struct nlattr}s (linux/netlink.h). {@link #next()} goes to the first one too; the values are
 * those of the current one. A value that is too short for what is asked reads as zero or empty.
 */
final class NetlinkAttributes {
    static final int HEADER = 4;
    static final int NLA_F_NESTED = 0x8000;
    private static final int NLA_TYPE_MASK = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private final ByteBuffer bytes;
    private int next;
    private int type;
    private int value;
    private int length;

    /** @param bytes the attributes from its position to its limit, in native byte order; not changed */
    NetlinkAttributes(ByteBuffer bytes) {
        this.bytes = bytes;
        next = bytes.position();
    }

    /** Goes to the next attribute; false at the end or where no whole attribute follows. */
    boolean next() {
        if (bytes.limit() - next < HEADER) {
            return false;
        }
        int total = bytes.getShort(next) & 0xffff;
        if (total < HEADER || total > bytes.limit() - next) {
            return false;
        }
        type = bytes.getShort(next + 2) & NLA_TYPE_MASK;
        value = next + HEADER;
        length = total - HEADER;
        next = Math.min(next + NetlinkHeader.align(total), bytes.limit());
        return true;
    }

    int type() {
        return type;
    }

    int u8() {
        return length < 1 ? 0 : bytes.get(value) & 0xff;
    }

    int u32() {
        return length < Integer.BYTES ? 0 : bytes.getInt(value);
    }

    byte[] octets() {
        byte[] octets = new byte[length];
        bytes.get(value, octets);
        return octets;
    }

    /** Without the terminating NUL. */
    String string() {
        int end = length;
        while (end > 0 && bytes.get(value + end - 1) == 0) {
            end--;
        }
        byte[] octets = new byte[end];
        bytes.get(value, octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    NetlinkAttributes nested() {
        return new NetlinkAttributes(bytes.slice(value, length).order(ByteOrder.nativeOrder()));
    }
}
