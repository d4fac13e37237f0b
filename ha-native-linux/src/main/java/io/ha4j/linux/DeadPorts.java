package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.linux.NftTransaction.SetSpec;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.StreamChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP ports at which nftables refuses connections as soon as the addresses of this process are silent because it has
 * ended: long before the kernel closes the socket that listens there, since between the two it waits for a grace period
 * of RCU.
 *
 * <pre>
 * ha4j_port_PID_x    owned, and made after the table of the lease:  a segment for a port → mark it
 * ha4j_guard_PID_x   port4_N, port6_N                               marked: unmark it and let it pass; else RST
 * </pre>
 *
 * <p>When the owner's socket closes, the kernel takes away the hooks of its tables in the order in which they were made
 * (nft_rcv_nl_event), and only then waits. So a segment that is not marked any more says that no address is either. Where
 * the kernel has no {@code reject} for the netdev family, the socket's end has to do. Loop thread only.
 */
final class DeadPorts {
    private static final Logger log = LoggerFactory.getLogger(DeadPorts.class);

    static final String PREFIX = "ha4j_port_";

    /** Of an entry in the guard: what a killed process leaves refuses nobody's connections for longer. */
    private static final long TIMEOUT_MILLIS = 120_000;

    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS / 2);
    private static final int TYPE_PORT = 13; // enum datatypes of nftables
    private static final int TYPE_BITS = 6;
    private static final int KEY = NftRule.R0; // the address, then the port: to R4
    private static final int SCRATCH = NftRule.R4 + 1;

    private final String table;
    private final String guard;
    private final EventLoop loop;
    private final Supplier<@Nullable NetlinkClient> client;
    private final EventLoop.Timer refresh;
    private final List<StreamChannel.Place> places = new ArrayList<>();
    private final Set<String> chains = new HashSet<>(); // in the guard
    private boolean fresh = true; // the guard has nothing of this yet

    /** @param client null while there is no guard */
    DeadPorts(String token, EventLoop loop, Supplier<@Nullable NetlinkClient> client) {
        this.table = PREFIX + token;
        this.guard = GuardTables.GUARD_PREFIX + token;
        this.loop = loop;
        this.client = client;
        this.refresh = loop.timer(this::refresh);
    }

    void add(StreamChannel.Place place) {
        places.add(place);
        install(false);
    }

    void remove(StreamChannel.Place place) {
        places.remove(place);
        install(false);
    }

    /** Makes it anew, after the table of the lease; does not throw. */
    void install(boolean newGuard) {
        fresh |= newGuard;
        NetlinkClient netlink = client.get();
        if (netlink == null || places.isEmpty()) {
            refresh.cancel();
            return;
        }
        try {
            NftTransaction tx = new NftTransaction(netlink);
            guard(tx);
            lease(tx);
            tx.commit();
            fresh = false;
            refresh.arm(loop.nanoTime() + REFRESH_NANOS);
        } catch (HaException e) {
            log.info("a death is noticed no sooner than the kernel closes the socket that listens: {}", e.getMessage());
            chains.clear();
        }
    }

    private void lease(NftTransaction tx) {
        tx.table(table, NftTransaction.OWNED).deleteTable(table).table(table, NftTransaction.OWNED);
        for (boolean ipv6 : GuardTables.FAMILIES) {
            tx.set(table, set(ipv6, 0)).add(table, name(ipv6), keys(ipv6), null, 0);
        }
        Set<String> made = new HashSet<>();
        for (StreamChannel.Place place : places) {
            boolean ipv6 = isIpv6(place);
            String chain = chain(place);
            if (made.add(chain)) {
                tx.chain(
                        table,
                        chain,
                        NftTransaction.INGRESS,
                        GuardTables.MARK_PRIORITY,
                        place.link().name());
                tx.rule(
                        table,
                        chain,
                        rule -> match(rule, ipv6)
                                .meta(NftRule.META_MARK, SCRATCH)
                                .bitwise(SCRATCH, ~GuardTables.MARK, GuardTables.MARK)
                                .setMark(SCRATCH));
            }
        }
    }

    private void guard(NftTransaction tx) {
        if (fresh) {
            chains.clear();
            for (boolean ipv6 : GuardTables.FAMILIES) {
                tx.set(guard, set(ipv6, NftTransaction.SET_TIMEOUT));
            }
        }
        for (StreamChannel.Place place : places) {
            boolean ipv6 = isIpv6(place);
            String chain = chain(place);
            if (chains.add(chain)) {
                tx.chain(
                        guard,
                        chain,
                        NftTransaction.INGRESS,
                        GuardTables.CHECK_PRIORITY,
                        place.link().name());
                tx.rule(
                        guard,
                        chain,
                        rule -> match(rule, ipv6)
                                .meta(NftRule.META_MARK, SCRATCH)
                                .bitwise(SCRATCH, GuardTables.MARK, 0)
                                .equal(SCRATCH, NftRule.host(GuardTables.MARK))
                                .meta(NftRule.META_MARK, SCRATCH)
                                .bitwise(SCRATCH, ~GuardTables.MARK, 0)
                                .setMark(SCRATCH)
                                .verdict(NftRule.ACCEPT));
                tx.rule(guard, chain, rule -> match(rule, ipv6).reset());
            }
        }
        keep(tx);
    }

    private void keep(NftTransaction tx) {
        for (boolean ipv6 : GuardTables.FAMILIES) {
            List<byte[]> keys = keys(ipv6);
            // As in GuardTables: the timeout of what is there is not changed by adding it.
            tx.add(guard, name(ipv6), keys, null, TIMEOUT_MILLIS)
                    .remove(guard, name(ipv6), keys)
                    .add(guard, name(ipv6), keys, null, TIMEOUT_MILLIS);
        }
    }

    private void refresh() {
        NetlinkClient netlink = client.get();
        if (netlink == null) {
            return;
        }
        try {
            NftTransaction tx = new NftTransaction(netlink);
            keep(tx);
            tx.commit();
        } catch (HaException e) {
            log.debug("{}", e.getMessage()); // the guard was removed, and is put back
        }
        refresh.arm(loop.nanoTime() + REFRESH_NANOS);
    }

    private static NftRule match(NftRule rule, boolean ipv6) {
        int length = ipv6 ? 16 : 4;
        rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                .equal(SCRATCH, ipv6 ? GuardTables.IPV6 : GuardTables.IPV4)
                .meta(NftRule.META_L4PROTO, SCRATCH)
                .equal(SCRATCH, Tcp.PROTOCOL);
        return rule.payload(NftRule.NETWORK_HEADER, ipv6 ? 24 : 16, length, KEY)
                .payload(NftRule.TRANSPORT_HEADER, Tcp.DESTINATION_PORT, 2, KEY + length / Integer.BYTES)
                .lookup(name(ipv6), KEY);
    }

    private static SetSpec set(boolean ipv6, int flags) {
        int address = ipv6 ? GuardTables.TYPE_IPV6 : GuardTables.TYPE_IPV4;
        return new SetSpec(name(ipv6), flags, address << TYPE_BITS | TYPE_PORT, (ipv6 ? 16 : 4) + Integer.BYTES, 0, 0);
    }

    private static String name(boolean ipv6) {
        return ipv6 ? "ports6" : "ports4";
    }

    private static String chain(StreamChannel.Place place) {
        return (isIpv6(place) ? "port6_" : "port4_") + place.link().index();
    }

    private static boolean isIpv6(StreamChannel.Place place) {
        return place.address().getAddress().length == 16;
    }

    private List<byte[]> keys(boolean ipv6) {
        return places.stream()
                .filter(place -> isIpv6(place) == ipv6)
                .map(DeadPorts::key)
                .toList();
    }

    /** Each part begins at a register of its own. */
    private static byte[] key(StreamChannel.Place place) {
        byte[] address = place.address().getAddress();
        return ByteBuffer.allocate(address.length + Integer.BYTES)
                .put(address)
                .putShort((short) place.port())
                .array();
    }
}
