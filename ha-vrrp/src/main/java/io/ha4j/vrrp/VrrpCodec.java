package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Bytes to {@link Advertisement} and back, for both versions; no I/O, no state. {@link PackedAdvertisement} has the layout. */
final class VrrpCodec {
    /** The IP protocol number. */
    static final int PROTOCOL = 112;

    private static final int PRIORITY_AT = 2;
    private static final int CHECKSUM_AT = 6;

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
        PackedAdvertisement packed = new PackedAdvertisement();
        Rejection rejection = packed.read(packet, source instanceof Inet6Address, pseudoHeader(source, destination, 0));
        return rejection == null ? packed.unpack() : rejection;
    }

    /** As the other one, without authentication data. */
    static ByteBuffer encode(Advertisement advertisement, InetAddress source, InetAddress destination) {
        return encode(advertisement, source, destination, new byte[PackedAdvertisement.V2_AUTHENTICATION_DATA]);
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
        ByteBuffer packet = ByteBuffer.allocateDirect(PackedAdvertisement.length(
                advertisement.version(), source instanceof Inet6Address, count)); // zero-filled
        packet.put((byte) (advertisement.version() << 4 | PackedAdvertisement.TYPE))
                .put((byte) advertisement.virtualRouterId())
                .put((byte) advertisement.priority())
                .put((byte) count);
        if (v2) {
            packet.put((byte) advertisement.authenticationType())
                    .put((byte) advertisement.interval().toSeconds());
        } else {
            packet.putShort((short) (advertisement.interval().toMillis() / PackedAdvertisement.MILLIS_PER_CENTISECOND));
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

    /**
     * Changes the priority of a packed advertisement, from its first to its last byte, and its checksum by what that
     * changes (RFC 1624 §3, equation 3); all fits for both versions and both forms of the checksum.
     */
    static void setPriority(ByteBuffer packet, int priority) {
        int before = packet.getShort(PRIORITY_AT) & 0xffff;
        packet.put(PRIORITY_AT, (byte) priority);
        int after = packet.getShort(PRIORITY_AT) & 0xffff;
        int sum = ~packet.getShort(CHECKSUM_AT) & 0xffff;
        packet.putShort(CHECKSUM_AT, (short) ~InternetChecksum.fold((long) sum + (~before & 0xffff) + after));
    }

    private static long pseudoHeader(InetAddress source, InetAddress destination, int length) {
        return InternetChecksum.pseudoHeader(source, destination, PROTOCOL, length);
    }

    private static int octet(ByteBuffer packet, int index) {
        return packet.get(packet.position() + index) & 0xff;
    }
}
