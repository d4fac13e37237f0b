package io.ha4j.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's address structures, as direct buffers of exactly their length. */
final class SocketAddresses {
    static final int AF_UNSPEC = 0; // linux/socket.h
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;

    private SocketAddresses() {}

    /** {@code struct sockaddr_in} (linux/in.h), port 0. */
    static ByteBuffer inet(InetAddress address) {
        return allocate(16).putShort((short) AF_INET).putShort((short) 0).put(address.getAddress());
    }

    /** {@code struct sockaddr_in6} (linux/in6.h), port 0; the link is that of link-local and multicast addresses. */
    static ByteBuffer inet6(InetAddress address, int linkIndex) {
        return allocate(28)
                .putShort((short) AF_INET6)
                .putShort((short) 0)
                .putInt(0) // flow label
                .put(address.getAddress())
                .putInt(linkIndex);
    }

    /** The structure of this family, with a port. */
    static ByteBuffer inet(InetAddress address, int port, int linkIndex) {
        ByteBuffer structure = address instanceof Inet4Address ? inet(address) : inet6(address, linkIndex);
        return structure.put(2, (byte) (port >>> 8)).put(3, (byte) port);
    }

    /** The address in a {@code struct sockaddr_in} or {@code sockaddr_in6}. */
    static InetAddress address(ByteBuffer structure) {
        boolean ipv6 = structure.getShort(0) == AF_INET6;
        byte[] octets = new byte[ipv6 ? 16 : 4];
        structure.get(ipv6 ? 8 : 4, octets);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are an address", e);
        }
    }

    /** {@code struct sockaddr_nl} (linux/netlink.h); the kernel chooses the port id. */
    static ByteBuffer netlink(int groups) {
        return allocate(12)
                .putShort((short) AF_NETLINK)
                .putShort((short) 0)
                .putInt(0)
                .putInt(groups);
    }

    /** {@code struct sockaddr_ll} (linux/if_packet.h). */
    static ByteBuffer packet(int ethertype, int linkIndex, byte[] hardwareAddress) {
        ByteBuffer address = allocate(20).putShort((short) AF_PACKET);
        address.order(ByteOrder.BIG_ENDIAN).putShort((short) ethertype).order(ByteOrder.nativeOrder());
        return address.putInt(linkIndex)
                .putShort((short) 0) // hatype and pkttype: of received packets only
                .put((byte) 0)
                .put((byte) hardwareAddress.length)
                .put(hardwareAddress);
    }

    /** {@code struct ip_mreqn} (linux/in.h). */
    static ByteBuffer multicastRequest(byte[] group, byte[] source, int linkIndex) {
        return allocate(12).put(group).put(source).putInt(linkIndex);
    }

    /** {@code struct ipv6_mreq} (linux/in6.h). */
    static ByteBuffer multicastRequest6(byte[] group, int linkIndex) {
        return allocate(20).put(group).putInt(linkIndex);
    }

    private static ByteBuffer allocate(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }
}
