package io.ha4j.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's answer to one request: {@code struct nlmsgerr} and its attributes (linux/netlink.h).
 *
 * @param errno 0 for success
 * @param detail the kernel's own words, if it has any
 */
record NetlinkAck(int errno, @Nullable String detail) {
    private static final int NLMSGERR_ATTR_MSG = 1;

    boolean refused() {
        return errno != 0;
    }

    /** @return null if the message is too short to be one */
    static @Nullable NetlinkAck parse(NetlinkHeader header, ByteBuffer body) {
        if (body.remaining() < Integer.BYTES) {
            return null;
        }
        int errno = -body.getInt(0);
        return new NetlinkAck(errno, detail(header, body));
    }

    private static @Nullable String detail(NetlinkHeader header, ByteBuffer body) {
        int attributes = Integer.BYTES + NetlinkHeader.SIZE;
        if ((header.flags() & NetlinkHeader.NLM_F_ACK_TLVS) == 0 || body.remaining() < attributes) {
            return null;
        }
        if ((header.flags() & NetlinkHeader.NLM_F_CAPPED) == 0) {
            int request = body.getInt(Integer.BYTES); // the request is repeated with its body
            attributes = Integer.BYTES + NetlinkHeader.align(Math.max(request, NetlinkHeader.SIZE));
        }
        if (attributes < 0 || attributes > body.limit()) {
            return null;
        }
        NetlinkAttributes cursor =
                new NetlinkAttributes(body.duplicate().order(body.order()).position(attributes));
        while (cursor.next()) {
            if (cursor.type() == NLMSGERR_ATTR_MSG) {
                return cursor.string();
            }
        }
        return null;
    }
}
