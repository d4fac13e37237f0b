package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes to {@link Advertisement} and back, for both versions; no I/O, no state.
 *
 * <pre>
 *          0         1     2         3      4         5           6-7       8
 *  v2  | 2 | 1 | VRID | priority | count | auth    | interval  | checksum | count addresses | 8 bytes of auth data |
 *  v3  | 3 | 1 | VRID | priority | count | 0 : 4 bits, interval: 12 | checksum | count addresses |
 * </pre>
 *
 * The interval is in seconds in version 2, in centiseconds in version 3. RFC 3768 §5.1, RFC 9568 §5.1.
 */
final class VrrpCodec {
    /** The IP protocol number. */
    static final int PROTOCOL = 112;

    private static final int TYPE_ADVERTISEMENT = 1;
    private static final int HEADER = 8;
    private static final int CHECKSUM_AT = 6;
    private static final int V2_AUTHENTICATION_DATA = 8;
    private static final int MILLIS_PER_CENTISECOND = 10;

    private VrrpCodec() {}

    /** The version that a packet claims, or -1 if it is empty. */
    static int version(ByteBuffer packet) {
        return packet.hasRemaining() ? octet(packet, 0) >>> 4 : -1;
    }

    /** The virtual router that a packet claims to be of, or -1 if it is too short to say. */
    static int virtualRouterId(ByteBuffer packet) {
        return packet.remaining() > 1 ? octet(packet, 1) : -1;
    }

    /**
     * Reads the remaining bytes and does not move the position. A rejection is one of VERSION, TYPE, LENGTH and
     * CHECKSUM, the first that applies. Bytes behind the message are tolerated (RFC 9568 §7.1: "greater than or equal")
     * and are part of the checksum.
     *
     * @param source the sender; its family is that of the addresses
     */
    static Decoded decode(ByteBuffer packet, InetAddress source, InetAddress destination) {
        if (!packet.hasRemaining()) {
            return Rejection.LENGTH;
        }
        boolean ipv6 = source instanceof Inet6Address;
        int version = version(packet);
        if (version != 3 && (version != 2 || ipv6)) {
            return Rejection.VERSION;
        }
        if ((octet(packet, 0) & 0xf) != TYPE_ADVERTISEMENT) {
            return Rejection.TYPE;
        }
        if (packet.remaining() < HEADER || packet.remaining() < length(version, ipv6, octet(packet, 3))) {
            return Rejection.LENGTH;
        }
        long sum = InternetChecksum.sum(packet);
        if (version == 3
                && InternetChecksum.fold(sum + pseudoHeader(source, destination, packet.remaining())) == 0xffff) {
            return read(packet, ipv6, ChecksumForm.PSEUDO_HEADER);
        }
        if (!ipv6 && InternetChecksum.fold(sum) == 0xffff) {
            return read(packet, ipv6, ChecksumForm.MESSAGE_ONLY);
        }
        return Rejection.CHECKSUM;
    }

    private static Advertisement read(ByteBuffer packet, boolean ipv6, ChecksumForm form) {
        int version = version(packet);
        boolean v2 = version == 2;
        Duration interval = v2
                ? Duration.ofSeconds(octet(packet, 5))
                : Duration.ofMillis(((octet(packet, 4) & 0xf) << 8 | octet(packet, 5)) * (long) MILLIS_PER_CENTISECOND);
        return new Advertisement(
                version,
                octet(packet, 1),
                octet(packet, 2),
                v2 ? octet(packet, 4) : 0,
                interval,
                addresses(packet, octet(packet, 3), ipv6 ? 16 : 4),
                form);
    }

    private static List<InetAddress> addresses(ByteBuffer packet, int count, int width) {
        List<InetAddress> addresses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] address = new byte[width];
            packet.get(packet.position() + HEADER + i * width, address);
            try {
                addresses.add(InetAddress.getByAddress(address));
            } catch (UnknownHostException e) {
                throw new AssertionError("an address of " + width + " bytes", e);
            }
        }
        return addresses;
    }

    /** The authentication data of a packet of version 2 that was decoded without a rejection. */
    static byte[] authenticationData(ByteBuffer packet) {
        byte[] data = new byte[V2_AUTHENTICATION_DATA];
        packet.get(packet.position() + HEADER + 4 * octet(packet, 3), data);
        return data;
    }

    /** As the other one, without authentication data. */
    static ByteBuffer encode(Advertisement advertisement, InetAddress source, InetAddress destination) {
        return encode(advertisement, source, destination, new byte[V2_AUTHENTICATION_DATA]);
    }

    /**
     * Packs an advertisement.
     *
     * @param authenticationData eight bytes, for version 2; they are part of the checksum
     * @return a new direct buffer, from its first to its last byte
     */
    static ByteBuffer encode(
            Advertisement advertisement, InetAddress source, InetAddress destination, byte[] authenticationData) {
        boolean v2 = advertisement.version() == 2;
        int count = advertisement.addresses().size();
        ByteBuffer packet = ByteBuffer.allocateDirect(
                length(advertisement.version(), source instanceof Inet6Address, count)); // zero-filled
        packet.put((byte) (advertisement.version() << 4 | TYPE_ADVERTISEMENT))
                .put((byte) advertisement.virtualRouterId())
                .put((byte) advertisement.priority())
                .put((byte) count);
        if (v2) {
            packet.put((byte) advertisement.authenticationType())
                    .put((byte) advertisement.interval().toSeconds());
        } else {
            packet.putShort((short) (advertisement.interval().toMillis() / MILLIS_PER_CENTISECOND));
        }
        packet.putShort((short) 0);
        advertisement.addresses().forEach(address -> packet.put(address.getAddress()));
        if (v2) {
            packet.put(authenticationData);
        }
        packet.rewind();
        long sum = InternetChecksum.sum(packet);
        if (!v2 && advertisement.checksumForm() == ChecksumForm.PSEUDO_HEADER) {
            sum += pseudoHeader(source, destination, packet.remaining());
        }
        return packet.putShort(CHECKSUM_AT, (short) ~InternetChecksum.fold(sum));
    }

    private static int length(int version, boolean ipv6, int count) {
        return HEADER + count * (ipv6 ? 16 : 4) + (version == 2 ? V2_AUTHENTICATION_DATA : 0);
    }

    private static long pseudoHeader(InetAddress source, InetAddress destination, int length) {
        return InternetChecksum.pseudoHeader(source, destination, PROTOCOL, length);
    }

    private static int octet(ByteBuffer packet, int index) {
        return packet.get(packet.position() + index) & 0xff;
    }
}
