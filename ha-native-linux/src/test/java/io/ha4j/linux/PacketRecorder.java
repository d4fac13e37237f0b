package io.ha4j.linux;

import static io.ha4j.linux.TestLan.on;
import static java.util.Objects.requireNonNull;

import io.ha4j.spi.Host;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Opens channels for VRRP's packets to one group, and keeps what arrives at any of them. */
final class PacketRecorder {
    static final int VRRP = 112;

    private final InetAddress group;
    private final BlockingQueue<Packet> arrived = new LinkedBlockingQueue<>();

    /** @param payload in hexadecimal */
    record Packet(String payload, InetAddress source, InetAddress destination, int hopLimit) {}

    PacketRecorder(String group) {
        this.group = TestLan.address(group);
    }

    PacketChannel open(Host host, String source, int hopLimit) {
        return on(
                host,
                () -> host.openPackets(
                        new PacketChannel.Spec(host.link("eth0"), VRRP, TestLan.address(source), group, hopLimit),
                        (payload, from, to, hops) -> {
                            byte[] bytes = new byte[payload.remaining()];
                            payload.get(bytes);
                            arrived.add(new Packet(HexFormat.of().formatHex(bytes), from, to, hops));
                        }));
    }

    /** The next one that arrives. */
    Packet next() throws InterruptedException {
        return requireNonNull(arrived.poll(10, TimeUnit.SECONDS), "no packet for 10 s");
    }

    boolean isEmpty() {
        return arrived.isEmpty();
    }
}
