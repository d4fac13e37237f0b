package io.ha4j.linux;

import io.ha4j.spi.SignOfLife;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * By which a node that drains its connections asks its successor to pass their segments on: a broadcast Ethernet frame
 * of a type that is for experiments (IEEE Std 802 §9.2.4). Hosts that do not know it drop it. The kernel of a successor
 * that does it sends the frame back as an answer, with the other of these types.
 *
 * <pre>
 *  0 "ha4j"   4 version 1   5 kind 1: drains   6 family, 4 or 6   7 id of the group   8 zeros
 * </pre>
 */
final class DrainNotice implements AutoCloseable {
    static final byte[] TYPE = {(byte) 0x88, (byte) 0xb5};

    static final byte[] ANSWER = {(byte) 0x88, (byte) 0xb6};

    private static final int LENGTH = 46; // the shortest payload of a frame
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private final KernelSocket socket;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(LENGTH);

    DrainNotice(LinuxSyscalls syscalls, SignOfLife sign) {
        payload.put(begin(sign));
        // Protocol 0 receives nothing; the kernel writes the Ethernet header.
        socket = KernelSocket.open(
                syscalls, SocketAddresses.AF_PACKET, KernelSocket.SOCK_DGRAM, 0, "packet socket for drain notices");
    }

    /** What is the same in all notices of a group and their answers, and in those of no other. */
    static byte[] begin(SignOfLife sign) {
        return ByteBuffer.allocate(8)
                .put("ha4j".getBytes(StandardCharsets.US_ASCII))
                .put(new byte[] {1, 1, (byte) (sign.ipv6() ? 6 : 4), (byte) sign.id()})
                .array();
    }

    void send(int linkIndex) {
        int type = ByteBuffer.wrap(TYPE).getShort() & 0xffff;
        socket.send(payload, LENGTH, SocketAddresses.packet(type, linkIndex, BROADCAST));
    }

    @Override
    public void close() {
        socket.close();
    }
}
