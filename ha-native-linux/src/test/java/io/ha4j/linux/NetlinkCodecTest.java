package io.ha4j.linux;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes are those of a little-endian machine, as strace shows them of ip(8). */
class NetlinkCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    @BeforeEach
    void littleEndian() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "needs a little-endian machine");
    }

    private static ByteBuffer bytes(String... hex) {
        return ByteBuffer.wrap(HEX.parseHex(String.join("", hex).replace(" ", "")))
                .order(ByteOrder.nativeOrder());
    }

    private static String hex(NetlinkBatch batch) {
        byte[] bytes = new byte[batch.length()];
        batch.bytes().get(0, bytes);
        return HEX.formatHex(bytes);
    }

    @Test
    void aRequestToAddAnAddress() {
        NetlinkBatch batch = new NetlinkBatch(1024).reset(7);
        batch.begin(AddressMessage.RTM_NEWADDR, NetlinkHeader.NLM_F_ACK | NetlinkHeader.NLM_F_CREATE);
        new AddressMessage(TestLan.address("10.77.0.100"), 24, 2, 0, 0, null, "eth0:1", 0xa4, 3).pack(batch);
        batch.end();

        assertThat(hex(batch))
                .isEqualTo(String.join(
                        "",
                        "50000000", // length 80
                        "1400", // RTM_NEWADDR
                        "0504", // request, acknowledge, create
                        "07000000", // sequence
                        "00000000", // port
                        "02", // AF_INET
                        "18", // /24
                        "00" + "00", // flags, scope
                        "02000000", // interface
                        "0800" + "0200" + "0a4d0064", // IFA_LOCAL
                        "0800" + "0100" + "0a4d0064", // IFA_ADDRESS
                        "0b00" + "0300" + "657468303a3100" + "00", // IFA_LABEL, NUL, padding
                        "1400" + "0600" + "03000000" + "03000000" + "00000000" + "00000000", // IFA_CACHEINFO
                        "0500" + "0b00" + "a4" + "000000")); // IFA_PROTO, padding
        assertThat(batch.count()).isEqualTo(1);
    }

    @Test
    void requestsAreNumberedAndAttributesNest() {
        NetlinkBatch batch = new NetlinkBatch(1024).reset(1);
        batch.begin(1, 0).end();
        batch.begin(2, 0);
        int outer = batch.beginNested(5);
        int inner = batch.beginNested(6);
        batch.u32(1, 0x01020304);
        batch.endNested(inner).endNested(outer).end();

        assertThat(hex(batch))
                .isEqualTo("1000000001000100" + "0100000000000000"
                        + "2000000002000100" + "0200000000000000"
                        + "1000" + "0580" + "0c00" + "0680" + "0800" + "0100" + "04030201");

        List<NetlinkHeader> headers = new ArrayList<>();
        NetlinkMessages.forEach(batch.bytes().flip(), (header, body) -> {
            headers.add(header);
            if (header.type() == 2) {
                NetlinkAttributes level1 = new NetlinkAttributes(body);
                assertThat(level1.next()).isTrue();
                assertThat(level1.type()).isEqualTo(5);
                NetlinkAttributes level2 = level1.nested();
                assertThat(level2.next()).isTrue();
                NetlinkAttributes level3 = level2.nested();
                assertThat(level3.next()).isTrue();
                assertThat(level3.u32()).isEqualTo(0x01020304);
                assertThat(level3.next()).isFalse();
                assertThat(level1.next()).isFalse();
            }
        });
        assertThat(headers).extracting(NetlinkHeader::sequence).containsExactly(1, 2);
    }

    @Test
    void anAddressOfTheKernel() {
        AddressMessage address = AddressMessage.parse(bytes(
                "02 18 01 00 02000000", // AF_INET, /24, IFA_F_SECONDARY, universe, interface 2
                "1400 0600 02000000 03000000 78560000 78560000", // IFA_CACHEINFO
                "0800 0100 0a4d0064", // IFA_ADDRESS
                "0800 0200 0a4d0064", // IFA_LOCAL
                "0500 0b00 a4 000000", // IFA_PROTO
                "0900 0300 65746830 00 000000", // IFA_LABEL
                "0800 0800 01020000")); // IFA_FLAGS: secondary and no prefix route

        assertThat(address)
                .isEqualTo(new AddressMessage(TestLan.address("10.77.0.100"), 24, 2, 0x201, 0, null, "eth0", 0xa4, 3));
        assertThat(requireNonNull(address).secondary()).isTrue();
    }

    @Test
    void anIpv6AddressOfTheKernel() {
        AddressMessage address = AddressMessage.parse(
                bytes("0a 40 80 fd 02000000", "1400 0100 fe80000000000000 a4dfcefffe844589", "0500 0b00 03 000000"));

        assertThat(address).isNotNull();
        assertThat(address.address().getHostAddress()).isEqualTo("fe80:0:0:0:a4df:ceff:fe84:4589%2");
        assertThat(address.origin()).isEqualTo(3);
        assertThat(address.lifetimeSeconds()).isEqualTo(AddressMessage.FOREVER);
    }

    @Test
    void theOwnEndOfAPointToPointLink() {
        AddressMessage address = AddressMessage.parse(
                bytes("02 20 80 00 05000000", "0800 0100 0a000002", "0800 0200 0a000001")); // peer .2, local .1

        assertThat(address).isNotNull();
        assertThat(address.address().getHostAddress()).isEqualTo("10.0.0.1");
    }

    @Test
    void aLinkOfTheKernel() {
        LinkMessage link = LinkMessage.parse(bytes(
                "00 00 0100 02000000 43100100 00000000", // AF_UNSPEC, ARPHRD_ETHER, 2, up + lower up + …
                "0900 0300 65746830 00 000000", // IFLA_IFNAME
                "0a00 0100 a6dfce844589 0000")); // IFLA_ADDRESS

        assertThat(link).isEqualTo(new LinkMessage(0, 2, 0x11043, "eth0", "a6:df:ce:84:45:89", ""));
        assertThat(requireNonNull(link).up()).isTrue();
        assertThat(new LinkMessage(0, 2, LinkMessage.IFF_UP, "eth0", "", "").up())
                .isFalse();
        assertThat(new LinkMessage(0, 2, LinkMessage.IFF_LOWER_UP, "eth0", "", "").up())
                .isFalse();
    }

    @Test
    void acknowledgements() {
        NetlinkHeader plain = new NetlinkHeader(36, NetlinkHeader.NLMSG_ERROR, 0x100, 1, 0);
        assertThat(NetlinkAck.parse(plain, bytes("00000000", "50000000 1400 0504 07000000 00000000")))
                .isEqualTo(new NetlinkAck(0, null));

        NetlinkHeader capped = new NetlinkHeader(60, NetlinkHeader.NLMSG_ERROR, 0x300, 1, 0);
        String message = "0a00 0100 6f7570732100 0000"; // NLMSGERR_ATTR_MSG "oups!"
        assertThat(NetlinkAck.parse(capped, bytes("edffffff", "50000000 1400 0504 07000000 00000000", message)))
                .isEqualTo(new NetlinkAck(Errno.ENODEV, "oups!"));

        NetlinkHeader repeated = new NetlinkHeader(60, NetlinkHeader.NLMSG_ERROR, 0x200, 1, 0);
        assertThat(NetlinkAck.parse(
                        repeated,
                        bytes("edffffff", "18000000 1400 0504 07000000 00000000", "0218000002000000", message)))
                .isEqualTo(new NetlinkAck(Errno.ENODEV, "oups!"));
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            for (int at = 0; at + 3 < bytes.length; at += 4) {
                if (random.nextBoolean()) { // plausible lengths and types go deeper
                    bytes[at] = (byte) random.nextInt(40);
                    bytes[at + 1] = 0;
                    bytes[at + 2] = (byte) random.nextInt(12);
                    bytes[at + 3] = 0;
                }
            }
            ByteBuffer datagram = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            LinkTable table = new LinkTable(address -> false);
            NetlinkMessages.forEach(datagram.duplicate(), table::apply);
            AddressMessage unused = AddressMessage.parse(datagram.duplicate().order(ByteOrder.nativeOrder()));
            LinkMessage unused2 = LinkMessage.parse(datagram.duplicate().order(ByteOrder.nativeOrder()));
            NetlinkHeader header = new NetlinkHeader(bytes.length, 2, random.nextInt(1 << 16), 0, 0);
            NetlinkAck unused3 = NetlinkAck.parse(header, datagram);
        }
    }
}
