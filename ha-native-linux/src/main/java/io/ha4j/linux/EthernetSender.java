package io.ha4j.linux;

import io.ha4j.spi.PacketChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Sends multicast packets with a source hardware address that is not the link's own, each in one frame that is written
 * here whole: RFC 894, RFC 791 §3.1; RFC 2464, RFC 8200 §3. By this way a backup can speak from a virtual MAC address
 * without an interface that takes what is sent to it.
 *
 * <pre>
 *   0 destination  6 source  12 type
 *  14 IPv4: version, class, length, id, fragment, TTL, protocol, checksum, source, destination   34 payload
 *  14 IPv6: version and class, length, next header, hop limit, source, destination               54 payload
 * </pre>
 */
final class EthernetSender implements AutoCloseable {
    private static final int ETH_P_IP = 0x0800; // linux/if_ether.h
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int IP_AT = 14;
    private static final int SOURCE_AT = 6;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int PRIORITY_CONTROL = 6; // as RawChannel

    private final KernelSocket socket;
    private final boolean ipv4;
    private final int headers;
    private final ByteBuffer frame;
    private final ByteBuffer address;
    private int id;

    EthernetSender(LinuxSyscalls syscalls, PacketChannel.Spec spec, String name) {
        byte[] group = hardwareAddress(spec.group());
        ipv4 = spec.group() instanceof Inet4Address;
        headers = IP_AT + (ipv4 ? IPV4_HEADER : IPV6_HEADER);
        frame = ByteBuffer.allocateDirect(headers + RawChannel.CAPACITY);
        int type = ipv4 ? ETH_P_IP : ETH_P_IPV6;
        frame.put(group).put(new byte[group.length]).putShort((short) type);
        if (ipv4) {
            frame.put((byte) 0x45)
                    .put((byte) RawChannel.CONTROL_TRAFFIC)
                    .putShort((short) 0) // length
                    .putInt(0) // id, fragment
                    .put((byte) spec.hopLimit())
                    .put((byte) spec.protocol())
                    .putShort((short) 0); // checksum
        } else {
            frame.putInt(6 << 28 | RawChannel.CONTROL_TRAFFIC << 20)
                    .putShort((short) 0) // length
                    .put((byte) spec.protocol())
                    .put((byte) spec.hopLimit());
        }
        frame.put(spec.source().getAddress()).put(spec.group().getAddress());
        address = SocketAddresses.packet(type, spec.link().index(), group);
        // Protocol 0 receives nothing.
        socket = KernelSocket.open(
                syscalls, SocketAddresses.AF_PACKET, KernelSocket.SOCK_RAW, 0, name + ", virtual MAC address");
        try {
            socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_PRIORITY, PRIORITY_CONTROL, "SO_PRIORITY");
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Of a multicast group: RFC 1112 §6.4, RFC 2464 §7. */
    private static byte[] hardwareAddress(InetAddress group) {
        byte[] octets = group.getAddress();
        return octets.length == 4
                ? new byte[] {1, 0, 0x5e, (byte) (octets[1] & 0x7f), octets[2], octets[3]}
                : new byte[] {0x33, 0x33, octets[12], octets[13], octets[14], octets[15]};
    }

    void send(ByteBuffer payload, byte[] source) {
        int length = payload.remaining();
        frame.put(SOURCE_AT, source);
        if (ipv4) {
            frame.putShort(IP_AT + 2, (short) (IPV4_HEADER + length))
                    .putShort(IP_AT + 4, (short) ++id)
                    .putShort(IP_AT + 10, (short) 0)
                    .putShort(IP_AT + 10, headerChecksum());
        } else {
            frame.putShort(IP_AT + 4, (short) length);
        }
        frame.position(headers).put(payload);
        socket.send(frame, headers + length, address);
    }

    private short headerChecksum() {
        int sum = 0;
        for (int at = IP_AT; at < IP_AT + IPV4_HEADER; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    @Override
    public void close() {
        socket.close();
    }
}
