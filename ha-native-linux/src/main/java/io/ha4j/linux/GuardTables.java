package io.ha4j.linux;

import io.ha4j.linux.NftTransaction.SetSpec;
import io.ha4j.spi.SignOfLife;
import java.util.List;

/**
 * The two nftables tables of a process that make the virtual addresses answer only while it sends signs of life.
 *
 * <pre>
 * ha4j_lease_PID_x   owned: goes with our netlink socket, so with the process
 *   out_N sign_N     a sign of life leaves        → id → number of its group, into `alive` with the lease as timeout
 *   in4_N, in6_N     a packet for an address      → address → number of its group; if that is in `alive`: mark the packet
 *   out4_N, out6_N   a packet from an address     → the same
 *   claims4, claims6 all addresses of its groups, held or not, for other processes to see
 * ha4j_guard_PID_x   not owned: stays when the process ends
 *   in4_N …          a packet for an address      → marked: unmark it and let it pass; else drop it
 * </pre>
 *
 * <p>The number goes from one look-up to the next through the packet's mark, which is put back: the kernel would take it
 * from a register, but nft 1.0.6 (Debian 12) aborts when it lists a look-up of what a map gave, and with it everybody's
 * {@code nft list ruleset}.
 *
 * <p>N is the index of a device, since chains of the netdev family sit on one each. A packet costs two look-ups, however
 * many groups there are. Only addresses that are held are in the sets, so a backup's packets are left alone.
 */
final class GuardTables {
    static final String LEASE_PREFIX = "ha4j_lease_";
    static final String GUARD_PREFIX = "ha4j_guard_";

    /** Whether it is IPv6. */
    static final List<Boolean> FAMILIES = List.of(false, true);

    /** A device, for one address family. */
    record Hook(String device, int index, boolean ipv6) {
        String chain(String direction) {
            return direction + (ipv6 ? "6_" : "4_") + index;
        }
    }

    /**
     * Signs of life of one kind that leave by one device, with one lease.
     *
     * @param sign its id does not count
     */
    record Renewal(SignOfLife sign, int index, long leaseMillis) {
        static Renewal of(SignOfLife sign, int index, long leaseMillis) {
            SignOfLife kind = new SignOfLife(
                    sign.interfaceName(), sign.ipv6(), sign.protocol(), sign.idOffset(), 0, sign.activeOffset());
            return new Renewal(kind, index, leaseMillis);
        }

        /** The map from ids to the numbers of their groups. */
        String set() {
            return "sign_" + index + (sign.ipv6() ? "_ip6_" : "_ip_") + sign.protocol() + "_" + sign.idOffset() + "_"
                    + sign.activeOffset() + "_" + leaseMillis + "ms";
        }
    }

    /** Before whatever else may look at packets here; raw, the earliest of iptables' tables, is at -300. */
    static final int MARK_PRIORITY = -502;

    static final int CHECK_PRIORITY = -501;

    /** One bit of the packet's mark, for the moment between the two chains. */
    static final int MARK = 0x2000_0000;

    private static final String ALIVE = "alive";
    private static final int TYPE_INTEGER = 4; // enum datatypes of nftables
    static final int TYPE_PROTOCOL = 12;
    static final int TYPE_MARK = 19;
    static final int TYPE_IPV4 = 7;
    static final int TYPE_IPV6 = 8;

    static final byte[] ARP = {0x08, 0x06}; // linux/if_ether.h
    static final byte[] IPV4 = {0x08, 0x00};
    static final byte[] IPV6 = {(byte) 0x86, (byte) 0xdd};
    static final byte ICMPV6 = 58;
    static final byte NEIGHBOUR_SOLICITATION = (byte) 135; // RFC 4861 §4.3

    private static final int ADDRESS = NftRule.R0; // to R3
    private static final int NUMBER = NftRule.R4;
    private static final int SAVED = NUMBER + 1;
    private static final int SCRATCH = NftRule.R4 + 4;

    private final String lease;
    private final String guard;

