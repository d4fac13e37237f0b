package io.ha4j.linux;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the neighbours who has an IPv4 address (RFC 826, RFC 5227 §3): a request by broadcast in which the address is
 * both sender and target, the target hardware address all ones, as keepalived and FRR send it. Loop thread only.
 */
final class GratuitousArp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GratuitousArp.class);

    static final int LENGTH = 28;
    private static final int ETH_P_ARP = 0x0806; // linux/if_ether.h
    private static final int ETH_P_IP = 0x0800;
    private static final int ARPHRD_ETHER = 1; // linux/if_arp.h
    private static final int ARPOP_REQUEST = 1;
    private static final int IFF_LOOPBACK = 0x8; // linux/if.h
    private static final int INDEX_OFFSET = 4; // sll_ifindex, packet(7)
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private final KernelSocket socket;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(LENGTH);
    private final ByteBuffer destination = SocketAddresses.packet(ETH_P_ARP, 0, BROADCAST);

    GratuitousArp(LinuxSyscalls syscalls) {
        // Protocol 0 receives nothing; the kernel writes the Ethernet header.
        socket = KernelSocket.open(syscalls, SocketAddresses.AF_PACKET, KernelSocket.SOCK_DGRAM, 0, "packet socket");
    }

    /**
     * Sends one. Links that are down or know no ARP are passed over; a failure is logged, for the address is held all the same and the
     * next announcement may get through.
     */
    void announce(LinkMessage link, Inet4Address address) {
        byte[] hardwareAddress = HexFormat.ofDelimiter(":").parseHex(link.hardwareAddress());
        if (!link.up()
                || hardwareAddress.length != BROADCAST.length
                || (link.flags() & (IFF_LOOPBACK | LinkMessage.IFF_NOARP)) != 0) {
            return;
        }
        pack(frame.clear(), hardwareAddress, address);
        try {
            socket.send(frame, LENGTH, destination.putInt(INDEX_OFFSET, link.index()));
        } catch (KernelException e) {
            log.warn("gratuitous ARP for {} on {}: {}", address.getHostAddress(), link.name(), e.getMessage());
        }
    }

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

    @Override
    public void close() {
        socket.close();
    }
}
