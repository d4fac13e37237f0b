package io.ha4j.linux;

import java.net.Inet6Address;
import java.nio.ByteBuffer;

/**
 * Says who has an IPv6 address: an unsolicited Neighbor Advertisement (RFC 4861 §4.4, §7.2.6) to all nodes of the link,
 * from the address itself, with its IPv6 header.
 *
 * <pre>
 *   0 IPv6 header: 4 version, class, label  2 length  1 next header  1 hop limit  16 source  16 destination
 *  40 ICMPv6: 1 type  1 code  2 checksum  4 flags  16 target
 *  64 option target link-layer address: 1 type  1 length in units of 8 bytes  6 address
 * </pre>
 */
final class NeighbourAdvertisement {
    static final int LENGTH = 72;

    private static final int ICMP_AT = 40;
    private static final int CHECKSUM_AT = ICMP_AT + 2;
    private static final int VERSION_6 = 6 << 28;
    private static final int ICMPV6 = 58;
    private static final int HOP_LIMIT = 255; // less, and it is dropped: RFC 4861 §7.1.2
    private static final int TYPE = 136;
    private static final int ROUTER = 1 << 31;
    private static final int OVERRIDE = 1 << 29;
    private static final int TARGET_LINK_LAYER_ADDRESS = 2;
    private static final byte[] ALL_NODES = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private NeighbourAdvertisement() {}

    /**
     * @param hardwareAddress six octets
     * @param router whether this node forwards on the link: hosts take a router out of their lists that says it is none
     */
    static void pack(ByteBuffer frame, byte[] hardwareAddress, Inet6Address address, boolean router) {
        byte[] octets = address.getAddress();
        int length = LENGTH - ICMP_AT;
        frame.putInt(VERSION_6)
                .putShort((short) length)
                .put((byte) ICMPV6)
                .put((byte) HOP_LIMIT)
                .put(octets)
                .put(ALL_NODES)
                .put((byte) TYPE)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(OVERRIDE | (router ? ROUTER : 0))
                .put(octets)
                .put((byte) TARGET_LINK_LAYER_ADDRESS)
                .put((byte) 1)
                .put(hardwareAddress);
        frame.putShort(CHECKSUM_AT, checksum(frame, length));
    }

    /** RFC 4443 §2.3: over the message and the pseudo-header, of which the addresses stand right before it. */
    private static short checksum(ByteBuffer frame, int length) {
        int sum = length + ICMPV6;
        for (int at = 8; at < LENGTH; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }
}
