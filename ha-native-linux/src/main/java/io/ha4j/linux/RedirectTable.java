package io.ha4j.linux;

import io.ha4j.linux.NftTransaction.SetSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The nftables table of a new active node that passes the segments of its predecessor's connections on: owned, so that
 * it goes with the process.
 *
 * <pre>
 * in   a notice of the predecessor that it drains      → asked, with the life of a notice as timeout; an answer
 *      the first segment of a connection (SYN)         → mine; if that is full: overflow, and nothing is passed on
 *      a segment of one that is in `mine`              → ours
 *      any other, while `asked` and no overflow        → to the predecessor
 *      an ICMP error about a connection                → the same
 * </pre>
 *
 * <p>Every packet that is passed on loses one of its time to live, so that none goes round for ever.
 */
final class RedirectTable {
    static final String PREFIX = "ha4j_redirect_";
    static final String ASKED = "asked";

    private static final int PRIORITY = GuardTables.MARK_PRIORITY - 1;
    private static final String VIPS = "vips";
    private static final String MINE = "mine";
    private static final String OVERFLOW = "overflow";
    private static final String ICMP = "errors";
    private static final int SIZE = 1 << 20; // connections, at some 100 octets of the kernel's memory each
    private static final int TYPE_PORT = 13; // enum datatypes of nftables
    private static final int TYPE_BITS = 6;

    private static final int TUPLE = NftRule.R0; // to R3; IPv6: to R9
    private static final int SCRATCH = NftRule.R4;
    private static final byte[] KEY = NftRule.host(1); // the only one of `asked` and `overflow`
    private static final int INNER = 8; // RFC 792, RFC 4443 §3: the packet that an error is about
    private static final int IPV4_HEADER = 20; // of that packet, without options
    private static final int IPV6_HEADER = 40;

    private final String name;
    private final boolean ipv6;
    private final int length; // of an address

    RedirectTable(String name, boolean ipv6) {
        this.name = name;
        this.ipv6 = ipv6;
        length = ipv6 ? 16 : 4;
    }

    /**
     * @param notice the octets with which a notice begins
     * @param firstMillis how long segments are passed on without a notice
     * @param noticeMillis how long after a notice
     * @param limitMillis how long the connections that begin from now on are remembered
     */
    void create(
            NftTransaction tx,
            LinkMessage link,
            List<byte[]> vips,
            byte[] predecessor,
            byte[] notice,
            long firstMillis,
            long noticeMillis,
            long limitMillis) {
        sets(tx);
        tx.add(name, VIPS, vips, null, 0).add(name, ASKED, List.of(KEY), null, firstMillis);
        tx.chain(name, "in", NftTransaction.INGRESS, PRIORITY, link.name());
        rule(
                tx,
                rule -> rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                        .equal(SCRATCH, DrainNotice.TYPE)
                        .payload(NftRule.NETWORK_HEADER, 0, notice.length, SCRATCH)
                        .equal(SCRATCH, notice)
                        .constant(SCRATCH, KEY)
                        .update(ASKED, SCRATCH, noticeMillis)
                        .payload(NftRule.LINK_HEADER, 6, 6, SCRATCH) // back to where it came from
                        .writeLinkHeader(0, 6, SCRATCH)
                        .constant(SCRATCH, Announcer.hardwareAddress(link))
                        .writeLinkHeader(6, 6, SCRATCH)
                        .constant(SCRATCH, DrainNotice.ANSWER)
                        .writeLinkHeader(12, 2, SCRATCH)
                        .constant(SCRATCH, NftRule.host(link.index()))
                        .forward(SCRATCH));
        rule(
                tx,
                rule -> tuple(Tcp.opening(packet(rule)))
                        .update(MINE, TUPLE, limitMillis)
                        .verdict(NftRule.ACCEPT));
        rule(
                tx,
                rule -> Tcp.opening(packet(rule)) // there was no room
                        .constant(SCRATCH, KEY)
                        .update(OVERFLOW, SCRATCH, limitMillis)
                        .verdict(NftRule.ACCEPT));
        rule(tx, rule -> tuple(Tcp.any(packet(rule))).lookup(MINE, TUPLE).verdict(NftRule.ACCEPT));
        rule(tx, rule -> forward(Tcp.any(packet(rule)), link.index(), predecessor));
        rule(tx, rule -> tupleOfError(error(rule)).lookup(MINE, TUPLE).verdict(NftRule.ACCEPT));
        rule(tx, rule -> forward(tupleOfError(error(rule)), link.index(), predecessor));
    }