    /** @param token tells this process's tables from those of others */
    GuardTables(String token) {
        lease = LEASE_PREFIX + token;
        guard = GUARD_PREFIX + token;
    }

    String lease() {
        return lease;
    }

    String guard() {
        return guard;
    }

    /** An empty table, whatever was there. */
    void createLease(NftTransaction tx) {
        tx.table(lease, NftTransaction.OWNED).deleteTable(lease).table(lease, NftTransaction.OWNED);
        int dynamic = NftTransaction.SET_TIMEOUT | NftTransaction.SET_EVAL;
        tx.set(lease, new SetSpec(ALIVE, dynamic, TYPE_MARK, Integer.BYTES, 0, 0), NftUserData.marks());
        for (boolean ipv6 : FAMILIES) {
            tx.set(
                    lease,
                    addresses(ipv6, NftTransaction.SET_MAP, TYPE_MARK, Integer.BYTES),
                    NftUserData.addressesToMarks());
            tx.set(lease, claims(ipv6));
        }
    }

    private static SetSpec claims(boolean ipv6) {
        return new SetSpec(claimsOf(ipv6), 0, ipv6 ? TYPE_IPV6 : TYPE_IPV4, ipv6 ? 16 : 4, 0, 0);
    }

    /** The set, in the table of the lease, of all addresses that the process may come to hold; no rule looks at it. */
    static String claimsOf(boolean ipv6) {
        return ipv6 ? "claims6" : "claims4";
    }

    void claim(NftTransaction tx, boolean ipv6, List<byte[]> addresses) {
        tx.add(lease, claimsOf(ipv6), addresses, null, 0);
    }

    /** Without effect for those that are not there. */
    void unclaim(NftTransaction tx, boolean ipv6, List<byte[]> addresses) {
        claim(tx, ipv6, addresses);
        tx.remove(lease, claimsOf(ipv6), addresses);
    }

    /** An empty table, whatever was there. */
    void createGuard(NftTransaction tx) {
        tx.table(guard, 0).deleteTable(guard).table(guard, 0);
        for (boolean ipv6 : FAMILIES) {
            tx.set(guard, addresses(ipv6, NftTransaction.SET_TIMEOUT, 0, 0));
        }
    }

    void delete(NftTransaction tx) {
        // Added first, because a table that is not there cannot be deleted.
        tx.table(lease, NftTransaction.OWNED).deleteTable(lease);
        tx.table(guard, 0).deleteTable(guard);
    }

    private static SetSpec addresses(boolean ipv6, int flags, int dataType, int dataLength) {
        return new SetSpec(setOf(ipv6), flags, ipv6 ? TYPE_IPV6 : TYPE_IPV4, ipv6 ? 16 : 4, dataType, dataLength);
    }

    /** The set, in both tables, that has the addresses of a family. */
    static String setOf(boolean ipv6) {
        return ipv6 ? "vips6" : "vips4";
    }

    /** Marks what is for or from a living address. */
    void hookLease(NftTransaction tx, Hook hook) {
        tx.chain(lease, hook.chain("in"), NftTransaction.INGRESS, MARK_PRIORITY, hook.device());
        tx.chain(lease, hook.chain("out"), NftTransaction.EGRESS, MARK_PRIORITY, hook.device());
        for (Where where : Where.values()) {
            if (where.ipv6 == hook.ipv6() && where != Where.ARP_SENDER) {
                tx.rule(
                        lease,
                        hook.chain(where.direction),
                        rule -> where.load(rule)
                                .meta(NftRule.META_MARK, SAVED)
                                .lookup(setOf(where.ipv6), ADDRESS, NUMBER)
                                .setMark(NUMBER)
                                .meta(NftRule.META_MARK, NUMBER)
                                .lookup(ALIVE, NUMBER)
                                .bitwise(SAVED, ~MARK, MARK)
                                .setMark(SAVED));
            }
        }
    }

