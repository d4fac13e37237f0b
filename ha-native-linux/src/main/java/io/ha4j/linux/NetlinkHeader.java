package io.ha4j.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct nlmsghdr} (linux/netlink.h).
 *
 * @param length of the message with this header, without padding
 */
record NetlinkHeader(int length, int type, int flags, int sequence, int port) {
    static final int SIZE = 16;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_MULTI = 0x2;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_REPLACE = 0x100; // of requests that create
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_DUMP = 0x300; // of requests that get
    static final int NLM_F_CREATE = 0x400;
    static final int NLM_F_CAPPED = 0x100; // of acknowledgements: the request is not repeated
    static final int NLM_F_ACK_TLVS = 0x200; // of acknowledgements: attributes follow

    /**
     * Reads a header at the buffer's position and moves behind it.
     *
     * @return null if the rest of the buffer is no whole message
     */
    static @Nullable NetlinkHeader parse(ByteBuffer bytes) {
        if (bytes.remaining() < SIZE) {
            return null;
        }
        int length = bytes.getInt(bytes.position());
        if (length < SIZE || length > bytes.remaining()) {
            return null;
        }
        return new NetlinkHeader(
                bytes.getInt(), bytes.getShort() & 0xffff, bytes.getShort() & 0xffff, bytes.getInt(), bytes.getInt());
    }

    int bodyLength() {
        return length - SIZE;
    }

    /** Messages and attributes begin at multiples of four (NLMSG_ALIGN, NLA_ALIGN). */
    static int align(int length) {
        return (length + 3) & ~3;
    }
}
