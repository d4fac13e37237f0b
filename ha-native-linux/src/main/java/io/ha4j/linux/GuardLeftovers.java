package io.ha4j.linux;

import io.ha4j.HaException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
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
    private static final int NFGENMSG = 4;

    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final AddressRequests requests;

    GuardLeftovers(NetlinkClient client, LinkMonitor monitor, AddressRequests requests) {
        this.client = client;
        this.monitor = monitor;
        this.requests = requests;
    }

    /** Removes their addresses first, which would answer without them, and then the guards. */
    void remove() {
        Set<String> tables = tables();
        for (String guard : tables) {
            if (!guard.startsWith(GuardTables.GUARD_PREFIX)) {
                continue;
            }
            String token = guard.substring(GuardTables.GUARD_PREFIX.length());
            if (!tables.contains(GuardTables.LEASE_PREFIX + token)) {
                remove(guard);
            }
        }
    }

    private void remove(String guard) {
        List<AddressMessage> addresses = addresses(guard);
        requests.removeFound(addresses);
        new NftTransaction(client).deleteTable(guard).commit();
        log.info("removed nftables table {} and {} addresses, which an earlier run has left", guard, addresses.size());
    }

    private Set<String> tables() {
        Set<String> names = new HashSet<>();
        client.dump(NftTransaction.GETTABLE, request(), names::clear, (header, body) -> {
            NetlinkAttributes attributes = attributes(body);
            while (attributes.next()) {
                if (attributes.type() == 1) { // NFTA_TABLE_NAME
                    names.add(attributes.string());
                }
            }
        });
        return names;
    }

    /** What it guarded of those that are on this machine with a lifetime: nobody else gives them one. */
    private List<AddressMessage> addresses(String guard) {
        List<InetAddress> guarded = new ArrayList<>();
        for (boolean ipv6 : GuardTables.FAMILIES) {
            try {
                byte[] request = request(guard, GuardTables.setOf(ipv6));
                client.dump(NftTransaction.GETSETELEM, request, () -> {}, (header, body) -> keys(body, guarded));
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

    private static void keys(ByteBuffer body, List<InetAddress> into) {
        NetlinkAttributes attributes = attributes(body);
        while (attributes.next()) {
            if (attributes.type() != 3) { // NFTA_SET_ELEM_LIST_ELEMENTS
                continue;
            }
            NetlinkAttributes elements = attributes.nested();
            while (elements.next()) {
                NetlinkAttributes element = elements.nested();
                while (element.next()) {
                    if (element.type() == 1) { // NFTA_SET_ELEM_KEY
                        address(element.nested(), into);
                    }
                }
            }
        }
    }

    private static void address(NetlinkAttributes value, List<InetAddress> into) {
        if (value.next()) {
            try {
                into.add(InetAddress.getByAddress(value.octets()));
            } catch (UnknownHostException e) {
                log.debug("no address: {} octets", value.octets().length);
            }
        }
    }

    private static NetlinkAttributes attributes(ByteBuffer body) {
        int header = Math.min(NFGENMSG, body.limit());
        return new NetlinkAttributes(body.slice(header, body.limit() - header).order(body.order()));
    }

    /** {@code struct nfgenmsg} and, as attributes 1 and 2, a table and a set. */
    private static byte[] request(String... names) {
        NetlinkBatch scratch = new NetlinkBatch(1024);
        scratch.body().put((byte) NftTransaction.NFPROTO_NETDEV).put(new byte[NFGENMSG - 1]);
        for (int i = 0; i < names.length; i++) {
            scratch.string(i + 1, names[i]);
        }
        byte[] request = new byte[scratch.length()];
        scratch.bytes().get(0, request);
        return request;
    }
}
