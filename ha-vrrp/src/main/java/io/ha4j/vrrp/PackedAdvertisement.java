package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An advertisement where it lies: its fields are read from the packet itself, so that looking at one allocates nothing.
 * One object serves one packet after the other.
 *
 * <pre>
 *          0         1     2         3      4         5           6-7       8
 *  v2  | 2 | 1 | VRID | priority | count | auth    | interval  | checksum | count addresses | 8 bytes of auth data |
 *  v3  | 3 | 1 | VRID | priority | count | 0 : 4 bits, interval: 12 | checksum | count addresses |
 * </pre>
 *
 * The interval is in seconds in version 2, in centiseconds in version 3. RFC 3768 §5.1, RFC 9568 §5.1.
 */
final class PackedAdvertisement {
    static final int TYPE = 1;
    static final int HEADER = 8;
    static final int V2_AUTHENTICATION_DATA = 8;
    static final int MILLIS_PER_CENTISECOND = 10;

    private static final int MILLIS_PER_SECOND = 1000;
    private static final int SUM_OF_ALL = 0xffff; // RFC 1071: what is summed includes a right checksum

    private ByteBuffer packet = ByteBuffer.allocate(0);
    private int start;
    private boolean ipv6;
    private ChecksumForm checksumForm = ChecksumForm.PSEUDO_HEADER;

    /**
     * Looks at the remaining bytes from now on, and does not move the position. Bytes behind the message are tolerated
     * (RFC 9568 §7.1: "greater than or equal") and are part of the checksum.
     *
     * @param ipv6 the family of the sender, which is that of the addresses
     * @param pseudoHeader the sum of its sender, its destination and the protocol
     * @return VERSION, TYPE, LENGTH or CHECKSUM, the first that applies; null if it is well-formed. When it is not,
     *     nothing else may be asked
     */
    @Nullable
    Rejection read(ByteBuffer packet, boolean ipv6, long pseudoHeader) {
        this.packet = packet;
        this.ipv6 = ipv6;
        start = packet.position();
        int length = packet.remaining();
        if (length == 0) {
            return Rejection.LENGTH;
        }
        int version = version();
        if (version != 3 && (version != 2 || ipv6)) {
            return Rejection.VERSION;
        }
        if ((octet(0) & 0xf) != TYPE) {
            return Rejection.TYPE;
        }
        if (length < HEADER || length < length(version, ipv6, addressCount())) {
            return Rejection.LENGTH;
        }
        long sum = InternetChecksum.sum(packet);
        if (version == 3 && InternetChecksum.fold(sum + pseudoHeader + length) == SUM_OF_ALL) {
            checksumForm = ChecksumForm.PSEUDO_HEADER;
            return null;
        }
        checksumForm = ChecksumForm.MESSAGE_ONLY;
        return !ipv6 && InternetChecksum.fold(sum) == SUM_OF_ALL ? null : Rejection.CHECKSUM;
    }

    /** Of the whole message. */
    static int length(int version, boolean ipv6, int addressCount) {
        return HEADER + addressCount * (ipv6 ? 16 : 4) + (version == 2 ? V2_AUTHENTICATION_DATA : 0);
    }

    int version() {
        return octet(0) >>> 4;
    }

    int virtualRouterId() {
        return octet(1);
    }

    int priority() {
        return octet(2);
    }

    int addressCount() {
        return octet(3);
    }

    /** 0 in version 3, which knows none. */
    int authenticationType() {
        return version() == 2 ? octet(4) : 0;
    }

    int intervalMillis() {
        return version() == 2
                ? octet(5) * MILLIS_PER_SECOND
                : ((octet(4) & 0xf) << 8 | octet(5)) * MILLIS_PER_CENTISECOND;
    }

    ChecksumForm checksumForm() {
        return checksumForm;
    }

    /** Whether there are addresses and the first of them is an IPv6 one that is not link-local (fe80::/10). */
    boolean beginsWithRoutableIpv6() {
        return ipv6 && addressCount() > 0 && (octet(HEADER) != 0xfe || (octet(HEADER + 1) & 0xc0) != 0x80);
    }

    /** The length of all addresses together. */
    int addressOctets() {
        return addressCount() * width();
    }

    /** Whether the addresses, one behind the other, are these octets. */
    boolean hasAddresses(byte[] octets) {
        return addressOctets() == octets.length && matches(HEADER, octets);
    }

    /** Version 2 only. */
    boolean hasAuthenticationData(byte[] data) {
        return matches(HEADER + addressOctets(), data);
    }

    private boolean matches(int at, byte[] octets) {
        for (int i = 0; i < octets.length; i++) {
            if (packet.get(start + at + i) != octets[i]) {
                return false;
            }
        }
        return true;
    }

    /** A copy of all addresses, one behind the other. */
    byte[] copyOfAddresses() {
        byte[] octets = new byte[addressOctets()];
        packet.get(start + HEADER, octets);
        return octets;
    }

    List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>(addressCount());
        for (int i = 0; i < addressCount(); i++) {
            byte[] address = new byte[width()];
            packet.get(start + HEADER + i * width(), address);
            try {
                addresses.add(InetAddress.getByAddress(address));
            } catch (UnknownHostException e) {
                throw new AssertionError("an address of " + width() + " bytes", e);
            }
        }
        return addresses;
    }

    /** A copy that does not depend on the packet. */
    Advertisement unpack() {
        return new Advertisement(
                version(),
                virtualRouterId(),
                priority(),
                authenticationType(),
                Duration.ofMillis(intervalMillis()),
                addresses(),
                checksumForm);
    }

    private int width() {
        return ipv6 ? 16 : 4;
    }

    private int octet(int index) {
        return packet.get(start + index) & 0xff;
    }
}
