package io.ha4j.beside;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for a virtual address as hosts do that know nothing yet: prints Ethernet frames of one length, every 5 ms an ARP
 * request, a neighbour solicitation, and an echo request to each of the given MAC addresses. socat(1) sends them.
 */
final class Lookups {
    static final int FRAME = 86; // a neighbour solicitation with its option; the others are padded
    private static final long INTERVAL_NANOS = 5_000_000;

    private Lookups() {}

    /** @param arguments own MAC, IPv4 and IPv6 address, the addresses asked for, MAC addresses to ask directly */
    public static void main(String[] arguments) throws IOException {
        byte[] mac = mac(arguments[0]);
        byte[] own = address(arguments[1]);
        byte[] wanted = address(arguments[3]);
        ByteBuffer frames = ByteBuffer.allocate(FRAME * (arguments.length - 3));
        frames.put(arpRequest(mac, own, wanted));
        frames.put(solicitation(mac, address(arguments[2]), address(arguments[4])));
        for (int i = 5; i < arguments.length; i++) {
            frames.put(echoRequest(mac, own, mac(arguments[i]), wanted));
        }
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (long next = System.nanoTime(); ; next += INTERVAL_NANOS) {
                out.write(frames.array());
                LockSupport.parkNanos(next + INTERVAL_NANOS - System.nanoTime());
            }
        }
    }

    private static byte[] arpRequest(byte[] mac, byte[] own, byte[] wanted) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME);
        frame.put(mac("ff:ff:ff:ff:ff:ff")).put(mac).putShort((short) 0x0806);
        frame.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4); // Ethernet, IPv4
        frame.putShort((short) 1).put(mac).put(own).put(new byte[6]).put(wanted); // request
        return frame.array();
    }

    /** RFC 4861 §4.3, to the solicited-node address of the target (RFC 4291 §2.7.1). */
    private static byte[] solicitation(byte[] mac, byte[] own, byte[] wanted) {
        byte[] group = address("ff02::1:ff00:0");
        System.arraycopy(wanted, 13, group, 13, 3);
        ByteBuffer frame = ByteBuffer.allocate(FRAME);
        frame.putShort((short) 0x3333).put(group, 12, 4).put(mac).putShort((short) 0x86dd);
        frame.putInt(6 << 28)
                .putShort((short) 32)
                .put((byte) 58)
                .put((byte) 255)
                .put(own)
                .put(group);
        frame.put((byte) 135).put((byte) 0).putShort((short) 0).putInt(0).put(wanted); // type, code, checksum
        frame.put((byte) 1).put((byte) 1).put(mac); // option: source link-layer address
        ByteBuffer summed = ByteBuffer.allocate(40 + 32); // with the pseudo-header of RFC 8200 §8.1
        summed.put(own).put(group).putInt(32).putInt(58).put(frame.array(), 54, 32);
        frame.putShort(56, checksum(summed, 0, summed.capacity()));
        return frame.array();
    }

    private static byte[] echoRequest(byte[] mac, byte[] own, byte[] to, byte[] wanted) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME);
        frame.put(to).put(mac).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (FRAME - 14)).putInt(0);
        frame.put((byte) 64).put((byte) 1).putShort((short) 0).put(own).put(wanted);
        frame.putShort(24, checksum(frame, 14, 20));
        frame.put((byte) 8); // echo request, everything else zero
        frame.putShort(36, checksum(frame, 34, FRAME - 34));
        return frame.array();
    }

    /** RFC 1071. */
    private static short checksum(ByteBuffer bytes, int from, int length) {
        int sum = 0;
        for (int i = from; i < from + length; i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    private static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
