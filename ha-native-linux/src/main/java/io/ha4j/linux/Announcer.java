package io.ha4j.linux;

import io.ha4j.spi.IpText;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the neighbours on a link who has an address: by ARP for IPv4, by neighbour discovery for IPv6. Loop thread only. */
final class Announcer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private static final int ETH_P_ARP = 0x0806; // linux/if_ether.h
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int IFF_LOOPBACK = 0x8; // linux/if.h
    private static final int INDEX_OFFSET = 4; // sll_ifindex
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    private static final byte[] ALL_NODES = {0x33, 0x33, 0, 0, 0, 1}; // of ff02::1, RFC 2464 §7

    private final KernelSocket socket;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(NeighbourAdvertisement.LENGTH);
    private final ByteBuffer broadcast = SocketAddresses.packet(ETH_P_ARP, 0, BROADCAST);
    private final ByteBuffer allNodes = SocketAddresses.packet(ETH_P_IPV6, 0, ALL_NODES);

    Announcer(LinuxSyscalls syscalls) {
        // Protocol 0 receives nothing; the kernel writes the Ethernet header.
        socket = KernelSocket.open(syscalls, SocketAddresses.AF_PACKET, KernelSocket.SOCK_DGRAM, 0, "packet socket");
    }

    /**
     * Sends one. Links that are down or have no neighbours are passed over; a failure is logged, for the address is
     * held all the same and the next announcement may get through.
     */
    void announce(LinkMessage link, InetAddress address) {
        byte[] hardwareAddress = HexFormat.ofDelimiter(":").parseHex(link.hardwareAddress());
        if (!link.up()
                || hardwareAddress.length != BROADCAST.length
                || (link.flags() & (IFF_LOOPBACK | LinkMessage.IFF_NOARP)) != 0) {
            return;
        }
        try {
            if (address instanceof Inet4Address ipv4) {
                GratuitousArp.pack(frame.clear(), hardwareAddress, ipv4);
                socket.send(frame, GratuitousArp.LENGTH, broadcast.putInt(INDEX_OFFSET, link.index()));
            } else if (address instanceof Inet6Address ipv6) {
                NeighbourAdvertisement.pack(frame.clear(), hardwareAddress, ipv6, forwards(link.name()));
                socket.send(frame, NeighbourAdvertisement.LENGTH, allNodes.putInt(INDEX_OFFSET, link.index()));
            }
        } catch (KernelException e) {
            log.warn("announcing {} on {}: {}", IpText.of(address), link.name(), e.getMessage());
        }
    }

    /** Whether this node is a router on the link; the file is in memory and does not block. */
    private static boolean forwards(String linkName) {
        try {
            return !Files.readString(Path.of("/proc/sys/net/ipv6/conf", linkName, "forwarding"))
                    .strip()
                    .equals("0");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
