package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Requests that go to the kernel in one datagram, numbered in their order. The family's own header is written to
 * {@link #body()} between {@link #begin} and the attributes. Everything is in native byte order unless it says
 * otherwise.
 */
final class NetlinkBatch {
    private final ByteBuffer bytes;
    private int firstSequence;
    private int count;
    private int message;

    /** @param capacity in bytes; a request that does not fit is a programming error */
    NetlinkBatch(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    /** Empties the batch; the next request gets this number. */
    NetlinkBatch reset(int sequence) {
        bytes.clear();
        firstSequence = sequence;
        count = 0;
        return this;
    }

    NetlinkBatch begin(int type, int flags) {
        message = bytes.position();
        bytes.putInt(0) // length, by end()
                .putShort((short) type)
                .putShort((short) (flags | NetlinkHeader.NLM_F_REQUEST))
                .putInt(firstSequence + count)
                .putInt(0); // port: the kernel's
        return this;
    }

    ByteBuffer body() {
        return bytes;
    }

    NetlinkBatch u8(int type, int value) {
        attribute(type, 1);
        bytes.put((byte) value);
        return pad();
    }

    NetlinkBatch u32(int type, int value) {
        attribute(type, Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    /** In network byte order, as netfilter wants its numbers. */
    NetlinkBatch be32(int type, int value) {
        return u32(type, bytes.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
    }

    /** In network byte order. */
    NetlinkBatch be64(int type, long value) {
        attribute(type, Long.BYTES);
        bytes.putLong(bytes.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value));
        return this;
    }

    NetlinkBatch octets(int type, byte[] value) {
        attribute(type, value.length);
        bytes.put(value);
        return pad();
    }

    /** With a terminating NUL. */
    NetlinkBatch string(int type, String value) {
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        attribute(type, octets.length + 1);
        bytes.put(octets).put((byte) 0);
        return pad();
    }

    /** Begins an attribute that contains attributes; the result is for {@link #endNested}. */
    int beginNested(int type) {
        int start = bytes.position();
        attribute(type | NetlinkAttributes.NLA_F_NESTED, 0);
        return start;
    }

    NetlinkBatch endNested(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    NetlinkBatch end() {
        bytes.putInt(message, bytes.position() - message);
        count++;
        return this;
    }

    /** Has the kernel answer the last request also when it grants it. */
    NetlinkBatch acknowledgeLast() {
        int flags = message + Integer.BYTES + Short.BYTES;
        bytes.putShort(flags, (short) (bytes.getShort(flags) | NetlinkHeader.NLM_F_ACK));
        return this;
    }

    private void attribute(int type, int length) {
        bytes.putShort((short) (NetlinkAttributes.HEADER + length)).putShort((short) type);
    }

    private NetlinkBatch pad() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    /** The requests so far are its first {@link #length()} bytes. */
    ByteBuffer bytes() {
        return bytes;
    }

    int length() {
        return bytes.position();
    }

    int firstSequence() {
        return firstSequence;
    }

    int count() {
        return count;
    }
}
