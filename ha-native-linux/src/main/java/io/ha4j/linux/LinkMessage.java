package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct ifinfomsg} and the attributes we use (linux/rtnetlink.h, linux/if_link.h).
 *
 * @param family AF_UNSPEC; others speak of a link's part in something, such as a bridge, and not of the link
 * @param hardwareAddress lower-case hexadecimal pairs separated by colons, empty if there is none
 * @param alias what somebody wrote on it (ip link set alias), empty if nobody did
 * @param master index of the bridge, bond or VRF that it is a part of; 0 if of none
 */
record LinkMessage(int family, int index, int flags, String name, String hardwareAddress, String alias, int master) {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int HEADER = 16;

    static final int IFF_UP = 0x1; // linux/if.h
    static final int IFF_LOOPBACK = 0x8;
    static final int IFF_NOARP = 0x80;
    static final int IFF_LOWER_UP = 0x10000;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_IFALIAS = 20;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /** @return null if it is too short or names no link */
    static @Nullable LinkMessage parse(ByteBuffer body) {
        if (body.remaining() < HEADER) {
            return null;
        }
        String name = "";
        String hardwareAddress = "";
        String alias = "";
        int master = 0;
        NetlinkAttributes attributes =
                new NetlinkAttributes(body.slice(HEADER, body.limit() - HEADER).order(body.order()));
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFLA_IFNAME -> name = attributes.string();
                case IFLA_ADDRESS -> hardwareAddress = COLONS.formatHex(attributes.octets());
                case IFLA_MASTER -> master = attributes.u32();
                case IFLA_IFALIAS -> alias = attributes.string();
                default -> {}
            }
        }
        return name.isEmpty()
                ? null
                : new LinkMessage(
                        body.get(0) & 0xff, body.getInt(4), body.getInt(8), name, hardwareAddress, alias, master);
    }

    /** Without a master. */
    LinkMessage(int family, int index, int flags, String name, String hardwareAddress, String alias) {
        this(family, index, flags, name, hardwareAddress, alias, 0);
    }

    /** Administratively up and with a carrier. */
    boolean up() {
        return (flags & IFF_UP) != 0 && (flags & IFF_LOWER_UP) != 0;
    }
}
