package io.ha4j.linux;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * Says who has an IPv4 address (RFC 826, RFC 5227 §3): a request by broadcast in which the address is both sender and
 * target, the target hardware address all ones, as keepalived and FRR send it.
 */
final class GratuitousArp {
    static final int LENGTH = 28;
    private static final int ETH_P_IP = 0x0800; // linux/if_ether.h
    private static final int ARPHRD_ETHER = 1; // linux/if_arp.h
    private static final int ARPOP_REQUEST = 1;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private GratuitousArp() {}

    static void pack(ByteBuffer frame, byte[] hardwareAddress, Inet4Address address) {
        byte[] octets = address.getAddress();
        frame.putShort((short) ARPHRD_ETHER)
                .putShort((short) ETH_P_IP)
                .put((byte) hardwareAddress.length)
                .put((byte) octets.length)
                .putShort((short) ARPOP_REQUEST)
                .put(hardwareAddress)
                .put(octets)
                .put(BROADCAST)
                .put(octets);
    }
}
