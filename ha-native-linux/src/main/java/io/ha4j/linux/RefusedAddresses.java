package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.linux.NftTransaction.SetSpec;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses that this node answers for and does not accept packets to (RFC 9568 §6.4.3, 655): an nftables table of the
 * family inet, which goes with the process. On a backup it has no effect, for the addresses are not there; so it costs a
 * failover nothing. Loop thread only.
 *
 * <pre>
 *   in   a neighbour solicitation or advertisement → let it pass
 *        a packet to one of the addresses (if that is link-local: on its link) → drop it
 * </pre>
 */
final class RefusedAddresses implements AutoCloseable {
    static final String PREFIX = "ha4j_refuse_";

    private static final Logger log = LoggerFactory.getLogger(RefusedAddresses.class);
    private static final String CHAIN = "in";
    private static final String SET4 = "vips4";
    private static final String SET6 = "vips6";
    private static final String SET6_ON_LINK = "link_local_vips6";
    private static final int PRIORITY = -1; // just before the filters of others

    private static final int TYPE_IPV4 = 7; // enum datatypes of nftables
    private static final int TYPE_IPV6 = 8;
    private static final int TYPE_IFNAME = 41;
    private static final int TYPE_BITS = 6; // of each part of a concatenation
    private static final int NAME_LENGTH = 16; // IFNAMSIZ, linux/if.h

    private static final byte NFPROTO_IPV4 = 2; // linux/netfilter.h
    private static final byte NFPROTO_IPV6 = 10;
    private static final byte ICMPV6 = 58;
    private static final byte[] NEIGHBOUR_DISCOVERY = {(byte) 135, (byte) 136}; // RFC 4861 §4.3, §4.4

    private static final int ADDRESS = NftRule.R0; // to R3
    private static final int LINK = NftRule.R4; // to R7
    private static final int SCRATCH = NftRule.R4 + 4;

    private final LinuxSyscalls syscalls;
    private final String table;
    private @Nullable NetlinkClient client; // with its socket, the kernel takes the table away
    private int users;

    /** @param token tells this process's tables from those of others */
    RefusedAddresses(LinuxSyscalls syscalls, String token) {
        this.syscalls = syscalls;
        table = PREFIX + token;
    }

    /**
     * Refuses packets to these addresses until it is closed.
     *
     * @throws HaException if the kernel refuses
     */
    Refusal refuse(String group, List<LeasedAddress> addresses) {
        try {
            NetlinkClient client = open();
            NftTransaction tx = new NftTransaction(client, NftTransaction.NFPROTO_INET);
            add(tx, addresses);
            tx.commit();
            return new Refusal(addresses);
        } catch (HaException e) {
            closeIfUnused();
            throw new HaException(
                    "group " + group + " cannot keep packets to its addresses away (acceptMode is false): "
                            + e.getMessage(),
                    e);
        }
    }

    private NetlinkClient open() {
        NetlinkClient opened = client;
        if (opened == null) {
            opened = new NetlinkClient(syscalls, NetlinkClient.NETLINK_NETFILTER, "nfnetlink, refused addresses");
            client = opened;
            NftTransaction tx = new NftTransaction(opened, NftTransaction.NFPROTO_INET);
            create(tx);
            tx.commit();
        }
        return opened;
    }