    private void sets(NftTransaction tx) {
        int dynamic = NftTransaction.SET_TIMEOUT | NftTransaction.SET_EVAL;
        int type = ipv6 ? GuardTables.TYPE_IPV6 : GuardTables.TYPE_IPV4;
        tx.table(name, NftTransaction.OWNED).deleteTable(name).table(name, NftTransaction.OWNED);
        tx.set(name, new SetSpec(VIPS, 0, type, length, 0, 0));
        for (String set : List.of(ASKED, OVERFLOW)) {
            tx.set(name, new SetSpec(set, dynamic, GuardTables.TYPE_MARK, KEY.length, 0, 0), NftUserData.marks());
        }
        tx.set(name, new SetSpec(ICMP, 0, GuardTables.TYPE_PROTOCOL, 1, 0, 0));
        tx.add(name, ICMP, List.of(new byte[] {ipv6 ? GuardTables.ICMPV6 : Tcp.ICMP}), null, 0);
        int tuple = ((type << TYPE_BITS | type) << TYPE_BITS | TYPE_PORT) << TYPE_BITS | TYPE_PORT;
        tx.set(name, new SetSpec(MINE, dynamic, tuple, 2 * length + 8, 0, 0, SIZE));
    }

    /** These connections are ours, too. */
    void addMine(NftTransaction tx, List<TcpConnection> connections, long limitMillis) {
        tx.add(name, MINE, connections.stream().map(RedirectTable::key).toList(), null, limitMillis);
    }

    /** Each part begins at a register of its own. */
    private static byte[] key(TcpConnection connection) {
        byte[] remote = connection.remote().getAddress();
        return ByteBuffer.allocate(2 * remote.length + 8)
                .put(remote)
                .put(connection.local().getAddress())
                .putShort((short) connection.remotePort())
                .putShort((short) 0)
                .putShort((short) connection.localPort())
                .array();
    }

    void delete(NftTransaction tx) {
        tx.deleteTable(name);
    }

    private void rule(NftTransaction tx, Consumer<NftRule> expressions) {
        tx.rule(name, "in", expressions);
    }

    /** One for a virtual address. */
    private NftRule packet(NftRule rule) {
        return rule.meta(NftRule.META_PROTOCOL, SCRATCH)
                .equal(SCRATCH, ipv6 ? GuardTables.IPV6 : GuardTables.IPV4)
                .payload(NftRule.NETWORK_HEADER, ipv6 ? 24 : 16, length, TUPLE)
                .lookup(VIPS, TUPLE);
    }

    /** A set and not a comparison: told the protocol, nft 1.0.6 aborts when it lists a look-up of what it carries. */
    private NftRule error(NftRule rule) {
        packet(rule).meta(NftRule.META_L4PROTO, SCRATCH).lookup(ICMP, SCRATCH);
        rule.payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH);
        return ipv6
                ? rule.octet(SCRATCH, Tcp.ICMPV6_INFORMATION).equal(SCRATCH, (byte) 0)
                : rule.equal(SCRATCH, Tcp.UNREACHABLE);
    }

    private NftRule tuple(NftRule rule) {
        int source = ipv6 ? 8 : 12;
        return tuple(rule, NftRule.NETWORK_HEADER, source, source + length, Tcp.SOURCE_PORT, Tcp.DESTINATION_PORT);
    }

    /** The packet that the error is about went the other way. */
    private NftRule tupleOfError(NftRule rule) {
        int source = INNER + (ipv6 ? 8 : 12);
        int tcp = INNER + (ipv6 ? IPV6_HEADER : IPV4_HEADER);
        rule.payload(NftRule.TRANSPORT_HEADER, INNER + (ipv6 ? 6 : 9), 1, SCRATCH)
                .equal(SCRATCH, (byte) 6); // TCP
        return tuple(
                rule,
                NftRule.TRANSPORT_HEADER,
                source + length,
                source,
                tcp + Tcp.DESTINATION_PORT,
                tcp + Tcp.SOURCE_PORT);
    }

    private NftRule tuple(NftRule rule, int base, int client, int vip, int clientPort, int vipPort) {
        int registers = length / Integer.BYTES;
        return rule.payload(base, client, length, TUPLE)
                .payload(base, vip, length, TUPLE + registers)
                .payload(NftRule.TRANSPORT_HEADER, clientPort, 2, TUPLE + 2 * registers)
                .payload(NftRule.TRANSPORT_HEADER, vipPort, 2, TUPLE + 2 * registers + 1);
    }

    private NftRule forward(NftRule rule, int device, byte[] predecessor) {
        return rule.constant(SCRATCH, KEY)
                .lookupNone(OVERFLOW, SCRATCH)
                .lookup(ASKED, SCRATCH)
                .constant(NftRule.R0, NftRule.host(device))
                .constant(NftRule.R4, predecessor)
                .forward(NftRule.R0, NftRule.R4, ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET);
    }
}
