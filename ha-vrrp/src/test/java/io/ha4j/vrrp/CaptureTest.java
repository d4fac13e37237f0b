package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.ChecksumForm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real routers sent. */
class CaptureTest {
    private static final int AH = 51;

    private static List<Pcap.Packet> vrrp(String capture) {
        return Pcap.read(capture).stream()
                .filter(packet -> packet.protocol() == VrrpCodec.PROTOCOL)
                .toList();
    }

    private static Decoded decode(Pcap.Packet packet) {
        return VrrpCodec.decode(packet.payload(), packet.source(), packet.destination());
    }

    @ParameterizedTest
    @CsvSource({
        "ka_v2_ipv4.pcap,    2, 150, 0, MESSAGE_ONLY,  10.77.0.1",
        "ka_v2_pass.pcap,    2, 150, 1, MESSAGE_ONLY,  10.77.0.1",
        "ka_v3_ipv4.pcap,    3, 150, 0, PSEUDO_HEADER, 10.77.0.1",
        "frr84_v3_ipv4.pcap, 3, 200, 0, PSEUDO_HEADER, 10.77.0.2"
    })
    void ipv4(String capture, int version, int priority, int authentication, ChecksumForm form, String source) {
        List<Pcap.Packet> packets = vrrp(capture);

        assertThat(packets).hasSize(4).allSatisfy(packet -> {
            assertThat(packet.source()).isEqualTo(ip(source));
            assertThat(packet.hopLimit()).isEqualTo(255);
            assertThat(decode(packet)).isInstanceOfSatisfying(Advertisement.class, it -> {
                assertThat(it.version()).isEqualTo(version);
                assertThat(it.virtualRouterId()).isEqualTo(51);
                assertThat(it.priority()).isIn(priority, 0);
                assertThat(it.authenticationType()).isEqualTo(authentication);
                assertThat(it.interval()).isEqualTo(Duration.ofSeconds(1));
                assertThat(it.addresses()).containsExactly(ip("10.77.0.100"));
                assertThat(it.checksumForm()).isEqualTo(form);
            });
        });
    }

    @Test
    void ipv6() {
        assertThat(vrrp("ka_v3_ipv6.pcap"))
                .hasSize(4)
                .allSatisfy(packet -> assertThat(decode(packet)).isInstanceOfSatisfying(Advertisement.class, it -> {
                    assertThat(it.virtualRouterId()).isEqualTo(51);
                    assertThat(it.addresses()).containsExactly(ip("fe80::100"), ip("2001:db8:77::100"));
                    assertThat(it.checksumForm()).isEqualTo(ChecksumForm.PSEUDO_HEADER);
                }));
    }

    /** The kernel hands AH packets to nobody who listens for protocol 112; what is in them is of type 2. */
    @Test
    void authenticationHeader() {
        assertThat(vrrp("ka_v2_ah.pcap")).isEmpty();
        assertThat(Pcap.read("ka_v2_ah.pcap")).hasSize(4).allSatisfy(packet -> {
            assertThat(packet.protocol()).isEqualTo(AH);
            ByteBuffer ah = packet.payload();
            assertThat(ah.get(0)).isEqualTo((byte) VrrpCodec.PROTOCOL);
            int header = (ah.get(1) + 2) * 4; // RFC 4302 §2.2
            Decoded decoded =
                    VrrpCodec.decode(ah.slice(header, ah.remaining() - header), packet.source(), packet.destination());
            assertThat(decoded)
                    .isInstanceOfSatisfying(
                            Advertisement.class,
                            it -> assertThat(it.authenticationType()).isEqualTo(2));
        });
    }
}
