package io.ha4j.linux;

import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Raw IPv4. The socket is bound to no address, because a bound one receives what is sent to that address only, and so
 * no multicast; the source of what it sends comes from IP_MULTICAST_IF.
 */
final class RawIpv4 implements RawIp {
    private static final int IPPROTO_IP = 0; // linux/in.h
    private static final int IP_TOS = 1;
    private static final int IP_TTL = 2;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_MULTICAST_ALL = 49;

    private final Ipv4Packet packet = new Ipv4Packet(RawChannel.CAPACITY);
    private final Inet4Cache addresses = new Inet4Cache();

    @Override
    public int domain() {
        return SocketAddresses.AF_INET;
    }

    @Override
    public ByteBuffer socketAddress(InetAddress address) {
        return SocketAddresses.inet(address);
    }

    @Override
    public void configure(KernelSocket socket, PacketChannel.Spec spec) {
        socket.option(IPPROTO_IP, IP_TOS, RawChannel.CONTROL_TRAFFIC, "IP_TOS");
        socket.option(IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL"); // no groups of other sockets
        socket.option(IPPROTO_IP, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
        socket.option(IPPROTO_IP, IP_MULTICAST_TTL, spec.hopLimit(), "IP_MULTICAST_TTL");
        byte[] group = spec.group().getAddress();
        int index = spec.link().index();
        socket.option(
                IPPROTO_IP,
                IP_MULTICAST_IF,
                SocketAddresses.multicastRequest(group, spec.source().getAddress(), index),
                "IP_MULTICAST_IF");
        socket.option(
                IPPROTO_IP,
                IP_ADD_MEMBERSHIP,
                SocketAddresses.multicastRequest(group, new byte[4], index),
                "IP_ADD_MEMBERSHIP");
    }

    /** IP_MULTICAST_IF says nothing about unicast, so this one is bound to the source; what it receives is never read. */
    @Override
    public KernelSocket unicastSocket(
            KernelSocket socket, LinuxSyscalls syscalls, PacketChannel.Spec spec, String name) {
        KernelSocket sender =
                KernelSocket.open(syscalls, domain(), KernelSocket.SOCK_RAW, spec.protocol(), name + ", unicast");
        try {
            RawChannel.bindToLink(sender, spec.link());
            sender.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_RCVBUF, 0, "SO_RCVBUF"); // the smallest there is
            sender.option(IPPROTO_IP, IP_TOS, RawChannel.CONTROL_TRAFFIC, "IP_TOS");
            sender.option(IPPROTO_IP, IP_TTL, spec.hopLimit(), "IP_TTL");
            sender.bind(socketAddress(spec.source()));
            return sender;
        } catch (RuntimeException e) {
            sender.close();
            throw e;
        }
    }

    @Override
    public int receive(KernelSocket socket) {
        return socket.receive(packet.bytes());
    }

    @Override
    public boolean deliver(int received, PacketChannel.Receiver receiver) {
        if (!packet.parse(received)) {
            return false;
        }
        receiver.received(
                packet.payload(),
                addresses.get(packet.source()),
                addresses.get(packet.destination()),
                packet.timeToLive());
        return true;
    }
}
