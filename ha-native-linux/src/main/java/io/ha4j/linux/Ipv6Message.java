package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What recvmsg(2) fills for a raw IPv6 socket: the sender, the payload, and the control messages IPV6_PKTINFO and
 * IPV6_HOPLIMIT (RFC 3542 §4). One set of buffers for all packets, in the layout of 64-bit machines.
 *
 * <pre>
 *  struct msghdr (56 bytes)                               struct iovec      struct cmsghdr
 *   0 msg_name   8 msg_namelen  16 msg_iov  24 msg_iovlen  0 iov_base        0 cmsg_len, with this header
 *  32 msg_control  40 msg_controllen  48 msg_flags         8 iov_len         8 cmsg_level  12 cmsg_type  16 data
 * </pre>
 */
final class Ipv6Message {
    private static final int HEADER_LENGTH = 56;
    private static final int NAME_LENGTH_AT = 8;
    private static final int CONTROL_LENGTH_AT = 40;
    private static final int FLAGS_AT = 48;
    private static final int MSG_CTRUNC = 0x8; // linux/socket.h

    private static final int NAME_LENGTH = 28; // struct sockaddr_in6
    private static final int NAME_ADDRESS_AT = 8;
    private static final int CONTROL_CAPACITY = 256;
    private static final int CMSG_HEADER = 16;
    private static final int CMSG_ALIGN = 8;

    private static final int IPPROTO_IPV6 = 41; // linux/in6.h
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_HOPLIMIT = 52;

    private final ByteBuffer header = direct(HEADER_LENGTH);
    private final ByteBuffer name = direct(NAME_LENGTH);
    private final ByteBuffer vector = direct(16);
    private final ByteBuffer control = direct(CONTROL_CAPACITY);
    private final ByteBuffer payload;

    private int hopLimit;
    private boolean destinationKnown;
    private long destinationHigh;
    private long destinationLow;

    Ipv6Message(LinuxSyscalls syscalls, int capacity) {
        payload = ByteBuffer.allocateDirect(capacity);
        vector.putLong(0, syscalls.addressOf(payload)).putLong(8, capacity);
        header.putLong(0, syscalls.addressOf(name))
                .putLong(16, syscalls.addressOf(vector))
                .putLong(24, 1)
                .putLong(32, syscalls.addressOf(control));
    }

    /** The msghdr, ready for the next call: the kernel writes lengths and flags into it. */
    ByteBuffer header() {
        return header.putInt(NAME_LENGTH_AT, NAME_LENGTH)
                .putLong(CONTROL_LENGTH_AT, CONTROL_CAPACITY)
                .putInt(FLAGS_AT, 0)
                .rewind();
    }

    /**
     * Reads what was received.
     *
     * @param received bytes of payload; above the capacity if cut off
     * @return whether it is complete, with both control messages; when not, nothing else may be asked
     */
    boolean parse(int received) {
        hopLimit = -1;
        destinationKnown = false;
        if (received > payload.capacity() || (header.getInt(FLAGS_AT) & MSG_CTRUNC) != 0) {
            return false;
        }
        payload.clear().limit(received);
        int end = (int) Math.min(header.getLong(CONTROL_LENGTH_AT), CONTROL_CAPACITY);
        int at = 0;
        while (at + CMSG_HEADER <= end) {
            long length = control.getLong(at);
            if (length < CMSG_HEADER || at + length > end) {
                break;
            }
            if (control.getInt(at + 8) == IPPROTO_IPV6) {
                control(control.getInt(at + 12), at + CMSG_HEADER);
            }
            at += ((int) length + CMSG_ALIGN - 1) & -CMSG_ALIGN;
        }
        return hopLimit >= 0 && destinationKnown;
    }

    private void control(int type, int at) {
        if (type == IPV6_HOPLIMIT) {
            hopLimit = control.getInt(at);
        } else if (type == IPV6_PKTINFO) { // struct in6_pktinfo: address, interface
            destinationHigh = bigEndian(control, at);
            destinationLow = bigEndian(control, at + 8);
            destinationKnown = true;
        }
    }

    ByteBuffer payload() {
        return payload;
    }

    int hopLimit() {
        return hopLimit;
    }

    long sourceHigh() {
        return bigEndian(name, NAME_ADDRESS_AT);
    }

    long sourceLow() {
        return bigEndian(name, NAME_ADDRESS_AT + 8);
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }

    private static long bigEndian(ByteBuffer bytes, int at) {
        long value = bytes.getLong(at);
        return bytes.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    private static ByteBuffer direct(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }
}
