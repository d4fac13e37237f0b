package io.ha4j.linux;

import io.ha4j.linux.NftTransaction.SetSpec;
import io.ha4j.spi.SignOfLife;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nftables table of a node whose addresses were handed over and whose connections go on: owned, so that it goes with
 * the process. The guard keeps the addresses mute; this lets pass what belongs to connections that there are.
 *
 * <pre>
 * in   TCP for an address, but no SYN; ICMP errors about what it sent  → mark it, as the lease does
 *      a neighbour advertisement for an address (IPv6)                 → drop it: the kernel would complain
 *      the successor's answer to a notice                              → answered, for a while
 * out  anything from the virtual MAC but an advertisement              → drop it: switches would learn from it
 *      TCP from an address                                             → mark it
 *      an ARP request or neighbour solicitation from an address        → from the node's own address instead
 * </pre>
 *
 * <p>The last, because the kernel asks for the MAC address of a client in the name of the address that it has a packet
 * from, and the client would believe that the address is here.
 */
final class DrainTable {
    static final String PREFIX = "ha4j_drain_";

    static final String ANSWERED = "answered";

    private static final String VIPS = "vips";
    private static final byte[] KEY = NftRule.host(1); // the only one of `answered`
    private static final int ADDRESS = NftRule.R0; // to R3
    private static final int SCRATCH = NftRule.R4;
    private static final int IPV4_SOURCE = 12; // offsets: RFC 791 §3.1, RFC 8200 §3, linux/if_arp.h
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int ARP_SOURCE = 14;
    private static final int MAC_SOURCE = 6; // of an Ethernet header

    private final String name;
    private final SignOfLife sign;
    private final boolean ipv6;

    /** @param sign of the group */
    DrainTable(String name, SignOfLife sign) {
        this.name = name;
        this.sign = sign;
        ipv6 = sign.ipv6();
    }

    /**
     * @param virtualMac of the group; null for none
     * @param own the node's address on the device, of the same family
     * @param answerMillis how long an answer to a notice counts
     */
    void create(
            NftTransaction tx,
            String device,
            List<byte[]> vips,
            byte @Nullable [] virtualMac,
            byte[] own,
            long answerMillis) {
        int length = ipv6 ? 16 : 4;
        byte[] answer = DrainNotice.begin(sign);
        tx.table(name, NftTransaction.OWNED).deleteTable(name).table(name, NftTransaction.OWNED);
        tx.set(name, new SetSpec(VIPS, 0, ipv6 ? GuardTables.TYPE_IPV6 : GuardTables.TYPE_IPV4, length, 0, 0));
        int dynamic = NftTransaction.SET_TIMEOUT | NftTransaction.SET_EVAL;
        tx.set(name, new SetSpec(ANSWERED, dynamic, GuardTables.TYPE_MARK, KEY.length, 0, 0), NftUserData.marks());
        tx.add(name, VIPS, vips, null, 0);
        tx.chain(name, "in", NftTransaction.INGRESS, GuardTables.MARK_PRIORITY, device);
        tx.chain(name, "out", NftTransaction.EGRESS, GuardTables.MARK_PRIORITY, device);
        tx.rule(name, "in", rule -> mark(Tcp.noOpening(packet(rule, ipv6 ? IPV6_DESTINATION : IPV4_DESTINATION))));
        tx.rule(name, "in", rule -> mark(error(packet(rule, ipv6 ? IPV6_DESTINATION : IPV4_DESTINATION))));
        if (virtualMac != null) {
            tx.rule(
                    name,
                    "out",
                    rule -> from(rule, virtualMac)
                            .meta(NftRule.META_PROTOCOL, SCRATCH)
                            .equal(SCRATCH, GuardTables.ARP)
                            .verdict(NftRule.DROP));
            tx.rule(
                    name,
                    "out",
                    rule -> from(rule, virtualMac)
                            .meta(NftRule.META_L4PROTO, SCRATCH)
                            .notEqual(SCRATCH, (byte) sign.protocol())
                            .verdict(NftRule.DROP));
        }
        tx.rule(name, "out", rule -> mark(Tcp.any(packet(rule, ipv6 ? IPV6_SOURCE : IPV4_SOURCE))));
        tx.rule(
                name,
                "in",
                rule -> rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                        .equal(SCRATCH, DrainNotice.ANSWER)
                        .payload(NftRule.NETWORK_HEADER, 0, answer.length, SCRATCH)
                        .equal(SCRATCH, answer)
                        .constant(SCRATCH, KEY)
                        .update(ANSWERED, SCRATCH, answerMillis)
                        .verdict(NftRule.DROP));
        if (ipv6) {
            tx.rule(name, "in", rule -> advertisement(rule).verdict(NftRule.DROP));
            tx.rule(
                    name,
                    "out",
                    rule -> icmpv6(packet(rule, IPV6_SOURCE), GuardTables.NEIGHBOUR_SOLICITATION)
                            .constant(ADDRESS, own)
                            .writeNetworkHeader(IPV6_SOURCE, length, ADDRESS));
        } else {
            tx.rule(
                    name,
                    "out",
                    rule -> address(rule, GuardTables.ARP, ARP_SOURCE, length)
                            .constant(ADDRESS, own)
                            .writeNetworkHeader(ARP_SOURCE, length, ADDRESS));
        }
    }

    void delete(NftTransaction tx) {
        tx.deleteTable(name);
    }

    private NftRule packet(NftRule rule, int offset) {
        return address(rule, ipv6 ? GuardTables.IPV6 : GuardTables.IPV4, offset, ipv6 ? 16 : 4);
    }

    private static NftRule address(NftRule rule, byte[] protocol, int offset, int length) {
        return rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                .equal(SCRATCH, protocol)
                .payload(NftRule.NETWORK_HEADER, offset, length, ADDRESS)
                .lookup(VIPS, ADDRESS);
    }

    private static NftRule from(NftRule rule, byte[] mac) {
        return rule.payload(NftRule.LINK_HEADER, MAC_SOURCE, mac.length, SCRATCH)
                .equal(SCRATCH, mac);
    }

    private NftRule error(NftRule rule) {
        return ipv6 ? Tcp.icmpv6Error(rule) : Tcp.icmpError(rule);
    }

    private static NftRule icmpv6(NftRule rule, byte type) {
        return rule.meta(NftRule.META_L4PROTO, SCRATCH)
                .equal(SCRATCH, GuardTables.ICMPV6)
                .payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH)
                .equal(SCRATCH, type);
    }

    private static NftRule advertisement(NftRule rule) {
        return icmpv6(rule.meta(NftRule.META_PROTOCOL, SCRATCH).equal(SCRATCH, GuardTables.IPV6), (byte) 136)
                .payload(NftRule.TRANSPORT_HEADER, 8, 16, ADDRESS) // RFC 4861 §4.4, target address
                .lookup(VIPS, ADDRESS);
    }

    private static NftRule mark(NftRule rule) {
        return rule.meta(NftRule.META_MARK, SCRATCH)
                .bitwise(SCRATCH, ~GuardTables.MARK, GuardTables.MARK)
                .setMark(SCRATCH);
    }
}
