package io.ha4j.linux;

import static io.ha4j.linux.PacketRecorder.VRRP;
import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.linux.PacketRecorder.Packet;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Against the running kernel, from one namespace to the other; tcpdump is the judge. */
class RawPacketsTest {
    private static final InetAddress GROUP = TestLan.address("224.0.0.18");
    private static final HexFormat HEX = HexFormat.of();

    private final PacketRecorder packets = new PacketRecorder("224.0.0.18");

    @TempDir
    Path directory;

    @RegisterExtension
    final TestLan lan = new TestLan("tcpdump");

    private Host hostA;
    private Host hostB;

    @BeforeEach
    void open() {
        hostA = lan.host(lan.a);
        hostB = lan.host(lan.b);
    }

    @Test
    void multicastArrivesWithSourceDestinationAndTtl() throws InterruptedException {
        packets.open(hostB, "10.77.0.2", 255);
        PacketChannel sender = packets.open(hostA, "10.77.0.1", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(HEX.parseHex("00213396010001", 2, 14))));

        Packet packet = packets.next();
        assertThat(packet).isEqualTo(new Packet("213396010001", TestLan.address("10.77.0.1"), GROUP, 255));
        assertThat(packets.isEmpty()).as("no loop back to the sender").isTrue();
    }

    @Test
    void aTtlOtherThan255IsHandedOver() throws InterruptedException {
        packets.open(hostB, "10.77.0.2", 255);
        PacketChannel sender = packets.open(hostA, "10.77.0.1", 7);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1})));

        assertThat(packets.next()).extracting(Packet::hopLimit).isEqualTo(7);
    }

    @Test
    void theSourceIsTheOneAskedFor() throws InterruptedException {
        String unused = ip(lan.a, "addr", "add", "10.77.0.9/24", "dev", "eth0");
        packets.open(hostB, "10.77.0.2", 255);
        PacketChannel sender = packets.open(hostA, "10.77.0.9", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1})));

        assertThat(packets.next()).extracting(Packet::source).isEqualTo(TestLan.address("10.77.0.9"));
    }

    @Test
    void unicastArrivesFromTheSourceAskedForWithItsTtl() throws InterruptedException {
        String unused = ip(lan.a, "addr", "add", "10.77.0.9/24", "dev", "eth0");
        packets.open(hostB, "10.77.0.2", 255);
        PacketChannel sender = packets.open(hostA, "10.77.0.9", 64);
        InetAddress peer = TestLan.address("10.77.0.2");

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1}), peer));

        assertThat(packets.next()).isEqualTo(new Packet("01", TestLan.address("10.77.0.9"), peer, 64));
        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {2}), GROUP));
        assertThat(packets.next()).isEqualTo(new Packet("02", TestLan.address("10.77.0.9"), GROUP, 64));
    }

    @Test
    void thePaddingOfTheLinkIsNotPayload() throws InterruptedException {
        packets.open(hostB, "10.77.0.2", 255);
        // 21 bytes of IP packet in a frame that is padded to 60, as a real card does it.
        String ip = "45c0001500010000ff70" + "d057" + "0a4d0001" + "e0000012" + "aa";
        byte[] frame = HEX.parseHex(ip + "ee".repeat(46 - 21));
        on(hostA, () -> {
            try (KernelSocket socket = KernelSocket.open(
                    new JnaSyscalls(), SocketAddresses.AF_PACKET, KernelSocket.SOCK_DGRAM, 0, "test")) {
                byte[] groupMac = HEX.parseHex("01005e000012");
                socket.send(
                        ByteBuffer.allocateDirect(frame.length).put(frame),
                        frame.length,
                        SocketAddresses.packet(0x0800, hostA.link("eth0").index(), groupMac));
            }
        });

        assertThat(packets.next()).isEqualTo(new Packet("aa", TestLan.address("10.77.0.1"), GROUP, 255));
    }

    @Test
    void nothingOfAnotherInterfaceArrives() throws InterruptedException {
        String unused = ip(lan.a, "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", lan.b);
        for (String namespace : List.of(lan.a, lan.b)) {
            String address = namespace.equals(lan.a) ? "10.78.0.1/24" : "10.78.0.2/24";
            String unused1 = ip(namespace, "addr", "add", address, "dev", "eth1");
            String unused2 = ip(namespace, "link", "set", "eth1", "up");
        }
        packets.open(hostB, "10.77.0.2", 255);
        PacketChannel wrong = on(
                hostA,
                () -> hostA.openPackets(
                        new PacketChannel.Spec(hostA.link("eth1"), VRRP, TestLan.address("10.78.0.1"), GROUP, 255),
                        (payload, from, to, ttl) -> {}));
        // Somebody else in B has joined the group on eth1, so the kernel does take the packet in.
        on(
                hostB,
                () -> hostB.openPackets(
                        new PacketChannel.Spec(hostB.link("eth1"), 113, TestLan.address("10.78.0.2"), GROUP, 255),
                        (payload, from, to, ttl) -> {}));
        PacketChannel right = packets.open(hostA, "10.77.0.1", 255);

        on(hostA, () -> wrong.send(ByteBuffer.wrap(new byte[] {1})));
        on(hostA, () -> right.send(ByteBuffer.wrap(new byte[] {2})));

        assertThat(packets.next()).extracting(Packet::payload).isEqualTo("02");
    }

    @Test
    void aFailureNamesCallSocketAndErrno() {
        Link gone = new Link("eth7", 77, true, "", List.of());
        assertThatThrownBy(() -> on(
                        hostA,
                        () -> hostA.openPackets(
                                new PacketChannel.Spec(gone, VRRP, TestLan.address("10.77.0.1"), GROUP, 255),
                                (payload, from, to, ttl) -> {})))
                .isInstanceOf(HaException.class)
                .hasMessage("setsockopt SO_BINDTODEVICE(raw 112 on eth7): ENODEV (No such device)");

        PacketChannel channel = packets.open(hostA, "10.77.0.1", 255);
        String unused = ip(lan.a, "link", "set", "eth0", "down");
        assertThatThrownBy(() -> on(hostA, () -> channel.send(ByteBuffer.wrap(new byte[] {1}))))
                .isInstanceOf(HaException.class)
                .hasMessageMatching("sendto\\(raw 112 on eth0\\): (ENETUNREACH|ENETDOWN|ENODEV) .*");

        String unused2 = ip(lan.a, "link", "set", "eth0", "up");
        packets.open(hostB, "10.77.0.2", 255);
        await(
                () -> {
                    try {
                        on(hostA, () -> channel.send(ByteBuffer.wrap(new byte[] {1})));
                        return !packets.isEmpty();
                    } catch (HaException e) {
                        return false; // the carrier is not there yet
                    }
                },
                "the channel to work again");
    }

    @Test
    void advertisementsAreMarkedAsControlTraffic() throws Exception {
        tcpdump("1", "-v", "ip proto 112");
        PacketChannel sender = packets.open(hostA, "10.77.0.1", 255);

        on(hostA, () -> sender.send(ByteBuffer.wrap(new byte[] {1})));

        await(() -> read("out.txt").contains("224.0.0.18"), "the packet");
        assertThat(read("out.txt"))
                .containsPattern("ethertype IPv4 .*tos 0xc0, ttl 255, .*proto VRRP \\(112\\), length 21")
                .contains("> 01:00:5e:00:00:12,");
    }

    @Test
    void takingAnnouncesFiveTimesAndFiveTimesLaterUnlessReleased() throws Exception {
        Process tcpdump = tcpdump("15", "-x", "arp and (src 10.77.0.100 or src 10.77.0.101)");
        String mac = on(hostA, () -> hostA.link("eth0")).hardwareAddress();
        AddressOwner released = owner("10.77.0.101");
        AddressOwner kept = owner("10.77.0.100");

        on(hostA, () -> {
            released.take(); // first, so that its second round would be seen before the other's
            released.release();
            kept.take();
        });

        assertThat(tcpdump.waitFor(12, TimeUnit.SECONDS)).as("15 frames").isTrue();
        String output = read("out.txt");
        assertThat(output.split("who-has 10.77.0.100 ", -1)).hasSize(1 + 10);
        assertThat(output.split("who-has 10.77.0.101 ", -1)).hasSize(1 + 5);
        String frame = "0001" + "0800" + "0604" + "0001" + mac.replace(":", "") + "0a4d0064ffffffffffff0a4d0064";
        assertThat(output).contains(mac + " > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42:");
        assertThat(output.replaceAll("(?m)^\\s*0x[0-9a-f]+:|\\s", "")).contains(frame);
    }

    private AddressOwner owner(String address) {
        return on(
                hostA,
                () -> hostA.addressOwner(new AddressOwner.Spec(
                        "VI_1", "eth0", List.of(VirtualAddress.of(address)), Duration.ofSeconds(60))));
    }

    /** Captures in B to out.txt. */
    private Process tcpdump(String count, String option, String filter) throws IOException {
        Process tcpdump = new ProcessBuilder(
                        "ip", "netns", "exec", lan.b, "tcpdump", "-c", count, "-lnei", "eth0", option, filter)
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
        lan.closeAtEnd(tcpdump::destroy);
        await(() -> read("err.txt").contains("listening on"), "tcpdump");
        return tcpdump;
    }

    @Test
    void aNeighbourLearnsTheNewOwner() {
        String unused =
                ip(lan.b, "neigh", "add", "10.77.0.100", "lladdr", "02:00:00:00:00:01", "nud", "stale", "dev", "eth0");
        Link link = on(hostA, () -> hostA.link("eth0"));
        AddressOwner owner = owner("10.77.0.100");

        on(hostA, owner::take);

        await(() -> ip(lan.b, "neigh", "show", "10.77.0.100").contains(link.hardwareAddress()), "the neighbour");
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
