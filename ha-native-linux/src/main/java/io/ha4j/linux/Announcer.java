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

    /** What became of an announcement. */
    enum Outcome {
        SENT,
        /** A queue is full for the moment. */
        LATER,
        /** It cannot be sent; the log has it. */
        FAILED
    }

    Announcer(LinuxSyscalls syscalls) {
        // Protocol 0 receives nothing; the kernel writes the Ethernet header.
        socket = KernelSocket.open(syscalls, SocketAddresses.AF_PACKET, KernelSocket.SOCK_DGRAM, 0, "packet socket");
    }

    /** Whether there is anybody to tell on this link: it is up and has neighbours. */
    static boolean hasNeighbours(LinkMessage link) {
        return link.up()
                && hardwareAddress(link).length == BROADCAST.length
                && (link.flags() & (IFF_LOOPBACK | LinkMessage.IFF_NOARP)) == 0;
    }

    static byte[] hardwareAddress(LinkMessage link) {
        return HexFormat.ofDelimiter(":").parseHex(link.hardwareAddress());
    }

    /**
     * Sends one.
     *
     * @param router whether this node forwards on the link; see {@link #forwards}
     */
    Outcome announce(LinkMessage link, InetAddress address, boolean router) {
        byte[] hardwareAddress = hardwareAddress(link);
        try {
            if (address instanceof Inet4Address ipv4) {
                GratuitousArp.pack(frame.clear(), hardwareAddress, ipv4);
                socket.send(frame, GratuitousArp.LENGTH, broadcast.putInt(INDEX_OFFSET, link.index()));
            } else if (address instanceof Inet6Address ipv6) {
                NeighbourAdvertisement.pack(frame.clear(), hardwareAddress, ipv6, router);
                socket.send(frame, NeighbourAdvertisement.LENGTH, allNodes.putInt(INDEX_OFFSET, link.index()));
            }
            return Outcome.SENT;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOBUFS || e.errno() == Errno.EAGAIN) {
                return Outcome.LATER;
            }
            // The address is held all the same, and the next announcement may get through.
            log.warn("announcing {} on {}: {}", IpText.of(address), link.name(), e.getMessage());
            return Outcome.FAILED;
        }
    }

    /** Whether this node is a router on the link; the file is in memory and does not block. */
    static boolean forwards(String linkName) {
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
