package io.ha4j.linux;

import io.ha4j.spi.PacketChannel.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets that one raw socket sends to one address with a single sendmmsg(2): the advertisements of all virtual routers
 * whose time has come. The headers are filled in once, in the layout of 64-bit machines; a packet brings its bytes and
 * its length.
 *
 * <pre>
 *  struct mmsghdr (64 bytes)                                                      struct iovec
 *   0 msg_name   8 msg_namelen  16 msg_iov  24 msg_iovlen  32 msg_control  ...     0 iov_base
 *  56 msg_len                                                                      8 iov_len
 * </pre>
 */
final class PacketBatch {
    /** A packet of more bytes does not fit: one of version 3 with more than 30 IPv4 or 7 IPv6 addresses. */
    static final int PACKET_CAPACITY = 128;

    private static final int PACKETS = 64;
    private static final int HEADER = 64;
    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH_AT = 8;

    private final KernelSocket socket;

    @SuppressWarnings("unused") // the headers point to it
    private final ByteBuffer address;

    private final ByteBuffer headers = direct(PACKETS * HEADER);
    private final ByteBuffer vectors = direct(PACKETS * VECTOR);
    private final ByteBuffer payloads = direct(PACKETS * PACKET_CAPACITY);
    private final Outcome[] outcomes = new Outcome[PACKETS];
    private int count;

    PacketBatch(LinuxSyscalls syscalls, KernelSocket socket, ByteBuffer address) {
        this.socket = socket;
        this.address = address.rewind();
        for (int i = 0; i < PACKETS; i++) {
            headers.putLong(i * HEADER, syscalls.addressOf(address))
                    .putInt(i * HEADER + 8, address.capacity())
                    .putLong(i * HEADER + 16, syscalls.addressOf(vectors) + (long) i * VECTOR)
                    .putLong(i * HEADER + 24, 1);
            vectors.putLong(i * VECTOR, syscalls.addressOf(payloads) + (long) i * PACKET_CAPACITY);
        }
    }

    private static ByteBuffer direct(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == PACKETS;
    }

    /** Adds the remaining bytes, at most {@link #PACKET_CAPACITY}; not when full. */
    void add(ByteBuffer payload, Outcome outcome) {
        vectors.putLong(count * VECTOR + VECTOR_LENGTH_AT, payload.remaining());
        payloads.position(count * PACKET_CAPACITY).put(payload);
        outcomes[count] = outcome;
        count++;
    }

    /** Sends all, in order. One that the kernel refuses does not keep it from the others. */
    void send() {
        int packets = count;
        for (int next = 0; next < packets; ) {
            int sent;
            try {
                sent = socket.send(headers.position(next * HEADER), packets - next);
            } catch (KernelException e) { // that of the next packet: one after others ends the call before it
                outcomes[next++].refused(e);
                continue;
            }
            for (int end = next + sent; next < end; next++) {
                outcomes[next].sent();
            }
        }
        count = 0;
    }
}