    private void create(NftTransaction tx) {
        tx.table(table, NftTransaction.OWNED).inputChain(table, CHAIN, PRIORITY);
        tx.set(table, new SetSpec(SET4, 0, TYPE_IPV4, 4, 0, 0));
        tx.set(table, new SetSpec(SET6, 0, TYPE_IPV6, 16, 0, 0));
        tx.set(table, new SetSpec(SET6_ON_LINK, 0, TYPE_IPV6 << TYPE_BITS | TYPE_IFNAME, 16 + NAME_LENGTH, 0, 0));
        tx.rule(
                table,
                CHAIN,
                rule -> family(rule, NFPROTO_IPV4)
                        .payload(NftRule.NETWORK_HEADER, 16, 4, ADDRESS)
                        .lookup(SET4, ADDRESS)
                        .verdict(NftRule.DROP));
        for (byte type : NEIGHBOUR_DISCOVERY) {
            tx.rule(
                    table,
                    CHAIN,
                    rule -> family(rule, NFPROTO_IPV6)
                            .meta(NftRule.META_L4PROTO, SCRATCH)
                            .equal(SCRATCH, ICMPV6)
                            .payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH)
                            .equal(SCRATCH, type)
                            .verdict(NftRule.ACCEPT));
        }
        tx.rule(
                table,
                CHAIN,
                rule -> family(rule, NFPROTO_IPV6)
                        .payload(NftRule.NETWORK_HEADER, 24, 16, ADDRESS)
                        .lookup(SET6, ADDRESS)
                        .verdict(NftRule.DROP));
        tx.rule(
                table,
                CHAIN,
                rule -> family(rule, NFPROTO_IPV6)
                        .payload(NftRule.NETWORK_HEADER, 24, 16, ADDRESS)
                        .meta(NftRule.META_IIFNAME, LINK)
                        .lookup(SET6_ON_LINK, ADDRESS)
                        .verdict(NftRule.DROP));
    }

    private static NftRule family(NftRule rule, byte family) {
        return rule.meta(NftRule.META_NFPROTO, SCRATCH).equal(SCRATCH, family);
    }

    private void add(NftTransaction tx, List<LeasedAddress> addresses) {
        tx.add(table, SET4, keys(SET4, addresses), null, 0);
        tx.add(table, SET6, keys(SET6, addresses), null, 0);
        tx.add(table, SET6_ON_LINK, keys(SET6_ON_LINK, addresses), null, 0);
    }

    private static List<byte[]> keys(String set, List<LeasedAddress> addresses) {
        List<byte[]> keys = new ArrayList<>();
        for (LeasedAddress address : addresses) {
            if (setOf(address.address()).equals(set)) {
                keys.add(
                        set.equals(SET6_ON_LINK)
                                ? onLink(address)
                                : address.address().getAddress());
            }
        }
        return keys;
    }

    private static String setOf(InetAddress address) {
        return address instanceof Inet4Address ? SET4 : address.isLinkLocalAddress() ? SET6_ON_LINK : SET6;
    }

    private static byte[] onLink(LeasedAddress address) {
        return ByteBuffer.allocate(16 + NAME_LENGTH)
                .put(address.address().getAddress())
                .put(address.interfaceName().getBytes(StandardCharsets.UTF_8))
                .array();
    }

    private void closeIfUnused() {
        if (users == 0) {
            close();
        }
    }

    @Override
    public void close() {
        NetlinkClient opened = client;
        if (opened != null) {
            client = null;
            opened.close();
        }
    }

    /** Closed when the addresses are no longer there. */
    final class Refusal implements AutoCloseable {
        private List<LeasedAddress> addresses;
        private boolean open = true;

        private Refusal(List<LeasedAddress> addresses) {
            this.addresses = addresses;
            users++;
        }

        /** @throws HaException if the kernel refuses; nothing has changed then */
        void change(List<LeasedAddress> next) {
            NetlinkClient opened = client;
            if (open && opened != null) {
                NftTransaction tx = new NftTransaction(opened, NftTransaction.NFPROTO_INET);
                remove(tx);
                add(tx, next);
                tx.commit();
                addresses = next;
            }
        }

        private void remove(NftTransaction tx) {
            add(tx, addresses); // what is not there cannot be removed
            for (String set : List.of(SET4, SET6, SET6_ON_LINK)) {
                tx.remove(table, set, keys(set, addresses));
            }
        }

        @Override
        public void close() {
            NetlinkClient opened = client;
            if (!open || opened == null) {
                return;
            }
            open = false;
            users--;
            try {
                if (users > 0) {
                    NftTransaction tx = new NftTransaction(opened, NftTransaction.NFPROTO_INET);
                    remove(tx);
                    tx.commit();
                }
            } catch (HaException e) {
                log.warn("{}", e.getMessage());
            }
            closeIfUnused();
        }
    }
}
