package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.ProxyProtocol;
import io.ha4j.lb.ProxyHeaderParser.Header;
import io.ha4j.lb.ProxyHeaderParser.Incomplete;
import io.ha4j.lb.ProxyHeaderParser.Malformed;
import io.ha4j.lb.ProxyHeaderParser.Result;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** doc/proxy-protocol.txt of HAProxy, byte for byte. */
class ProxyHeaderParserTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "c0000201" + "0a000064" + "9c40" + "01bb"; // 192.0.2.1:40000 to 10.0.0.100:443
    private static final String IPV6 =
            "20010db8000000000000000000000001" + "20010db80000000000000000000000ff" + "9c40" + "01bb";
    private static final int CHECKSUM_TLV = 28; // where it begins
    private static final InetSocketAddress CLIENT =
            Backend.of("192.0.2.1", 40000).address();
    private static final InetSocketAddress DESTINATION =
            Backend.of("10.0.0.100", 443).address();
    private static final InetSocketAddress CLIENT6 =
            Backend.of("2001:db8::1", 40000).address();
    private static final InetSocketAddress DESTINATION6 =
            Backend.of("2001:db8::ff", 443).address();

    private static Result parse(byte[] bytes) {
        return ProxyHeaderParser.parse(ByteBuffer.wrap(bytes));
    }

    private static Result text(String line) {
        return parse(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Result hex(String... parts) {
        return parse(HexFormat.of().parseHex(String.join("", parts)));
    }

    /** IPv4 with a checksum over everything and another TLV. */
    private static byte[] checksummed() {
        byte[] header = HexFormat.of()
                .parseHex(SIGNATURE + "21" + "11" + "0019" + IPV4 + "03" + "0004" + "00000000" + "04" + "0003"
                        + "aabbcc");
        CRC32C crc = new CRC32C();
        crc.update(header);
        ByteBuffer.wrap(header).putInt(CHECKSUM_TLV + 3, (int) crc.getValue());
        return header;
    }

    @Test
    void version1() {
        assertThat(text("PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\nGET /"))
                .isEqualTo(new Header(43, CLIENT, DESTINATION));
        assertThat(text("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:ff 40000 443\r\n"))
                .isEqualTo(new Header(56, CLIENT6, DESTINATION6));
        assertThat(text("PROXY UNKNOWN\r\n")).isEqualTo(new Header(15, null, null));
        assertThat(text("PROXY UNKNOWN ffff::1 whatever 0 1\r\n")).isEqualTo(new Header(36, null, null));
    }

    @Test
    void version2() {
        assertThat(hex(SIGNATURE, "21", "11", "000c", IPV4, "474554")).isEqualTo(new Header(28, CLIENT, DESTINATION));
        assertThat(hex(SIGNATURE, "21", "21", "0024", IPV6)).isEqualTo(new Header(52, CLIENT6, DESTINATION6));
        assertThat(hex(SIGNATURE, "21", "11", "0013", IPV4, "04", "0004", "00000000"))
                .as("a TLV")
                .isEqualTo(new Header(35, CLIENT, DESTINATION));
        assertThat(hex(SIGNATURE, "21", "11", "000f", IPV4, "05", "0000"))
                .as("an empty TLV")
                .isEqualTo(new Header(31, CLIENT, DESTINATION));
        assertThat(parse(checksummed())).isEqualTo(new Header(41, CLIENT, DESTINATION));
    }

    @ParameterizedTest
    @CsvSource({
        "20, 00, 0000", // LOCAL, as health checks of proxies send it
        "20, 11, 000c", // its addresses do not count
        "20, ff, 0003", // nor does its family
        "21, 00, 0000", // UNSPEC
        "21, 00, 0005",
        "21, 12, 000c", // UDP
        "21, 22, 0024",
        "21, 31, 00d8", // unix
        "21, 32, 00d8",
    })
    void theProxyItselfIsTheClient(String command, String family, String length) {
        int block = HexFormat.fromHexDigits(length);
        assertThat(hex(SIGNATURE, command, family, length, "00".repeat(block)))
                .isEqualTo(new Header(16 + block, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "11, 11, 000c", // version 1 in binary
        "31, 11, 000c",
        "22, 11, 000c", // no command
        "2f, 11, 000c",
        "21, 10, 000c",
        "21, 01, 000c",
        "21, 13, 000c",
        "21, 41, 000c",
        "21, 11, 000b", // no room for the addresses
        "21, 21, 0023",
        "21, 31, 00d7",
        "21, 11, 000d", // a TLV of one byte
        "21, 11, 0ff1", // 4097 bytes
        "21, 11, ffff",
        "20, 00, ffff",
    })
    void malformedVersion2(String command, String family, String length) {
        int block = HexFormat.fromHexDigits(length);
        assertThat(hex(SIGNATURE, command, family, length, "00".repeat(block))).isInstanceOf(Malformed.class);
    }

    @Test
    void theLongestHeader() {
        int tlv = 4096 - 16 - 12 - 3;
        assertThat(hex(SIGNATURE, "21", "11", "0ff0", IPV4, "04", String.format("%04x", tlv), "00".repeat(tlv)))
                .isEqualTo(new Header(4096, CLIENT, DESTINATION));
        assertThat(hex(SIGNATURE, "21", "11", "0ff1"))
                .as("told before it is there")
                .isInstanceOf(Malformed.class);
    }

    @Test
    void tlvsThatDoNotFit() {
        assertThat(hex(SIGNATURE, "21", "11", "0010", IPV4, "04", "0002", "aa")).isInstanceOf(Malformed.class);
        assertThat(hex(SIGNATURE, "21", "11", "0013", IPV4, "03", "0004", "00000000"))
                .as("a wrong checksum")
                .isInstanceOf(Malformed.class);
        assertThat(hex(SIGNATURE, "21", "11", "0011", IPV4, "03", "0002", "0000"))
                .as("half a checksum")
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "proxy TCP4 192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXYTCP4 192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXY  TCP4 192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXY TCP4  192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443 \r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000 65536\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 -1 443\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 040 443\r\n",
                "PROXY TCP4 192.0.2.256 10.0.0.100 40000 443\r\n",
                "PROXY TCP4 192.0.2.01 10.0.0.100 40000 443\r\n",
                "PROXY TCP4 192.0.2 10.0.0.100 40000 443\r\n",
                "PROXY TCP4 2001:db8::1 2001:db8::ff 40000 443\r\n",
                "PROXY TCP6 192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXY TCP6 2001:db8::1%eth0 2001:db8::ff 40000 443\r\n",
                "PROXY TCP6 [2001:db8::1] [2001:db8::ff] 40000 443\r\n",
                "PROXY TCP6 2001:db8:::1 2001:db8::ff 40000 443\r\n",
                "PROXY UDP4 192.0.2.1 10.0.0.100 40000 443\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\n",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\rGET",
                "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\0\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.\u00b2 40000 443\r\n",
                "\r\n\r\n\r\n",
                "x",
            })
    void malformedText(String line) {
        assertThat(text(line)).isInstanceOf(Malformed.class);
    }

    @Test
    void aLineHasAtMost107Bytes() {
        String fits = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
        assertThat(text(fits)).isEqualTo(new Header(107, null, null));
        assertThat(text(fits.substring(0, 106))).isInstanceOf(Incomplete.class);
        assertThat(text("PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n")).isInstanceOf(Malformed.class);
        assertThat(text("PROXY UNKNOWN " + "x".repeat(107 - 14))).isInstanceOf(Malformed.class);
    }

    /** And nothing that is cut off is taken for a header, or for none. */
    @Test
    void everyPrefixIsIncomplete() {
        for (byte[] header : new byte[][] {
            "PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\n".getBytes(StandardCharsets.US_ASCII),
            "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII),
            HexFormat.of().parseHex(SIGNATURE + "21" + "21" + "0024" + IPV6),
            HexFormat.of().parseHex(SIGNATURE + "20" + "00" + "0000"),
            checksummed(),
        }) {
            for (int length = 0; length < header.length; length++) {
                assertThat(parse(Arrays.copyOf(header, length)))
                        .as("%s bytes", length)
                        .isInstanceOf(Incomplete.class);
            }
            assertThat(parse(header)).isInstanceOf(Header.class);
        }
    }

    /** With a checksum, no other byte than the right one is taken anywhere; a greater length waits for more. */
    @Test
    void everyByteCounts() {
        byte[] right = checksummed();
        for (int at = 0; at < right.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] header = right.clone();
                header[at] = (byte) value;
                if (header[at] == right[at] || at == CHECKSUM_TLV) {
                    continue;
                }
                boolean local = at == 12 && value == 0x20; // of which nothing counts
                boolean unspecified = at == 13 && value == 0;
                boolean shorter = at == 15 && value == 12; // the header ends before its checksum
                if (!local && !unspecified && !shorter) {
                    assertThat(parse(header)).as("byte %s is %s", at, value).isNotInstanceOf(Header.class);
                }
            }
        }
    }

    @Test
    void whatWeSendIsUnderstood() {
        NamedClient incoming = new NamedClient(CLIENT6, DESTINATION6);
        for (ProxyProtocol protocol : new ProxyProtocol[] {ProxyProtocol.V1, ProxyProtocol.V2}) {
            byte[] header = ProxyHeader.of(protocol, incoming);
            assertThat(parse(header)).isEqualTo(new Header(header.length, CLIENT6, DESTINATION6));
        }
    }

    @Test
    void anythingIsAnswered() {
        Random random = new Random(42);
        byte[][] seeds = {
            checksummed(), "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 2\r\n".getBytes(StandardCharsets.US_ASCII)
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = seeds[i % 2].clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Result result = parse(Arrays.copyOf(bytes, random.nextInt(bytes.length + 40)));
            if (result instanceof Header header) {
                assertThat(header.length()).isBetween(15, bytes.length + 40);
            }
        }
    }
}
