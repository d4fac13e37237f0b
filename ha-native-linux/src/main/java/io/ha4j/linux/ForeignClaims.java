package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other processes of ha4j on this machine have. Each is known by the table of its lease, which the kernel takes
 * away with the process: whoever has one lives. Loop thread only.
 */
final class ForeignClaims {
    private static final Logger log = LoggerFactory.getLogger(ForeignClaims.class);

    private final NetlinkClient client;
    private final String own;

    /** @param own the table of this process */
    ForeignClaims(NetlinkClient client, String own) {
        this.client = client;
        this.own = own;
    }

    boolean isAlone() {
        return others().isEmpty();
    }

    private List<String> others() {
        List<String> others = new ArrayList<>();
        for (String table : NftDump.tables(client)) {
            if (table.startsWith(GuardTables.LEASE_PREFIX) && !table.equals(own)) {
                others.add(table);
            }
        }
        return others;
    }

    /** @throws HaException if another process has one of them */
    void require(List<LeasedAddress> addresses, String group) {
        for (String table : others()) {
            Set<InetAddress> claimed = claimed(table);
            for (LeasedAddress address : addresses) {
                if (claimed.contains(address.address())) {
                    throw new HaException("address " + IpText.of(address.address()) + " of group " + group
                            + " belongs to another process of ha4j on this machine already, process id "
                            + table.substring(GuardTables.LEASE_PREFIX.length()).replaceAll("_.*", "")
                            + " (it has the nftables table netdev " + table + ")");
                }
            }
        }
    }

    private Set<InetAddress> claimed(String table) {
        Set<InetAddress> claimed = new HashSet<>();
        for (boolean ipv6 : GuardTables.FAMILIES) {
            try {
                claimed.addAll(NftDump.elements(client, table, GuardTables.claimsOf(ipv6)));
            } catch (HaException e) {
                log.debug(
                        "{}: {}", table, e.getMessage()); // its process has ended meanwhile, or is of an older version
            }
        }
        return claimed;
    }
}
