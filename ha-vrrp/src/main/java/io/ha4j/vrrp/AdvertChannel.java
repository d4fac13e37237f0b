package io.ha4j.vrrp;

import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * One raw socket, shared by all virtual routers of a link that advertise from the same address
 * with the same hop limit. {@link Segment} opens,
 * counts the users of, and closes it.
 */
final class AdvertChannel {
    private final Link link;
    private final InetAddress source;
    private final int hopLimit;
    private PacketChannel packets;

    int users;

    AdvertChannel(Link link, InetAddress source, int hopLimit, PacketChannel packets) {
        this.link = link;
        this.source = source;
        this.hopLimit = hopLimit;
        this.packets = packets;
    }

    InetAddress source() {
        return source;
    }

    int hopLimit() {
        return hopLimit;
    }

    boolean is(InetAddress source, int hopLimit) {
        return this.hopLimit == hopLimit && this.source.equals(source);
    }

    /** Whether it still serves this state of the link: an interface that was deleted and made anew has a new index. */
    boolean fits(Link now, InetAddress source) {
        return link.index() == now.index() && this.source.equals(source);
    }

    /** Sends the remaining bytes; @throws io.ha4j.HaException if the kernel refuses. */
    void send(ByteBuffer packet, InetAddress destination) {
        packets.send(packet, destination);
    }

    /** As the other one, to the group and together with what others send now. */
    void send(ByteBuffer packet, PacketChannel.Outcome outcome) {
        packets.send(packet, outcome);
    }

    /** As the other one, to the group and from this hardware address. */
    void send(ByteBuffer packet, byte[] hardwareAddress) {
        packets.send(packet, hardwareAddress);
    }

    /** Goes on with another socket of the same kind. */
    void replace(PacketChannel next) {
        packets.close();
        packets = next;
    }

    void close() {
        packets.close();
    }
}
