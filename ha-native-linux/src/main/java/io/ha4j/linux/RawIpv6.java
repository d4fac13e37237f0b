package io.ha4j.linux;

import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Raw IPv6 (RFC 3542, ipv6(7)). The kernel keeps the IP header to itself; hop limit and destination come as control
 * messages. The socket is bound to its source, which chooses among several link-local addresses; unlike over IPv4, a
 * bound one still receives multicast (raw_v6_match in net/ipv6/raw.c).
 *
 * <p>IPV6_MINHOPCOUNT stays unset: what comes from afar is to be counted.
 */
final class RawIpv6 implements RawIp {
    private static final int IPPROTO_IPV6 = 41; // linux/in6.h
    private static final int IPV6_CHECKSUM = 7;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_ADD_MEMBERSHIP = 20;
    private static final int IPV6_MULTICAST_ALL = 29;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_TCLASS = 67;

    private final int linkIndex;
    private final Ipv6Message message;
    private final Inet6Cache addresses;

    RawIpv6(LinuxSyscalls syscalls, int linkIndex) {
        this.linkIndex = linkIndex;
        message = new Ipv6Message(syscalls, RawChannel.CAPACITY);
        addresses = new Inet6Cache(linkIndex);
    }

    @Override
    public int domain() {
        return SocketAddresses.AF_INET6;
    }

    @Override
    public ByteBuffer socketAddress(InetAddress address) {
        return SocketAddresses.inet6(address, linkIndex);
    }

    @Override
    public void configure(KernelSocket socket, PacketChannel.Spec spec) {
        socket.option(IPPROTO_IPV6, IPV6_CHECKSUM, -1, "IPV6_CHECKSUM"); // the checksum is VRRP's own business
        socket.option(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
        socket.option(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
        socket.option(IPPROTO_IPV6, IPV6_TCLASS, RawChannel.CONTROL_TRAFFIC, "IPV6_TCLASS");
        socket.option(IPPROTO_IPV6, IPV6_UNICAST_HOPS, spec.hopLimit(), "IPV6_UNICAST_HOPS");
        socket.option(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "IPV6_MULTICAST_ALL"); // no groups of other sockets
        socket.option(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP");
        socket.option(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, spec.hopLimit(), "IPV6_MULTICAST_HOPS");
        socket.option(IPPROTO_IPV6, IPV6_MULTICAST_IF, linkIndex, "IPV6_MULTICAST_IF");
        socket.option(
                IPPROTO_IPV6,
                IPV6_ADD_MEMBERSHIP,
                SocketAddresses.multicastRequest6(spec.group().getAddress(), linkIndex),
                "IPV6_ADD_MEMBERSHIP");
        socket.bind(socketAddress(spec.source()));
    }

    @Override
    public KernelSocket unicastSocket(
            KernelSocket socket, LinuxSyscalls syscalls, PacketChannel.Spec spec, String name) {
        return socket;
    }

    @Override
    public int receive(KernelSocket socket) {
        return socket.receive(message);
    }

    @Override
    public boolean deliver(int received, PacketChannel.Receiver receiver) {
        if (!message.parse(received)) {
            return false;
        }
        receiver.received(
                message.payload(),
                addresses.get(message.sourceHigh(), message.sourceLow()),
                addresses.get(message.destinationHigh(), message.destinationLow()),
                message.hopLimit());
        return true;
    }
}
