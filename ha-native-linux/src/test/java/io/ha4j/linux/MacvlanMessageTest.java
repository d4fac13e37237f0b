package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes as linux/if_link.h has them, on a little-endian machine; and what is written on a macvlan. */
class MacvlanMessageTest {
    private final NetlinkBatch batch = new NetlinkBatch(1024).reset(7);

    @BeforeEach
    void littleEndian() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    private static String hex(NetlinkBatch batch) {
        byte[] octets = new byte[batch.length()];
        batch.bytes().get(0, octets);
        return HexFormat.of().formatHex(octets);
    }

    private static String octets(String... parts) {
        return String.join("", parts).replace(" ", "");
    }

    @Test
    void itIsMadeAndThenMarked() {
        MacvlanMessage.create(batch, 2, "vrrp.51", "00:00:5e:00:01:33", "ours", true);

        assertThat(hex(batch))
                .isEqualTo(octets(
                        "5c000000 1000 0506 07000000 00000000", // RTM_NEWLINK, REQUEST ACK EXCL CREATE
                        "00 00 0000 00000000 00000000 00000000", // struct ifinfomsg
                        "0800 0500 02000000", // IFLA_LINK
                        "0c00 0300 767272702e353100", // IFLA_IFNAME
                        "0a00 0100 00005e000133 0000", // IFLA_ADDRESS
                        "1c00 1280", // IFLA_LINKINFO, nested
                        "0c00 0100 6d6163766c616e00", // IFLA_INFO_KIND
                        "0c00 0280 0800 0100 04000000", // IFLA_INFO_DATA: IFLA_MACVLAN_MODE bridge
                        "44000000 1000 0500 08000000 00000000", // RTM_NEWLINK, REQUEST ACK
                        "00 00 0000 00000000 00000000 00000000",
                        "0c00 0300 767272702e353100",
                        "0800 1400 6f757273", // IFLA_IFALIAS
                        "1000 1a80 0c00 0a80 0500 0800 01 000000")); // IFLA_AF_SPEC: AF_INET6: no address of its own
    }

    @Test
    void settingsUpAndAway() {
        MacvlanMessage.set(batch, 2, new TreeMap<>(Map.of(Ipv4Setting.ARP_ANNOUNCE, 2, Ipv4Setting.ARP_IGNORE, 1)));
        MacvlanMessage.up(batch, 3, true);
        MacvlanMessage.up(batch, 3, false);
        MacvlanMessage.delete(batch, 3);

        assertThat(hex(batch))
                .isEqualTo(octets(
                        "3c000000 1000 0500 07000000 00000000 00 00 0000 02000000 00000000 00000000",
                        "1c00 1a80 1800 0280 1400 0180", // IFLA_AF_SPEC, AF_INET, IFLA_INET_CONF
                        "0800 1200 02000000 0800 1300 01000000", // arp_announce, arp_ignore
                        "20000000 1000 0500 08000000 00000000 00 00 0000 03000000 01000000 01000000", // IFF_UP
                        "20000000 1000 0500 09000000 00000000 00 00 0000 03000000 00000000 01000000",
                        "20000000 1100 0500 0a000000 00000000 00 00 0000 03000000 00000000 00000000")); // RTM_DELLINK
    }

    @Test
    void theSettingsThatTheKernelTells() {
        byte[] values = new byte[20 * 4];
        values[0] = 1; // forwarding
        values[17 * 4] = 2; // arp_announce
        values[18 * 4] = 3; // arp_ignore
        NetlinkBatch told = new NetlinkBatch(512).reset(1).begin(LinkMessage.RTM_NEWLINK, 0);
        told.body().put(new byte[LinkMessage.HEADER]);
        int families = told.string(3, "eth0").beginNested(26);
        int ipv4 = told.beginNested(2);
        told.octets(1, values).endNested(ipv4).endNested(families).end();
        ByteBuffer body = told.bytes()
                .slice(NetlinkHeader.SIZE, told.length() - NetlinkHeader.SIZE)
                .order(ByteOrder.nativeOrder());

        assertThat(Ipv4Settings.parse(body))
                .containsEntry(Ipv4Setting.FORWARDING, 1)
                .containsEntry(Ipv4Setting.ARP_ANNOUNCE, 2)
                .containsEntry(Ipv4Setting.ARP_IGNORE, 3)
                .containsEntry(Ipv4Setting.RP_FILTER, 0);
    }

    private static LinkMessage link(String alias) {
        return new LinkMessage(0, 7, 0, "vrrp.51", "00:00:5e:00:01:33", alias);
    }

    @Test
    void whatIsWrittenOnIt() {
        MacvlanMark mark = new MacvlanMark("eth0.7", Map.of(Ipv4Setting.ARP_IGNORE, 0, Ipv4Setting.ARP_ANNOUNCE, 1));
        assertThat(mark).hasToString("ha4j virtual MAC on eth0.7, found arp_announce=1 arp_ignore=0");
        assertThat(MacvlanMark.of(link(mark.toString()))).isEqualTo(mark);

        MacvlanMark nothing = new MacvlanMark("eth0", Map.of());
        assertThat(nothing).hasToString("ha4j virtual MAC on eth0");
        assertThat(MacvlanMark.of(link(nothing.toString()))).isEqualTo(nothing);
        assertThat(MacvlanMark.of(link("ha4j virtual MAC on eth0, found x=1 arp_ignore=99999999999 arp_ignore=0")))
                .isEqualTo(new MacvlanMark("eth0", Map.of(Ipv4Setting.ARP_IGNORE, 0)));
        assertThat(MacvlanMark.of(link(""))).isNull();
        assertThat(MacvlanMark.of(link("uplink to ha4j virtual MAC on eth0"))).isNull();
    }
}