    /** Lets pass what is marked, and drops the rest of what is for or from an address. */
    void hookGuard(NftTransaction tx, Hook hook) {
        tx.chain(guard, hook.chain("in"), NftTransaction.INGRESS, CHECK_PRIORITY, hook.device());
        tx.chain(guard, hook.chain("out"), NftTransaction.EGRESS, CHECK_PRIORITY, hook.device());
        for (Where where : Where.values()) {
            if (where.ipv6 != hook.ipv6()) {
                continue;
            }
            if (where == Where.ARP_SENDER) {
                // Others' announcements of the address are no questions, and this node needs to hear them.
                tx.rule(
                        guard,
                        hook.chain(where.direction),
                        rule -> where.load(rule).lookup(setOf(false), ADDRESS).verdict(NftRule.ACCEPT));
                continue;
            }
            tx.rule(
                    guard,
                    hook.chain(where.direction),
                    rule -> where.load(rule)
                            .lookup(setOf(where.ipv6), ADDRESS)
                            .meta(NftRule.META_MARK, SCRATCH)
                            .bitwise(SCRATCH, MARK, 0)
                            .equal(SCRATCH, NftRule.host(MARK))
                            .meta(NftRule.META_MARK, SCRATCH)
                            .bitwise(SCRATCH, ~MARK, 0)
                            .setMark(SCRATCH)
                            .verdict(NftRule.ACCEPT));
            if (where != Where.ARP_TARGET) {
                drop(tx, hook, where);
            }
        }
        if (!hook.ipv6()) {
            drop(tx, hook, Where.ARP_TARGET); // after the exception for announcements
        }
    }

    private void drop(NftTransaction tx, Hook hook, Where where) {
        tx.rule(
                guard,
                hook.chain(where.direction),
                rule -> where.load(rule).lookup(setOf(where.ipv6), ADDRESS).verdict(NftRule.DROP));
    }

    /** The chain in which signs of life that leave by a device renew what is alive. */
    void hookSigns(NftTransaction tx, String device, int index) {
        tx.chain(lease, "sign_" + index, NftTransaction.EGRESS, MARK_PRIORITY, device);
    }

    /** Signs of life of this kind that leave by the device renew the lease of those groups that have this one. */
    void renewal(NftTransaction tx, Renewal kind) {
        SignOfLife sign = kind.sign();
        tx.set(
                lease,
                new SetSpec(kind.set(), NftTransaction.SET_MAP, TYPE_INTEGER, 1, TYPE_MARK, Integer.BYTES),
                NftUserData.transportOctetToMarks(sign.idOffset()));
        // A set and not a comparison: told the protocol, nft 1.0.6 aborts when it lists a look-up of what it carries.
        String protocol = "protocol_" + sign.protocol();
        tx.set(lease, new SetSpec(protocol, 0, TYPE_PROTOCOL, 1, 0, 0));
        tx.add(lease, protocol, List.of(new byte[] {(byte) sign.protocol()}), null, 0);
        tx.rule(
                lease,
                "sign_" + kind.index(),
                rule -> rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                        .equal(SCRATCH, sign.ipv6() ? IPV6 : IPV4)
                        .meta(NftRule.META_L4PROTO, SCRATCH)
                        .lookup(protocol, SCRATCH)
                        .payload(NftRule.TRANSPORT_HEADER, sign.activeOffset(), 1, SCRATCH)
                        .notEqual(SCRATCH, (byte) 0)
                        .payload(NftRule.TRANSPORT_HEADER, sign.idOffset(), 1, SCRATCH)
                        .meta(NftRule.META_MARK, SAVED)
                        .lookup(kind.set(), SCRATCH, NUMBER)
                        .setMark(NUMBER)
                        .meta(NftRule.META_MARK, NUMBER)
                        .update(ALIVE, NUMBER, kind.leaseMillis())
                        .setMark(SAVED));
    }

    /** @param number of the group */
    void addSign(NftTransaction tx, Renewal kind, int id, int number) {
        tx.add(lease, kind.set(), List.of(new byte[] {(byte) id}), NftRule.host(number), 0);
    }

