package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.hex;
import static io.ha4j.vrrp.Bytes.ip;
import static io.ha4j.vrrp.Bytes.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.ChecksumForm;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VrrpCodecTest {
    private static final InetAddress SOURCE = ip("10.77.0.1");
    private static final InetAddress GROUP = ip("224.0.0.18");
    private static final InetAddress VIP = ip("10.77.0.100");
    private static final InetAddress SOURCE6 = ip("fe80::a4df:ceff:fe84:4589");
    private static final InetAddress GROUP6 = ip("ff02::12");

    private static final byte[] V2 = hex(
            "21", // version 2, type 1
            "33", // VRID 51
            "96", // priority 150
            "01", // one address
            "00", // no authentication
            "01", // 1 s
            "3e19", // checksum, of the message alone
            "0a4d0064", // 10.77.0.100
            "0000000000000000"); // authentication data

    private static final byte[] V3 = hex(
            "31", // version 3, type 1
            "33", // VRID 51
            "96", // priority 150
            "01", // one address
            "0064", // reserved 0, 100 cs
            "42d9", // checksum, with the pseudo-header
            "0a4d0064"); // 10.77.0.100

    private static final byte[] V3_IPV6 = hex(
            "31", // version 3, type 1
            "33", // VRID 51
            "96", // priority 150
            "02", // two addresses
            "0064", // reserved 0, 100 cs
            "5399", // checksum, with the pseudo-header
            "fe800000000000000000000000000100", // fe80::100
            "20010db8007700000000000000000100"); // 2001:db8:77::100

    private static Advertisement advertisement(int version, int priority, ChecksumForm form) {
        return new Advertisement(version, 51, priority, 0, Duration.ofSeconds(1), List.of(VIP), form);
    }

    private static Decoded decode(byte[] packet) {
        return VrrpCodec.decode(ByteBuffer.wrap(packet), SOURCE, GROUP);
    }

    @Test
    void readsVersion2() {
        assertThat(decode(V2)).isEqualTo(advertisement(2, 150, ChecksumForm.MESSAGE_ONLY));
    }

    @Test
    void writesVersion2() {
        assertThat(encoded(advertisement(2, 150, ChecksumForm.MESSAGE_ONLY))).isEqualTo(V2);
        assertThat(encoded(advertisement(2, 0, ChecksumForm.MESSAGE_ONLY)))
                .isEqualTo(hex("21 33 00 01 00 01 d419 0a4d0064 0000000000000000"));
    }

    @Test
    void readsThePasswordTypeOfVersion2() {
        Decoded decoded = decode(hex("21 33 96 01", "01", "01", "d8b2", "0a4d0064", "3132333400000000"));

        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Advertisement.class,
                        it -> assertThat(it.authenticationType()).isEqualTo(1));
    }

    @Test
    void readsBothChecksumFormsOfVersion3() {
        assertThat(decode(V3)).isEqualTo(advertisement(3, 150, ChecksumForm.PSEUDO_HEADER));
        assertThat(decode(hex("31 33 96 01 0064", "2db6", "0a4d0064")))
                .isEqualTo(advertisement(3, 150, ChecksumForm.MESSAGE_ONLY));
        assertThat(decode(hex("31 33 00 01 0064", "d8d9", "0a4d0064")))
                .isEqualTo(advertisement(3, 0, ChecksumForm.PSEUDO_HEADER));
        assertThat(decode(hex("31 33 00 01 0064", "c3b6", "0a4d0064")))
                .isEqualTo(advertisement(3, 0, ChecksumForm.MESSAGE_ONLY));
    }

    @Test
    void writesBothChecksumFormsOfVersion3() {
        assertThat(encoded(advertisement(3, 150, ChecksumForm.PSEUDO_HEADER))).isEqualTo(V3);
        assertThat(encoded(advertisement(3, 150, ChecksumForm.MESSAGE_ONLY)))
                .isEqualTo(hex("31 33 96 01 0064", "2db6", "0a4d0064"));
        assertThat(encoded(advertisement(3, 0, ChecksumForm.PSEUDO_HEADER)))
                .isEqualTo(hex("31 33 00 01 0064", "d8d9", "0a4d0064"));
    }

    @Test
    void aChangedPriorityGivesThePacketOfThatPriority() {
        for (Advertisement first : List.of(
                advertisement(2, 150, ChecksumForm.MESSAGE_ONLY),
                advertisement(3, 150, ChecksumForm.PSEUDO_HEADER),
                advertisement(3, 150, ChecksumForm.MESSAGE_ONLY))) {
            ByteBuffer packed = VrrpCodec.encode(first, SOURCE, GROUP);
            for (int step = 0; step < 1000; step++) {
                int priority = step * 97 % 256; // each of them, from different ones
                VrrpCodec.setPriority(packed, priority);
                Advertisement same = advertisement(first.version(), priority, first.checksumForm());
                assertThat(packed).as("priority %d", priority).isEqualTo(VrrpCodec.encode(same, SOURCE, GROUP));
            }
        }
    }

    @Test
    void readsAndWritesIpv6() {
        Advertisement expected = new Advertisement(
                3,
                51,
                150,
                0,
                Duration.ofSeconds(1),
                List.of(ip("fe80::100"), ip("2001:db8:77::100")),
                ChecksumForm.PSEUDO_HEADER);

        assertThat(VrrpCodec.decode(ByteBuffer.wrap(V3_IPV6), SOURCE6, GROUP6)).isEqualTo(expected);
        assertThat(hex(VrrpCodec.encode(expected, SOURCE6, GROUP6))).isEqualTo(hex(ByteBuffer.wrap(V3_IPV6)));
    }

    @Test
    void ipv6KnowsNoMessageOnlyChecksumAndNoVersion2() {
        byte[] messageOnly = V3_IPV6.clone();
        int sum = InternetChecksum.fold(InternetChecksum.sum(ByteBuffer.wrap(V3_IPV6)) - 0x5399);
        ByteBuffer.wrap(messageOnly).putShort(6, (short) ~sum);

        assertThat(VrrpCodec.decode(ByteBuffer.wrap(messageOnly), SOURCE6, GROUP6))
                .isEqualTo(Rejection.CHECKSUM);
        assertThat(VrrpCodec.decode(ByteBuffer.wrap(V2), SOURCE6, GROUP6)).isEqualTo(Rejection.VERSION);
    }

    @Test
    void theIntervalOfVersion3Has12Bits() {
        Advertisement longest =
                new Advertisement(3, 1, 100, 0, Duration.ofMillis(40_950), List.of(VIP), ChecksumForm.PSEUDO_HEADER);
        ByteBuffer packed = VrrpCodec.encode(longest, SOURCE, GROUP);

        assertThat(packed.getShort(4)).isEqualTo((short) 0x0fff);
        assertThat(VrrpCodec.decode(packed, SOURCE, GROUP)).isEqualTo(longest);
    }

    @Test
    void theReservedBitsOfVersion3AreIgnored() {
        byte[] packet = V3.clone();
        packet[4] |= (byte) 0xf0;
        ByteBuffer.wrap(packet).putShort(6, (short) 0x52d8); // 0x42d9 - 0xf000 in ones' complement

        assertThat(decode(packet)).isEqualTo(advertisement(3, 150, ChecksumForm.PSEUDO_HEADER));
    }

    @Test
    void readsFromThePositionWhateverTheByteOrderAndLeavesItThere() {
        ByteBuffer inside = ByteBuffer.allocate(V3.length + 9).order(ByteOrder.LITTLE_ENDIAN);
        inside.position(5).put(V3).position(5).limit(5 + V3.length);

        assertThat(VrrpCodec.decode(inside, SOURCE, GROUP))
                .isEqualTo(advertisement(3, 150, ChecksumForm.PSEUDO_HEADER));
        assertThat(inside.position()).isEqualTo(5);
    }

    @Test
    void readsAndWrites255Addresses() {
        List<InetAddress> addresses = java.util.stream.IntStream.rangeClosed(1, 255)
                .mapToObj(i -> ip("10.1.2." + i))
                .toList();
        for (int version : new int[] {2, 3}) {
            ChecksumForm form = version == 2 ? ChecksumForm.MESSAGE_ONLY : ChecksumForm.PSEUDO_HEADER;
            Advertisement full = new Advertisement(version, 1, 100, 0, Duration.ofSeconds(1), addresses, form);

            assertThat(VrrpCodec.decode(VrrpCodec.encode(full, SOURCE, GROUP), SOURCE, GROUP))
                    .isEqualTo(full);
        }
    }

    @Test
    void aMessageThatIsCutOffAtAnyByteIsRejectedByItsLength() {
        for (byte[] whole : List.of(V2, V3)) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(VrrpCodec.decode(ByteBuffer.wrap(whole, 0, length), SOURCE, GROUP))
                        .as("%d of %d bytes", length, whole.length)
                        .isEqualTo(Rejection.LENGTH);
            }
        }
    }

    @Test
    void bytesBehindTheMessageAreTolerated() {
        byte[] padded = java.util.Arrays.copyOf(V2, V2.length + 3);

        assertThat(decode(padded)).isEqualTo(advertisement(2, 150, ChecksumForm.MESSAGE_ONLY));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        for (byte[] whole : List.of(V2, V3)) {
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(decode(damaged)).as("bit %d", bit).isInstanceOf(Rejection.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "11", "41", "f1"})
    void otherVersionsAreRejected(String first) {
        assertThat(VrrpCodec.decode(packet(first, "33 96 01 0064 42d9 0a4d0064"), SOURCE, GROUP))
                .isEqualTo(Rejection.VERSION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "32", "3f", "20", "22"})
    void otherTypesAreRejected(String first) {
        assertThat(VrrpCodec.decode(packet(first, "33 96 01 0064 42d9 0a4d0064"), SOURCE, GROUP))
                .isEqualTo(Rejection.TYPE);
    }

    @Test
    void theFirstRuleThatIsBrokenIsTheOneThatCounts() {
        assertThat(decode(hex("02"))).isEqualTo(Rejection.VERSION);
        assertThat(decode(hex("32"))).isEqualTo(Rejection.TYPE);
        assertThat(decode(hex("31 33 96 ff 0064 ffff"))).isEqualTo(Rejection.LENGTH);
        assertThat(decode(hex("31 33 96 01 0064 ffff 0a4d0064"))).isEqualTo(Rejection.CHECKSUM);
    }

    @Test
    void arbitraryBytesAreNeverAnException() {
        Random random = new Random(112);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            if (noise.length > 0 && i % 2 == 0) {
                noise[0] = (byte) (i % 4 == 0 ? 0x21 : 0x31);
            }
            assertThat(VrrpCodec.decode(ByteBuffer.wrap(noise), SOURCE, GROUP)).isNotNull();
        }
    }

    private static byte[] encoded(Advertisement advertisement) {
        ByteBuffer packed = VrrpCodec.encode(advertisement, SOURCE, GROUP);
        byte[] bytes = new byte[packed.remaining()];
        packed.get(bytes);
        return bytes;
    }
}
