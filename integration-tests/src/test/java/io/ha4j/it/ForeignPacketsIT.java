package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed and foreign packets on the wire never change a state and are counted; those of real peers are understood. */
class ForeignPacketsIT {
    private static final int TTL = 255;

    /** A packet that wins the election, but for one mistake. */
    private static final class Wrong {
        private final String counter;
        private final byte[] payload;
        private final int ttl;

        Wrong(String counter, byte[] payload, int ttl) {
            this.counter = counter;
            this.payload = payload;
            this.ttl = ttl;
        }

        Wrong(String counter, Advert advert) {
            this(counter, advert.bytes(), TTL);
        }
    }

    @RegisterExtension
    final Testbed bed = new Testbed("socat", "curl");

    private Router router;
    private VrrpSender peer;

    @BeforeEach
    void segment() {
        router = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.3/24"));
        peer = new VrrpSender(bed, bed.host("peer", "10.77.0.1/24"));
    }

    @Test
    void wrongPacketsOfVersion3AreCountedAndChangeNothing() {
        Advert right = Advert.strongest(3);
        Map<String, Wrong> packets = new LinkedHashMap<>();
        packets.put("TTL 254", new Wrong("ipTtlErrors", right.bytes(), 254));
        packets.put("TTL 1", new Wrong("ipTtlErrors", right.bytes(), 1));
        packets.put("version 2", new Wrong("versionErrors", Advert.strongest(2)));
        packets.put("version 0", new Wrong("versionErrors", right.version(0)));
        packets.put("version 15", new Wrong("versionErrors", right.version(15)));
        packets.put("type 0", new Wrong("rcvdInvalidTypePackets", right.type(0)));
        packets.put("version 4", new Wrong("versionErrors", right.version(4)));
        packets.put("type 2", new Wrong("rcvdInvalidTypePackets", right.type(2)));
        packets.put(
                "an address cut off",
                new Wrong("packetLengthErrors", cut(right.addresses(2).bytes(), 12), TTL));
        packets.put("half a header", new Wrong("packetLengthErrors", cut(right.bytes(), 4), TTL));
        packets.put("a flipped bit", new Wrong("checksumErrors", flipped(right.bytes(), 11), TTL));
        packets.put("VRID 52", new Wrong("vrIdErrors", right.vrid(52)));
        packets.put("interval 0", new Wrong("advIntervalErrors", right.interval(0)));
        packets.put("no address", new Wrong("addressListErrors", right.addresses(0)));
        assertCountedAndNothingElse(3, packets);
    }

    @Test
    void wrongPacketsOfVersion2AreCountedAndChangeNothing() {
        Advert right = Advert.strongest(2);
        Map<String, Wrong> packets = new LinkedHashMap<>();
        packets.put("TTL 64", new Wrong("ipTtlErrors", right.bytes(), 64));
        packets.put("version 3", new Wrong("versionErrors", Advert.strongest(3)));
        packets.put("the authentication data cut off", new Wrong("packetLengthErrors", cut(right.bytes(), 12), TTL));
        packets.put("a flipped bit", new Wrong("checksumErrors", flipped(right.bytes(), 2), TTL));
        packets.put("version 1", new Wrong("versionErrors", right.version(1)));
        packets.put("type 0", new Wrong("rcvdInvalidTypePackets", right.type(0)));
        packets.put("type 15", new Wrong("rcvdInvalidTypePackets", right.type(15)));
        packets.put("no address", new Wrong("addressListErrors", right.addresses(0)));
        packets.put("AH", new Wrong("authTypeMismatch", right.auth(2)));
        packets.put("interval 0", new Wrong("advIntervalErrors", right.interval(0)));
        packets.put("VRID 52", new Wrong("vrIdErrors", right.vrid(52)));
        packets.put("another interval", new Wrong("advIntervalErrors", right.interval(2)));
        packets.put("a password", new Wrong("authTypeMismatch", right.auth(1)));
        packets.put("authentication type 9", new Wrong("invalidAuthType", right.auth(9)));
        assertCountedAndNothingElse(2, packets);
    }

