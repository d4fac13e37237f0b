package io.ha4j.beside;

import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/** What tcpdump has written: Ethernet; see pcap-savefile(5). */
final class Frames {
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET = 14;
    private static final int IPV6_PAYLOAD = ETHERNET + 40;
    private static final int VRRP = 112;
    private static final int ICMP = 1;

    /** One frame, and when it was captured. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Frame(double millis, byte[] bytes) {
        boolean isAdvertisement() {
            return isIpv4(VRRP);
        }

        private boolean isIpv6Advertisement() {
            return bytes.length > IPV6_PAYLOAD && type() == 0x86dd && bytes[ETHERNET + 6] == VRRP;
        }

        boolean isEchoReply() {
            return isIpv4(ICMP) && bytes[payload()] == 0;
        }

        private boolean isIpv4(int protocol) {
            return bytes.length > ETHERNET + 20
                    && bytes[12] == 8
                    && bytes[13] == 0
                    && bytes[ETHERNET + 9] == (byte) protocol;
        }

        boolean isArpReply() {
            return bytes.length >= ETHERNET + 28 && type() == 0x0806 && bytes[ETHERNET + 7] == 2;
        }

        /** IPv6 without extension headers: RFC 4861 §4.4. */
        boolean isNeighbourAdvertisement() {
            return bytes.length >= IPV6_PAYLOAD + 24
                    && type() == 0x86dd
                    && bytes[ETHERNET + 6] == 58
                    && bytes[IPV6_PAYLOAD] == (byte) 136;
        }

        /**
         * The address that the sender says to have: of an ARP reply the sender's, of a neighbour advertisement the target,
         * of an echo reply the source; null if it is nothing of these.
         */
        @Nullable
        InetAddress answersFor() {
            if (isArpReply()) {
                return address(ETHERNET + 14, 4);
            } else if (isNeighbourAdvertisement()) {
                return address(IPV6_PAYLOAD + 8, 16);
            }
            return isEchoReply() ? address(ETHERNET + 12, 4) : null;
        }

        boolean answersForAny(List<InetAddress> addresses) {
            InetAddress address = answersFor();
            return address != null && addresses.contains(address);
        }

        private InetAddress address(int offset, int length) {
            try {
                return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + length));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // 4 and 16 octets are addresses
            }
        }

        /** In words, for those that {@link TakeoverSegment} captures. */
        String what() {
            if (isAdvertisement() || isIpv6Advertisement()) {
                int vrrp = isAdvertisement() ? payload() : IPV6_PAYLOAD;
                return "advertisement of virtual router " + (bytes[vrrp + 1] & 0xff) + ", priority "
                        + (bytes[vrrp + 2] & 0xff);
            }
            InetAddress address = answersFor();
            String kind = isArpReply() ? "ARP reply" : isEchoReply() ? "echo reply" : "neighbour advertisement";
            return address == null
                    ? "frame of type 0x" + Integer.toHexString(type())
                    : kind + " of " + address.getHostAddress();
        }

        private int type() {
            return (bytes[12] & 0xff) << 8 | (bytes[13] & 0xff);
        }

        int virtualRouterId() {
            return bytes[payload() + 1] & 0xff;
        }

        int priority() {
            return bytes[payload() + 2] & 0xff;
        }

        String sourceMac() {
            return HexFormat.ofDelimiter(":").formatHex(bytes, 6, 12);
        }

        boolean isFrom(String mac) {
            return sourceMac().equals(mac);
        }

        private int payload() {
            return ETHERNET + (bytes[ETHERNET] & 0xf) * 4;
        }
    }

    private Frames() {}

    /** The whole frames so far. */
    static List<Frame> read(Path file) throws IOException {
        List<Frame> frames = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < FILE_HEADER) {
            return frames;
        }
        bytes.position(FILE_HEADER);
        while (bytes.remaining() >= RECORD_HEADER) {
            double millis = (bytes.getInt() & 0xffffffffL) * 1e3 + bytes.getInt() / 1e3;
            int length = bytes.getInt();
            bytes.getInt(); // on the wire
            if (bytes.remaining() < length) {
                break;
            }
            byte[] frame = new byte[length];
            bytes.get(frame);
            frames.add(new Frame(millis, frame));
        }
        return frames;
    }
}
