package io.ha4j.lb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What {@code getsockopt(TCP_INFO)} gave: {@code struct tcp_info} of {@code linux/tcp.h}, whose layout only ever grows.
 *
 * @param bytes in the machine's byte order
 */
record TcpInfo(ByteBuffer bytes) {
    static final int IPPROTO_TCP = 6;
    static final int TCP_INFO = 11;
    static final int LENGTH = 148;

    private static final int TCP_CLOSE = 7; // net/tcp_states.h

    private static final int STATE = 0; // u8
    private static final int UNACKED = 24; // u32, segments
    private static final int BYTES_ACKED = 120; // u64, since Linux 4.1
    private static final int NOTSENT_BYTES = 144; // u32, since Linux 4.6

    /** Of a descriptor that is closed. */
    static final TcpInfo CLOSED = new TcpInfo(ByteBuffer.allocate(LENGTH).put(STATE, (byte) TCP_CLOSE));

    TcpInfo {
        bytes.order(ByteOrder.nativeOrder());
    }

    /** Whether the connection is gone: reset, or given up by the kernel. */
    boolean isClosed() {
        return bytes.get(STATE) == TCP_CLOSE;
    }

    /** Whether the other end's kernel has acknowledged everything that was written. */
    boolean isDelivered() {
        return isClosed() || (bytes.getInt(UNACKED) == 0 && bytes.getInt(NOTSENT_BYTES) == 0);
    }

    /** Bytes that the other end has acknowledged so far. */
    long acknowledged() {
        return bytes.getLong(BYTES_ACKED);
    }
}