    @ParameterizedTest(name = "version {0}")
    @ValueSource(ints = {2, 3})
    void cutOffAtAnyByteItIsCountedAndChangesNothing(int version) {
        byte[] whole = Advert.strongest(version).bytes();
        router.start(RouterConfig.version(version)).awaitActive();
        for (int length = 2; length < whole.length; length++) { // of shorter ones nobody knows whose they are
            long before = router.counter("packetLengthErrors");
            peer.send(cut(whole, length));
            int octets = length;
            Wait.until(octets + " bytes are counted", () -> router.counter("packetLengthErrors") == before + 1);
        }
        assertThat(router.errors()).containsOnlyKeys("packetLengthErrors");
        assertThat(router.state()).isEqualTo("MASTER");
        assertThat(router.counter("rcvdAdvertisements")).isZero();
        peer.send(whole);
        router.awaitBackup();
    }

    /** The packets would all win the election if they were right; in the end a right one does. */
    private void assertCountedAndNothingElse(int version, Map<String, Wrong> packets) {
        router.start(RouterConfig.version(version)).awaitActive();
        packets.forEach((what, wrong) -> {
            long before = router.counter(wrong.counter);
            Map<String, Long> errors = router.errors();
            peer.send(wrong.payload, wrong.ttl);
            Wait.until(what + " is counted", () -> router.counter(wrong.counter) > before);
            errors.merge(wrong.counter, 1L, Long::sum);
            assertThat(router.errors()).as("all counters after " + what).isEqualTo(errors);
        });
        assertThat(router.state()).isEqualTo("MASTER");
        assertThat(router.holds()).isTrue();
        assertThat(router.counter("masterTransitions")).isEqualTo(1);
        assertThat(router.counter("rcvdAdvertisements")).isZero();

        peer.send(Advert.strongest(version).bytes());
        router.awaitBackup();
    }

    @ParameterizedTest
    @CsvSource({"ka_v2_ipv4, 2", "ka_v3_ipv4, 3", "frr84_v3_ipv4, 3"})
    void whatRealPeersHaveSentIsUnderstood(String capture, int version) {
        List<Pcap.Frame> adverts = adverts(capture);
        VrrpSender sender = adverts.get(0).source().equals("10.77.0.1")
                ? peer
                : new VrrpSender(bed, bed.host("other", adverts.get(0).source() + "/24"));
        router.start(RouterConfig.version(version).interval("1")).awaitActive();

        adverts.forEach(advert -> sender.send(advert.payload()));

        Wait.until("all are counted", () -> router.counter("rcvdAdvertisements") == adverts.size());
        assertThat(router.counter("rcvdPriZeroPackets"))
                .isEqualTo(adverts.stream()
                        .filter(advert -> advert.priority() == 0)
                        .count());
        assertThat(router.errors()).isEmpty();
        router.awaitLine("higher priority " + adverts.get(0).priority() + ", ours 100");
    }

    @Test
    void keepalivedWithAPasswordIsRefused() {
        List<Pcap.Frame> adverts = adverts("ka_v2_pass");
        router.start(RouterConfig.version(2)).awaitActive();

        adverts.forEach(advert -> peer.send(advert.payload()));

        Wait.until("all are counted", () -> router.counter("authTypeMismatch") == adverts.size());
        assertThat(router.counter("rcvdAdvertisements")).isZero();
        assertThat(router.state()).isEqualTo("MASTER");
        router.awaitLine("authentication type");
    }

    private static List<Pcap.Frame> adverts(String capture) {
        Path file = Jvm.root().resolve("integration-tests/src/test/resources/captures/" + capture + ".pcap");
        return Pcap.read(file).stream().filter(Pcap.Frame::isVrrp).toList();
    }

    private static byte[] cut(byte[] packet, int length) {
        return Arrays.copyOf(packet, length);
    }

    private static byte[] flipped(byte[] packet, int at) {
        packet[at] ^= 1;
        return packet;
    }
}
