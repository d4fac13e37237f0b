package io.ha4j.linux;

import static io.ha4j.linux.PacketRecorder.VRRP;
import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.ha4j.HaException;
import io.ha4j.linux.PacketRecorder.Packet;
import io.ha4j.spi.Host;
import io.ha4j.spi.PacketChannel;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Raw IPv6 against the running kernel, from one namespace to the other. */
class RawIpv6Test {
    private static final InetAddress GROUP = TestLan.address("ff02::12");
    private static final HexFormat HEX = HexFormat.of();

    private final PacketRecorder packets = new PacketRecorder("ff02::12");

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host hostA;
    private Host hostB;

    @BeforeEach
    void open() {
        for (String namespace : new String[] {lan.a, lan.b}) {
            String unused = ip(namespace, "addr", "flush", "dev", "eth0", "scope", "link");
            String own = namespace.equals(lan.a) ? "fe80::a/64" : "fe80::b/64";
            String unused2 = ip(namespace, "addr", "add", own, "dev", "eth0", "nodad");
        }
        hostA = lan.host(lan.a);
        hostB = lan.host(lan.b);
    }

    @Test
    void multicastArrivesWithSourceDestinationAndHopLimit() throws InterruptedException {
        packets.open(hostB, "fe80::b", 255);
        PacketChannel sender = packets.open(hostA, "fe80::a", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(HEX.parseHex("3133960200640000"))));

        Packet packet = packets.next();
        assertThat(packet).isEqualTo(new Packet("3133960200640000", TestLan.address("fe80::a"), GROUP, 255));
        assertThat(packets.isEmpty()).as("no loop back to the sender").isTrue();
    }

    @Test
    void aHopLimitOtherThan255IsHandedOver() throws InterruptedException {
        packets.open(hostB, "fe80::b", 255);
        PacketChannel sender = packets.open(hostA, "fe80::a", 7);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1})));

        assertThat(packets.next()).extracting(Packet::hopLimit).isEqualTo(7);
    }

    @Test
    void theSourceIsTheOneAskedForAlsoBesideOtherLinkLocalAddresses() throws InterruptedException {
        String unused = ip(lan.a, "addr", "add", "fe80::1/64", "dev", "eth0", "nodad");
        String unused2 = ip(lan.a, "addr", "add", "fe80::f/64", "dev", "eth0", "nodad");
        packets.open(hostB, "fe80::b", 255);
        PacketChannel sender = packets.open(hostA, "fe80::1", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1})));

        assertThat(packets.next()).extracting(Packet::source).isEqualTo(TestLan.address("fe80::1"));
    }

    @Test
    void unicastArrives() throws InterruptedException {
        packets.open(hostB, "fe80::b", 255);
        PacketChannel sender = packets.open(hostA, "fe80::a", 64);
        InetAddress peer = TestLan.address("fe80::b");

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1}), peer));

        assertThat(packets.next()).isEqualTo(new Packet("01", TestLan.address("fe80::a"), peer, 64));
    }

    @Test
    void theLargestPacketArrives() throws InterruptedException {
        packets.open(hostB, "fe80::b", 255);
        PacketChannel sender = packets.open(hostA, "fe80::a", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[8 + 255 * 16]))); // in fragments

        assertThat(packets.next())
                .extracting(packet -> packet.payload().length())
                .isEqualTo(2 * (8 + 255 * 16));
    }

    @Test
    void anAddressThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> packets.open(hostA, "fe80::77", 255))
                .isInstanceOf(HaException.class)
                .hasMessage("bind(raw 112 on eth0): EADDRNOTAVAIL (Cannot assign requested address)");
    }

    @Test
    void aTentativeAddressIsNotShown() {
        String unused = ip(lan.a, "addr", "add", "fe80::d/64", "dev", "eth0"); // with duplicate address detection

        assertThat(on(hostA, () -> hostA.link("eth0")).addresses()).doesNotContain(TestLan.address("fe80::d"));

        await(
                () -> on(hostA, () -> hostA.link("eth0")).addresses().contains(TestLan.address("fe80::d")),
                "the end of the detection");
    }

    @Test
    void aPacketAllocatesNothing() {
        AtomicLong received = new AtomicLong();
        on(hostB, () -> {
            PacketChannel unused = hostB.openPackets(
                    new PacketChannel.Spec(hostB.link("eth0"), VRRP, TestLan.address("fe80::b"), GROUP, 255),
                    (payload, from, to, hops) -> received.incrementAndGet());
        });
        PacketChannel sender = packets.open(hostA, "fe80::a", 255);
        ByteBuffer packet = ByteBuffer.allocateDirect(40);
        int round = 50; // fewer than a socket queues

        double least = Double.MAX_VALUE;
        for (int i = 0; i < 60; i++) {
            long before = on(hostB, RawIpv6Test::allocated);
            long expected = received.get() + round;
            on(hostA, () -> {
                for (int sent = 0; sent < round; sent++) {
                    sender.send(packet.rewind());
                }
            });
            await(() -> received.get() >= expected, "the packets");
            least = Math.min(least, (on(hostB, RawIpv6Test::allocated) - before) / (double) round);
        }

        // What is left is the loop's and the test's own, once per wake-up.
        System.out.printf("receiving over IPv6: %.1f bytes a packet%n", least);
        assertThat(least).isLessThan(64);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
