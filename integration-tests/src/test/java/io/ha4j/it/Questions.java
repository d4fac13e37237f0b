package io.ha4j.it;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for an address without a break, as hosts do that have not heard of any change: prints Ethernet frames of 60
 * octets, every 5 ms one ARP request to all and one echo request to each of the given MAC addresses. socat(1) sends
 * them.
 */
final class Questions {
    private static final long INTERVAL_NANOS = 5_000_000;
    private static final int FRAME = 60;

    private Questions() {}

    /** @param arguments own MAC address, own IPv4 address, the address asked for, MAC addresses to ask directly */
    public static void main(String[] arguments) throws IOException {
        byte[] mac = mac(arguments[0]);
        byte[] own = address(arguments[1]);
        byte[] wanted = address(arguments[2]);
        ByteBuffer frames = ByteBuffer.allocate(FRAME * (arguments.length - 2));
        frames.put(arpRequest(mac, own, wanted));
        for (int i = 3; i < arguments.length; i++) {
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

    private static byte[] address(String text) {
        ByteBuffer octets = ByteBuffer.allocate(4);
        for (String octet : text.split("\\.", -1)) {
            octets.put((byte) Integer.parseInt(octet));
        }
        return octets.array();
    }
}
