package io.ha4j.vrrp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the IP packets of a capture file: classic pcap, little-endian, Ethernet. */
final class Pcap {
    /** A packet of IPv4 or IPv6, without its header. */
    record Packet(int protocol, InetAddress source, InetAddress destination, int hopLimit, ByteBuffer payload) {}

    private static final int MAGIC = 0xa1b2c3d4;
    private static final int FILE_HEADER = 24;
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    private Pcap() {}

    static List<Packet> read(String name) {
        ByteBuffer file = load("/captures/" + name).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt() != MAGIC) {
            throw new IllegalArgumentException(name + " is not a little-endian pcap file");
        }
        file.position(FILE_HEADER);
        List<Packet> packets = new ArrayList<>();
        while (file.hasRemaining()) {
            int captured = file.getInt(file.position() + 8);
            ByteBuffer frame = file.slice(file.position() + 16, captured);
            file.position(file.position() + 16 + captured);
            int etherType = frame.getShort(12) & 0xffff;
            if (etherType == IPV4 || etherType == IPV6) {
                packets.add(ip(frame.slice(ETHERNET_HEADER, captured - ETHERNET_HEADER)));
            }
        }
        return packets;
    }

    private static Packet ip(ByteBuffer ip) {
        if (ip.get(0) >>> 4 == 4) {
            int header = (ip.get(0) & 0xf) * 4;
            int total = ip.getShort(2); // not the frame's length: Ethernet pads short ones
            return new Packet(
                    ip.get(9) & 0xff,
                    address(ip, 12, 4),
                    address(ip, 16, 4),
                    ip.get(8) & 0xff,
                    ip.slice(header, total - header));
        }
        return new Packet(
                ip.get(6) & 0xff,
                address(ip, 8, 16),
                address(ip, 24, 16),
                ip.get(7) & 0xff,
                ip.slice(40, ip.getShort(4)));
    }

    private static InetAddress address(ByteBuffer ip, int at, int width) {
        byte[] address = new byte[width];
        ip.get(at, address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteBuffer load(String resource) {
        try (InputStream in = Pcap.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            return ByteBuffer.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