    /** Without effect if it is not there. */
    void removeSign(NftTransaction tx, Renewal kind, int id, int number) {
        addSign(tx, kind, id, number);
        tx.remove(lease, kind.set(), List.of(new byte[] {(byte) id}));
    }

    /** Guards the addresses, or begins their timeout anew. */
    void cover(NftTransaction tx, boolean ipv6, List<byte[]> addresses, int number, long timeoutMillis) {
        tx.add(lease, setOf(ipv6), addresses, NftRule.host(number), 0);
        keep(tx, ipv6, addresses, timeoutMillis);
    }

    /** Begins the timeout of what is guarded anew, without the lease: what does not have it already is mute. */
    void keep(NftTransaction tx, boolean ipv6, List<byte[]> addresses, long timeoutMillis) {
        // Kernels before 6.12 do not change the timeout of what is there, and none removes what is not.
        tx.add(guard, setOf(ipv6), addresses, null, timeoutMillis)
                .remove(guard, setOf(ipv6), addresses)
                .add(guard, setOf(ipv6), addresses, null, timeoutMillis);
    }

    /** Takes the lease from them; they stay guarded. */
    void mute(NftTransaction tx, boolean ipv6, List<byte[]> addresses, int number) {
        tx.add(lease, setOf(ipv6), addresses, NftRule.host(number), 0).remove(lease, setOf(ipv6), addresses);
    }

    void uncover(NftTransaction tx, boolean ipv6, List<byte[]> addresses, int number) {
        mute(tx, ipv6, addresses, number);
        tx.add(guard, setOf(ipv6), addresses, null, 0).remove(guard, setOf(ipv6), addresses);
    }

    /** Where in a packet a guarded address may be; the order is that of the rules. */
    private enum Where {
        ARP_TARGET("in", false), // linux/if_arp.h: 8 octets of header, then MAC, address, MAC, address
        ARP_SENDER("in", false),
        IPV4_DESTINATION("in", false),
        ARP_SOURCE("out", false),
        IPV4_SOURCE("out", false),
        SOLICITED("in", true),
        IPV6_DESTINATION("in", true),
        IPV6_SOURCE("out", true);

        private final String direction;
        private final boolean ipv6;

        Where(String direction, boolean ipv6) {
            this.direction = direction;
            this.ipv6 = ipv6;
        }

        NftRule load(NftRule rule) {
            rule.meta(NftRule.META_PROTOCOL, SCRATCH);
            return switch (this) {
                case ARP_TARGET -> rule.equal(SCRATCH, ARP).payload(NftRule.NETWORK_HEADER, 24, 4, ADDRESS);
                case ARP_SENDER, ARP_SOURCE -> rule.equal(SCRATCH, ARP).payload(NftRule.NETWORK_HEADER, 14, 4, ADDRESS);
                case IPV4_DESTINATION -> rule.equal(SCRATCH, IPV4).payload(NftRule.NETWORK_HEADER, 16, 4, ADDRESS);
                case IPV4_SOURCE -> rule.equal(SCRATCH, IPV4).payload(NftRule.NETWORK_HEADER, 12, 4, ADDRESS);
                case SOLICITED ->
                    rule.equal(SCRATCH, IPV6)
                            .meta(NftRule.META_L4PROTO, SCRATCH)
                            .equal(SCRATCH, ICMPV6)
                            .payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH)
                            .equal(SCRATCH, NEIGHBOUR_SOLICITATION)
                            .payload(NftRule.TRANSPORT_HEADER, 8, 16, ADDRESS);
                case IPV6_DESTINATION -> rule.equal(SCRATCH, IPV6).payload(NftRule.NETWORK_HEADER, 24, 16, ADDRESS);
                case IPV6_SOURCE -> rule.equal(SCRATCH, IPV6).payload(NftRule.NETWORK_HEADER, 8, 16, ADDRESS);
            };
        }
    }
}
