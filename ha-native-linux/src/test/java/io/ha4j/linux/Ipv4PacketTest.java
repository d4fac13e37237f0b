package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ipv4PacketTest {
    private static final String ADDRESSES = "0a4d0001" + "e0000012"; // 10.77.0.1 to 224.0.0.18
    private final Ipv4Packet packet = new Ipv4Packet(128);

    private boolean parse(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        packet.bytes().clear().put(bytes).clear();
        return packet.parse(bytes.length);
    }

    private String payload() {
        ByteBuffer payload = packet.payload();
        assertThat(payload.position()).isZero();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aPlainPacket() {
        assertThat(parse(
                        "45" // version 4, header of 5 words
                                + "c0" // class of service
                                + "0017" // total length 23
                                + "0001" + "4000" // identification, do not fragment
                                + "ff" // TTL 255
                                + "70" // protocol 112
                                + "d055" // checksum, the kernel's business
                                + ADDRESSES + "abcdef"))
                .isTrue();
        assertThat(payload()).isEqualTo("abcdef");
        assertThat(packet.timeToLive()).isEqualTo(255);
        assertThat(packet.source()).isEqualTo(0x0a4d0001);
        assertThat(packet.destination()).isEqualTo(0xe0000012);
    }

    @Test
    void paddingIsLeftOut() {
        assertThat(parse("45c00016000140000170d055" + ADDRESSES + "abcd" + "00".repeat(24)))
                .isTrue();
        assertThat(payload()).isEqualTo("abcd");
        assertThat(packet.timeToLive()).isEqualTo(1);
    }

    @Test
    void optionsAreLeftOut() {
        assertThat(parse("46c0001a00014000ff70d055" + ADDRESSES + "94040000" + "abcd"))
                .isTrue(); // router alert
        assertThat(payload()).isEqualTo("abcd");
        assertThat(parse("4fc0003d00014000ff70d055" + ADDRESSES + "01".repeat(40) + "ee"))
                .isTrue();
        assertThat(payload()).isEqualTo("ee");
    }

    @Test
    void aPacketWithoutPayload() {
        assertThat(parse("45c0001400014000ff70d055" + ADDRESSES)).isTrue();
        assertThat(payload()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nothing,''",
        "shorter than a header,45c0001400014000ff70d0550a4d0001e00000",
        "version 6,65c0001400014000ff70d0550a4d0001e0000012",
        "header of 4 words,44c0001400014000ff70d0550a4d0001e0000012",
        "header longer than the packet,46c0001400014000ff70d0550a4d0001e0000012",
        "header longer than the total length,46c0001700014000ff70d0550a4d0001e000001294040000",
        "total length below the header's,45c0001300014000ff70d0550a4d0001e0000012",
        "total length above what arrived,45c0001500014000ff70d0550a4d0001e0000012",
    })
    void malformedPacketsAreRefused(String what, String hex) {
        assertThat(parse(hex)).as(what).isFalse();
    }

    @Test
    void aPacketThatWasCutOffIsRefused() {
        packet.bytes().put(0, (byte) 0x45).putShort(2, (short) 200);
        assertThat(packet.parse(200)).isFalse();
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(7);
        byte[] bytes = new byte[128];
        for (int i = 0; i < 200_000; i++) {
            random.nextBytes(bytes);
            bytes[0] = (byte) (0x40 | (bytes[0] & 0xf));
            bytes[2] = 0;
            packet.bytes().clear().put(bytes).clear();
            int received = random.nextInt(200);
            if (packet.parse(received)) {
                assertThat(packet.payload().remaining()).isLessThanOrEqualTo(received - 20);
            }
        }
    }
}
