package io.ha4j.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads pcap files of Ethernet frames, also while they are being written. See pcap-savefile(5). */
final class Pcap {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV6 = 0x86dd;
    private static final int ICMPV6 = ETHERNET_HEADER + 40; // or VRRP: what follows the IPv6 header

    /** One Ethernet frame. */
    static final class Frame {
        private final double millis;
        private final byte[] bytes;

        private Frame(double millis, byte[] bytes) {
            this.millis = millis;
            this.bytes = bytes;
        }

        /** When it was captured, in milliseconds since 1970. */
        double millis() {
            return millis;
        }

        boolean isVrrp() {
            return (type() == 0x0800 && bytes[ETHERNET_HEADER + 9] == 112)
                    || (type() == IPV6 && bytes[ETHERNET_HEADER + 6] == 112);
        }

        /** ARP, asked for or not, that says where this IPv4 address is. */
        boolean isArpOf(String address) {
            return type() == 0x0806 && address(28).equals(address);
        }

        /** An ARP request of this IPv4 address for itself. */
        boolean isGratuitousArpOf(String address) {
            return isArpOf(address)
                    && bytes[ETHERNET_HEADER + 7] == 1
                    && address(38).equals(address);
        }

        /** An answer to the question where this IPv4 address is. */
        boolean isArpReplyOf(String address) {
            return isArpOf(address) && bytes[ETHERNET_HEADER + 7] == 2;
        }

        /** An ICMP echo reply from this address. */
        boolean isEchoReplyOf(String address) {
            if (type() == IPV6) {
                return bytes[ETHERNET_HEADER + 6] == 58
                        && bytes[ICMPV6] == (byte) 129
                        && Arrays.equals(
                                Arrays.copyOfRange(bytes, ETHERNET_HEADER + 8, ETHERNET_HEADER + 24), octets(address));
            }
            return type() == 0x0800
                    && bytes[ETHERNET_HEADER + 9] == 1
                    && source().equals(address)
                    && bytes[vrrp()] == 0;
        }

        /** A neighbour advertisement of this IPv6 address, asked for or not. */
        boolean isNeighbourAdvertisementOf(String address) {
            return type() == IPV6
                    && bytes[ETHERNET_HEADER + 6] == 58
                    && bytes[ICMPV6] == (byte) 136
                    && Arrays.equals(Arrays.copyOfRange(bytes, ICMPV6 + 8, ICMPV6 + 24), octets(address));
        }

        /** An answer to the question where this IPv6 address is: its Solicited flag is set (RFC 4861 §4.4). */
        boolean isSolicitedAdvertisementOf(String address) {
            return isNeighbourAdvertisementOf(address) && (bytes[ICMPV6 + 4] & 0x40) != 0;
        }

        private static byte[] octets(String address) {
            try {
                return InetAddress.getByName(address).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        /** Of the Ethernet header. */
        String sourceMac() {
            return HexFormat.ofDelimiter(":").formatHex(bytes, 6, 12);
        }

        /** Who has the address, by what ARP or a neighbour advertisement says: not by the Ethernet header. */
        String announcedMac() {
            int at = type() == IPV6 ? ICMPV6 + 26 : ETHERNET_HEADER + 8; // the only option, RFC 4861 §4.6.1; RFC 826
            return HexFormat.ofDelimiter(":").formatHex(bytes, at, at + 6);
        }

        /** Of the IPv4 header. */
        String source() {
            return address(26);
        }

        /** Of the advertisement. */
        int priority() {
            return bytes[vrrp() + 2] & 0xff;
        }

        /** What the IPv4 header carries; its total length counts, for short frames are padded. */
        byte[] payload() {
            int total = twoBytes(ETHERNET_HEADER + 2);
            return Arrays.copyOfRange(bytes, vrrp(), ETHERNET_HEADER + total);
        }

        private int vrrp() {
            return type() == IPV6 ? ICMPV6 : ETHERNET_HEADER + (bytes[ETHERNET_HEADER] & 0xf) * 4;
        }

        private int type() {
            return twoBytes(12);
        }

        private int twoBytes(int at) {
            return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
        }

        private String address(int at) {
            return (bytes[at] & 0xff) + "." + (bytes[at + 1] & 0xff) + "." + (bytes[at + 2] & 0xff) + "."
                    + (bytes[at + 3] & 0xff);
        }
    }

    private Pcap() {}

    /** The frames that are there; one that is written just now is left out. */
    static List<Frame> read(Path file) {
        try {
            return read(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Frame> read(ByteBuffer file) {
        List<Frame> frames = new ArrayList<>();
        if (file.remaining() < FILE_HEADER) {
            return frames;
        }
        int magic = file.getInt(0);
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            throw new IllegalArgumentException("not a little-endian pcap file: " + Integer.toHexString(magic));
        }
        double fraction = magic == MAGIC_NANOS ? 1e-6 : 1e-3;
        file.position(FILE_HEADER);
        while (file.remaining() >= RECORD_HEADER) {
            double millis = (file.getInt() & 0xffffffffL) * 1e3 + file.getInt() * fraction;
            int length = file.getInt();
            file.getInt(); // the length on the wire: none is longer than what is captured
            if (file.remaining() < length) {
                break;
            }
            byte[] bytes = new byte[length];
            file.get(bytes);
            frames.add(new Frame(millis, bytes));
        }
        return frames;
    }
}
