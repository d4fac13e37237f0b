package io.ha4j.linux;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * Requests about links: to make a macvlan, to set one up or down, to delete one, to set what {@code ip link} cannot show
 * all of (linux/rtnetlink.h, linux/if_link.h).
 */
final class MacvlanMessage {
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET_CONF = 1;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;
    private static final int IFLA_MACVLAN_MODE = 1;

    /**
     * Others on the same base, such as containers, reach it. And a multicast frame with its own hardware address, which
     * the other node's advertisements have, goes on to the base: in mode private the kernel takes it from there.
     */
    private static final int MACVLAN_MODE_BRIDGE = 4;

    private MacvlanMessage() {}

    /**
     * Two requests: it is made, down, and then marked (the kernel ignores an alias in the first) and told to give itself
     * no IPv6 address, where there is IPv6.
     */
    static void create(
            NetlinkBatch batch, int baseIndex, String name, String hardwareAddress, String alias, boolean ipv6) {
        int flags = NetlinkHeader.NLM_F_CREATE | NetlinkHeader.NLM_F_EXCL | NetlinkHeader.NLM_F_ACK;
        begin(batch, LinkMessage.RTM_NEWLINK, flags, 0, 0, 0);
        batch.u32(IFLA_LINK, baseIndex).string(IFLA_IFNAME, name);
        batch.octets(IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(hardwareAddress));
        int info = batch.beginNested(IFLA_LINKINFO);
        batch.string(IFLA_INFO_KIND, "macvlan");
        int data = batch.beginNested(IFLA_INFO_DATA);
        batch.u32(IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE).endNested(data).endNested(info);
        batch.end();

        begin(batch, LinkMessage.RTM_NEWLINK, NetlinkHeader.NLM_F_ACK, 0, 0, 0);
        batch.string(IFLA_IFNAME, name).octets(IFLA_IFALIAS, alias.getBytes(StandardCharsets.UTF_8));
        if (ipv6) {
            noIpv6Address(batch);
        }
        batch.end();
    }

    private static void noIpv6Address(NetlinkBatch batch) {
        int families = batch.beginNested(IFLA_AF_SPEC);
        int family = batch.beginNested(SocketAddresses.AF_INET6);
        batch.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE).endNested(family);
        batch.endNested(families);
    }

    /** Keeps the link from giving itself an IPv6 address when it is set up. */
    static void withoutIpv6Address(NetlinkBatch batch, int index) {
        begin(batch, LinkMessage.RTM_NEWLINK, NetlinkHeader.NLM_F_ACK, index, 0, 0);
        noIpv6Address(batch);
        batch.end();
    }

    /** Writes the alias. */
    static void mark(NetlinkBatch batch, int index, String alias) {
        begin(batch, LinkMessage.RTM_NEWLINK, NetlinkHeader.NLM_F_ACK, index, 0, 0);
        batch.octets(IFLA_IFALIAS, alias.getBytes(StandardCharsets.UTF_8)).end();
    }

    /** Sets what sysctl(8) calls {@code net.ipv4.conf.LINK.…}: the same, but allowed where /proc/sys is read-only. */
    static void set(NetlinkBatch batch, int index, Map<Ipv4Setting, Integer> values) {
        begin(batch, LinkMessage.RTM_NEWLINK, NetlinkHeader.NLM_F_ACK, index, 0, 0);
        int family = batch.beginNested(IFLA_AF_SPEC);
        int ipv4 = batch.beginNested(SocketAddresses.AF_INET);
        int settings = batch.beginNested(IFLA_INET_CONF);
        values.forEach((setting, value) -> batch.u32(setting.number(), value));
        batch.endNested(settings).endNested(ipv4).endNested(family).end();
    }

    static void up(NetlinkBatch batch, int index, boolean up) {
        begin(
                batch,
                LinkMessage.RTM_NEWLINK,
                NetlinkHeader.NLM_F_ACK,
                index,
                up ? LinkMessage.IFF_UP : 0,
                LinkMessage.IFF_UP);
        batch.end();
    }

    static void delete(NetlinkBatch batch, int index) {
        begin(batch, LinkMessage.RTM_DELLINK, NetlinkHeader.NLM_F_ACK, index, 0, 0);
        batch.end();
    }

    /** {@code struct ifinfomsg}. */
    private static void begin(NetlinkBatch batch, int type, int messageFlags, int index, int flags, int change) {
        batch.begin(type, messageFlags);
        batch.body()
                .putInt(SocketAddresses.AF_UNSPEC)
                .putInt(index)
                .putInt(flags)
                .putInt(change);
    }
}
