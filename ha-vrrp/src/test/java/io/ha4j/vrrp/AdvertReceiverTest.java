package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.hex;
import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.ha4j.ChecksumForm;
import io.ha4j.GroupEvent;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvertReceiverTest {
    private static final InetAddress PEER = ip("10.77.0.1");
    private static final InetAddress GROUP = Family.IPV4.group();
    private static final byte[] V2 = hex("21 33 96 01 00 01 3e19 0a4d0064 0000000000000000");
    private static final byte[] V3 = hex("31 33 96 01 0064 42d9 0a4d0064");

    private final Counters counters = new Counters();
    private final List<GroupEvent> events = new ArrayList<>();
    private final FakeLoop loop = new FakeLoop();

    private AdvertReceiver receiver(int version) {
        VirtualRouter router =
                VirtualRouter.on("eth0").id(51).version(version).priority(100).build();
        List<VirtualAddress> addresses = List.of(VirtualAddress.of("10.77.0.100/24"));
        return new AdvertReceiver(router, addresses, counters, new GroupEvents("VI_1", addresses, events::add, loop));
    }

    private static @Nullable Peer receive(AdvertReceiver receiver, byte[] packet) {
        return receiver.receive(ByteBuffer.wrap(packet), PEER, GROUP, 255);
    }

    private Map<String, Long> nonZero() {
        Map<String, Long> counts = new HashMap<>(counters.plus(new Counters()));
        counts.values().removeIf(value -> value == 0);
        return counts;
    }

    @Test
    void acceptsBothVersions() {
        assertThat(receive(receiver(2), V2)).isEqualTo(new Peer(PEER, 2, 150, Duration.ofSeconds(1)));
        assertThat(receive(receiver(3), V3)).isEqualTo(new Peer(PEER, 3, 150, Duration.ofSeconds(1)));
        assertThat(nonZero())
                .containsOnly(
                        entry("rcvdAdvertisements", 2L),
                        entry("rcvdMessageOnlyChecksums", 1L),
                        entry("rcvdPseudoHeaderChecksums", 1L));
        assertThat(events).isEmpty();
    }

    @Test
    void countsPriorityZero() {
        receive(receiver(3), hex("31 33 00 01 0064 d8d9 0a4d0064"));

        assertThat(counters.get(Counter.RCVD_PRI_ZERO_PACKETS)).isEqualTo(1);
        assertThat(counters.get(Counter.RCVD_ADVERTISEMENTS)).isEqualTo(1);
    }

    /** Each packet breaks one rule and, where it can, those that are checked later too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // version of the group | packet | counter | detail
                "3 | 21 33 96 01 0001 3e19 0a4d0064 0000000000000000 | versionErrors           | must be 3, but was 2",
                "2 | 31 33 96 01 0064 42d9 0a4d0064                  | versionErrors           | must be 2, but was 3",
                "3 | 42 33 96 01 0064 42d9 0a4d0064                  | versionErrors           | must be 3, but was 4",
                "3 | 32 33 96 02 0064 42d9 0a4d0064                  | rcvdInvalidTypePackets  | must be 1 (ADVERTISEMENT), but was 2",
                "3 | 31 33 96 02 0064 ffff 0a4d0064                  | packetLengthErrors      | cut off after 12 bytes",
                "2 | 21 33 96 01 0001 3e19 0a4d0064 00000000000000   | packetLengthErrors      | cut off after 19 bytes",
                "3 | 31 33 96 01 0064 42d8 0a4d0064                  | checksumErrors          | in both forms",
                "2 | 21 33 96 01 0302 3b18 0a4d0064 0000000000000000 | invalidAuthType         | in [0, 2], but was 3",
                "2 | 21 33 96 01 0102 3d18 0a4d0064 0000000000000000 | authTypeMismatch        | must be 0 (none), but was 1",
                "2 | 21 33 96 01 0201 3c19 0a4d0064 0000000000000000 | authTypeMismatch        | must be 0 (none), but was 2",
                "2 | 21 33 96 00 0002 48ca          0000000000000000 | advIntervalErrors       | must be 1 s, but was 2000 ms",
                "3 | 31 33 96 01 0000 2e1a 0a4d0064                  | advIntervalErrors       | above 0, but was 0 ms",
                "3 | 31 33 96 00 0064 3868                           | addressListErrors       | no addresses"
            })
    void eachCheckHasItsCounterAndItsReason(int version, String packet, String counter, String detail) {
        assertThat(receive(receiver(version), hex(packet))).isNull();

        assertThat(nonZero()).containsOnly(entry(counter, 1L));
        assertThat(events).singleElement().satisfies(event -> {
            if (event instanceof GroupEvent.AdvertisementRejected rejected) {
                assertThat(rejected.counter()).isEqualTo(counter);
                assertThat(rejected.from()).isEqualTo(PEER);
                assertThat(rejected.detail()).contains(detail);
            } else {
                Mismatch mismatch = ((GroupEvent.MismatchHeard) event).mismatch();
                assertThat(mismatch.kind()).isEqualTo(kind(counter));
                assertThat(mismatch.from()).isEqualTo(PEER);
                assertThat(mismatch.detail()).contains(detail);
            }
        });
    }

    private static Mismatch.Kind kind(String counter) {
        return switch (counter) {
            case "versionErrors" -> Mismatch.Kind.VERSION;
            case "advIntervalErrors" -> Mismatch.Kind.INTERVAL;
            case "invalidAuthType", "authTypeMismatch" -> Mismatch.Kind.AUTHENTICATION;
            default -> throw new AssertionError(counter + " counts no mismatch");
        };
    }

    @Test
    void theHopLimitIsCheckedFirst() {
        AdvertReceiver receiver = receiver(3);

        assertThat(receiver.receive(ByteBuffer.wrap(hex("42")), PEER, GROUP, 254))
                .isNull();
        assertThat(nonZero()).containsOnly(entry("ipTtlErrors", 1L));
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        GroupEvent.AdvertisementRejected.class,
                        it -> assertThat(it.detail()).contains("must be 255, but was 254"));
    }

    @Test
    void aKnownPacketWithAnotherHopLimitSourceOrDestinationIsCheckedAgain() {
        AdvertReceiver receiver = receiver(3);
        receive(receiver, V3);

        assertThat(receiver.receive(ByteBuffer.wrap(V3), PEER, GROUP, 254)).isNull();
        assertThat(receiver.receive(ByteBuffer.wrap(V3), ip("10.77.0.9"), GROUP, 255))
                .isNull();
        assertThat(receiver.receive(ByteBuffer.wrap(V3), PEER, ip("10.77.0.2"), 255))
                .isNull();
        assertThat(nonZero())
                .containsOnly(
                        entry("rcvdAdvertisements", 1L),
                        entry("rcvdPseudoHeaderChecksums", 1L),
                        entry("ipTtlErrors", 1L),
                        entry("checksumErrors", 2L));
    }

    @Test
    void truncatedAtAnyByteItIsCountedAndNoPeer() {
        for (int version = 2; version <= 3; version++) {
            byte[] whole = version == 2 ? V2 : V3;
            AdvertReceiver receiver = receiver(version);
            for (int length = 0; length < whole.length; length++) {
                long before = counters.get(Counter.PACKET_LENGTH_ERRORS);
                assertThat(receiver.receive(ByteBuffer.wrap(whole, 0, length), PEER, GROUP, 255))
                        .isNull();
                assertThat(counters.get(Counter.PACKET_LENGTH_ERRORS)).isEqualTo(before + 1);
            }
        }
        assertThat(nonZero()).containsOnlyKeys("packetLengthErrors");
    }

    @Test
    void anAddressListThatDiffersIsCountedEachTimeReportedOnceAndAccepted() {
        AdvertReceiver receiver = receiver(3);
        byte[] other = hex("31 33 96 01 0064 42d8 0a4d0065"); // 10.77.0.101

        for (int i = 0; i < 3; i++) {
            assertThat(receive(receiver, other)).isNotNull();
        }
        assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(3);
        assertThat(counters.get(Counter.RCVD_ADVERTISEMENTS)).isEqualTo(3);
        assertThat(events).singleElement().isInstanceOfSatisfying(GroupEvent.MismatchHeard.class, it -> {
            assertThat(it.mismatch().kind()).isEqualTo(Mismatch.Kind.ADDRESS_LIST);
            assertThat(it.mismatch().detail()).isEqualTo("it advertises [10.77.0.101], this node has [10.77.0.100]");
        });
    }

    @Test
    void anotherIntervalOfVersion3IsFollowedAndTold() {
        AdvertReceiver receiver = receiver(3);
        byte[] other = hex("31 33 96 01 00c8 4275 0a4d0064"); // 2 s

        Peer peer = receive(receiver, other);

        assertThat(peer).isNotNull();
        assertThat(peer.advertisementInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(counters.get(Counter.ADV_INTERVAL_ERRORS)).isEqualTo(1);
        assertThat(mismatches())
                .singleElement()
                .hasToString("interval of 10.77.0.1: it advertises every 2000 ms, this node every 1000 ms");
    }

    @Test
    void theOtherFormOfTheChecksumIsToldOnceForEachPeer() {
        AdvertReceiver receiver = receiver(3);
        ByteBuffer other = VrrpCodec.encode(
                new Advertisement(
                        3, 51, 150, 0, Duration.ofSeconds(1), List.of(ip("10.77.0.100")), ChecksumForm.MESSAGE_ONLY),
                PEER,
                GROUP);
        for (int i = 0; i < 10_000; i++) {
            assertThat(receiver.receive(other.rewind(), PEER, GROUP, 255)).isNotNull();
            loop.nowNs += Duration.ofSeconds(1).toNanos();
        }
        receiver.receive(other.rewind(), ip("10.77.0.2"), GROUP, 255);

        assertThat(mismatches())
                .extracting(Mismatch::toString)
                .containsExactly(
                        "checksum form of 10.77.0.1: its checksum is over the message only, that of this node with"
                                + " pseudo-header",
                        "checksum form of 10.77.0.2: its checksum is over the message only, that of this node with"
                                + " pseudo-header");
    }

    @Test
    void aSecondOwnerIsTold() {
        List<VirtualAddress> addresses = List.of(VirtualAddress.of("10.77.0.100/24"));
        AdvertReceiver receiver = new AdvertReceiver(
                VirtualRouter.on("eth0").id(51).priority(255).build(),
                addresses,
                counters,
                new GroupEvents("VI_1", addresses, events::add, loop));
        receiver.receive(ByteBuffer.wrap(V3), PEER, GROUP, 255);
        assertThat(events).isEmpty();

        receiver.receive(
                VrrpCodec.encode(
                        new Advertisement(
                                3,
                                51,
                                255,
                                0,
                                Duration.ofSeconds(1),
                                List.of(ip("10.77.0.100")),
                                ChecksumForm.PSEUDO_HEADER),
                        PEER,
                        GROUP),
                PEER,
                GROUP,
                255);

        assertThat(counters.get(Counter.DUPLICATE_OWNERS)).isEqualTo(1);
        assertThat(mismatches()).extracting(Mismatch::kind).containsExactly(Mismatch.Kind.DUPLICATE_OWNER);
    }

    private List<Mismatch> mismatches() {
        return events.stream()
                .map(event -> ((GroupEvent.MismatchHeard) event).mismatch())
                .toList();
    }

    @Test
    void eventsAreLimitedAndCountersExact() {
        AdvertReceiver receiver = receiver(3);
        for (int i = 0; i < 1000; i++) {
            receive(receiver, V2);
            receiver.receive(ByteBuffer.wrap(V3), PEER, GROUP, 64);
            loop.nowNs += Duration.ofMillis(1900).toNanos(); // 1900 s in all
        }
        assertThat(counters.get(Counter.VERSION_ERRORS)).isEqualTo(1000);
        assertThat(counters.get(Counter.IP_TTL_ERRORS)).isEqualTo(1000);
        assertThat(events)
                .filteredOn(GroupEvent.MismatchHeard.class::isInstance)
                .as("one in ten minutes")
                .hasSize(4);
        assertThat(events)
                .filteredOn(GroupEvent.AdvertisementRejected.class::isInstance)
                .as("one in 30 s")
                .hasSize(63);
    }

    @Test
    void theOrderOfTheAddressesDoesNotMatter() {
        VirtualRouter router = VirtualRouter.on("eth0").id(51).priority(100).build();
        List<VirtualAddress> addresses = List.of(VirtualAddress.of("10.77.0.100"), VirtualAddress.of("10.77.0.101"));
        AdvertReceiver receiver =
                new AdvertReceiver(router, addresses, counters, new GroupEvents("VI_1", addresses, events::add, loop));

        for (int i = 0; i < 2; i++) { // the second time it is known
            receive(receiver, packed(150, "10.77.0.101", "10.77.0.100"));
            assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(i);
            receive(receiver, packed(150, "10.77.0.101", "10.77.0.102"));
            assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(i + 1);
        }
        receive(receiver, packed(150, "10.77.0.100"));
        assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(3);
        receive(receiver, packed(150, "10.77.0.100", "10.77.0.101"));
        assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(3);
    }

    private static byte[] packed(int priority, String... addresses) {
        ByteBuffer packet = VrrpCodec.encode(
                new Advertisement(
                        3,
                        51,
                        priority,
                        0,
                        Duration.ofSeconds(1),
                        Arrays.stream(addresses).map(Bytes::ip).toList(),
                        ChecksumForm.PSEUDO_HEADER),
                PEER,
                GROUP);
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    /** Each packet is another one than that before it: other priorities, another list of addresses, a broken one. */
    @Test
    void noPacketAllocatesAnything() {
        AdvertReceiver receiver = receiver(3);
        ByteBuffer broken = ByteBuffer.wrap(V2);
        List<ByteBuffer> packets = List.of(
                ByteBuffer.wrap(V3),
                ByteBuffer.wrap(packed(0, "10.77.0.100")),
                ByteBuffer.wrap(packed(151, "10.77.0.100")),
                ByteBuffer.wrap(packed(152, "10.77.0.99", "10.77.0.100")),
                broken);
        int rounds = 20_000;

        allocated(receiver, packets, rounds); // compiles it
        long allocated = allocated(receiver, packets, rounds);

        assertThat(allocated)
                .as("bytes for %d packets", packets.size() * rounds)
                .isLessThan(rounds); // so: none
        assertThat(counters.get(Counter.RCVD_ADVERTISEMENTS)).isEqualTo(2L * 4 * rounds);
        assertThat(counters.get(Counter.VERSION_ERRORS)).isEqualTo(2L * rounds);
    }

    private static long allocated(AdvertReceiver receiver, List<ByteBuffer> packets, int rounds) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < rounds; i++) {
            for (int j = 0; j < packets.size(); j++) {
                receiver.receive(packets.get(j), PEER, GROUP, 255);
            }
        }
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
