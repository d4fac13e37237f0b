package io.ha4j.linux;

import io.ha4j.HaException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards of processes that were killed. Each is known by its missing partner: the table of the lease goes with the
 * process, whatever its process id and whichever container it was in. Loop thread only.
 */
final class GuardLeftovers {
    private static final Logger log = LoggerFactory.getLogger(GuardLeftovers.class);

    private static final String REFUSED = "cannot remove the guard of an earlier run: {}";

    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final AddressRequests requests;

    /**
     * Where this process installs nothing: what was left would keep the addresses silent all the same, until its entries
     * end. Does not throw. Where nftables cannot be asked, there is nothing to remove, or nobody else could.
     */
    static void removeWithoutGuard(LinuxSyscalls syscalls, LinkMonitor monitor, AddressRequests requests) {
        try (NetlinkClient client =
                new NetlinkClient(syscalls, NetlinkClient.NETLINK_NETFILTER, "nfnetlink, leftovers")) {
            GuardLeftovers leftovers = new GuardLeftovers(client, monitor, requests);
            List<String> found = leftovers.find();
            try {
                leftovers.remove(found);
            } catch (HaException e) {
                log.warn(REFUSED, e.getMessage());
            }
        } catch (HaException e) {
            log.debug("no look for the guard of an earlier run: {}", e.getMessage());
        }
    }

    GuardLeftovers(NetlinkClient client, LinkMonitor monitor, AddressRequests requests) {
        this.client = client;
        this.monitor = monitor;
        this.requests = requests;
    }

    /** Does not throw. */
    void remove() {
        try {
            remove(find());
        } catch (HaException e) {
            log.warn(REFUSED, e.getMessage());
        }
    }

    private List<String> find() {
        Set<String> tables = NftDump.tables(client);
        return tables.stream()
                .filter(table -> table.startsWith(GuardTables.GUARD_PREFIX)
                        && !tables.contains(
                                GuardTables.LEASE_PREFIX + table.substring(GuardTables.GUARD_PREFIX.length())))
                .toList();
    }

    /** Removes their addresses first, which would answer without them, and then the guards. */
    private void remove(List<String> guards) {
        guards.forEach(this::remove);
    }

    private void remove(String guard) {
        List<AddressMessage> addresses = addresses(guard);
        requests.removeFound(addresses);
        new NftTransaction(client).deleteTable(guard).commit();
        log.info("removed nftables table {} and {} addresses, which an earlier run has left", guard, addresses.size());
    }

    /** What it guarded of those that are on this machine with a lifetime: nobody else gives them one. */
    private List<AddressMessage> addresses(String guard) {
        List<InetAddress> guarded = new ArrayList<>();
        for (boolean ipv6 : GuardTables.FAMILIES) {
            try {
                guarded.addAll(NftDump.elements(client, guard, GuardTables.setOf(ipv6)));
            } catch (HaException e) {
                log.debug("{}: {}", guard, e.getMessage()); // somebody took the set out of it
            }
        }
        monitor.poll();
        return guarded.stream()
                .flatMap(address -> monitor.table().find(address).stream())
                .filter(found ->
                        found.origin() == LeasedAddress.ORIGIN || found.lifetimeSeconds() != AddressMessage.FOREVER)
                .distinct()
                .toList();
    }
}
