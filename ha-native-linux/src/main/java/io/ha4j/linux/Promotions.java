package io.ha4j.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keeps what others have on an interface when we remove the first address of its network there: the kernel would remove
 * the network's other, secondary addresses with it, unless promote_secondaries is set
 * (Documentation/networking/ip-sysctl). So it is set for the length of the removal, by netlink in the same datagram:
 * that works where /proc/sys is read-only, and leaves nothing behind when this process is killed.
 */
final class Promotions {
    private static final int RTM_SETLINK = 19; // linux/rtnetlink.h
    private static final int IFLA_AF_SPEC = 26; // linux/if_link.h
    private static final int IFLA_INET_CONF = 1;
    private static final int IPV4_DEVCONF_PROMOTE_SECONDARIES = 20; // linux/ip.h

    private final LinkTable links;
    private final Set<Integer> seen = new HashSet<>();
    private final Set<Integer> set = new LinkedHashSet<>();

    Promotions(LinkTable links) {
        this.links = links;
    }

    /** Whether a request was added to the batch: the first time, and when the link needs it. */
    boolean begin(int linkIndex, NetlinkBatch batch) {
        LinkMessage link = links.byIndex(linkIndex);
        if (!seen.add(linkIndex) || link == null || isSet("all") || isSet(link.name())) {
            return false;
        }
        set.add(linkIndex);
        pack(batch, linkIndex, 1);
        return true;
    }

    /** Adds requests that make everything as it was; returns how many. */
    int end(NetlinkBatch batch) {
        set.forEach(index -> pack(batch, index, 0));
        return set.size();
    }

    private static void pack(NetlinkBatch batch, int linkIndex, int value) {
        batch.begin(RTM_SETLINK, NetlinkHeader.NLM_F_ACK);
        batch.body()
                .putInt(SocketAddresses.AF_UNSPEC)
                .putInt(linkIndex)
                .putInt(0)
                .putInt(0); // struct ifinfomsg
        int families = batch.beginNested(IFLA_AF_SPEC);
        int inet = batch.beginNested(SocketAddresses.AF_INET);
        int settings = batch.beginNested(IFLA_INET_CONF);
        batch.u32(IPV4_DEVCONF_PROMOTE_SECONDARIES, value);
        batch.endNested(settings).endNested(inet).endNested(families).end();
    }

    /** The file is in memory and does not block. */
    private static boolean isSet(String name) {
        try {
            return !Files.readString(Path.of("/proc/sys/net/ipv4/conf", name, "promote_secondaries"))
                    .strip()
                    .equals("0");
        } catch (IOException e) {
            return false;
        }
    }
}
