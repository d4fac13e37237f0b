package io.ha4j.linux;

/** What rules of nftables match of TCP, and of the ICMP errors about it: RFC 9293 §3.1, RFC 792, RFC 4443 §2.1. */
final class Tcp {
    static final int SOURCE_PORT = 0;
    static final int DESTINATION_PORT = 2;

    private static final int SCRATCH = NftRule.R4;
    static final byte PROTOCOL = 6;
    static final byte ICMP = 1;
    static final byte UNREACHABLE = 3; // RFC 792: with the code "fragmentation needed" among them
    static final int ICMPV6_INFORMATION = 0x80; // the types of messages that are no errors

    private static final int FLAGS = 13;
    private static final byte SYN = 0x02;
    private static final byte ACK = 0x10;

    private Tcp() {}

    static NftRule any(NftRule rule) {
        return rule.meta(NftRule.META_L4PROTO, SCRATCH).equal(SCRATCH, PROTOCOL);
    }

    /** The first segment of a connection: SYN, and no ACK. */
    static NftRule opening(NftRule rule) {
        return flags(rule).equal(SCRATCH, SYN);
    }

    static NftRule noOpening(NftRule rule) {
        return flags(rule).notEqual(SCRATCH, SYN);
    }

    private static NftRule flags(NftRule rule) {
        return any(rule).payload(NftRule.TRANSPORT_HEADER, FLAGS, 1, SCRATCH).octet(SCRATCH, SYN | ACK);
    }

    static NftRule icmpError(NftRule rule) {
        return rule.meta(NftRule.META_L4PROTO, SCRATCH)
                .equal(SCRATCH, ICMP)
                .payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH)
                .equal(SCRATCH, UNREACHABLE);
    }

    /** The types below 128. */
    static NftRule icmpv6Error(NftRule rule) {
        return rule.meta(NftRule.META_L4PROTO, SCRATCH)
                .equal(SCRATCH, GuardTables.ICMPV6)
                .payload(NftRule.TRANSPORT_HEADER, 0, 1, SCRATCH)
                .octet(SCRATCH, ICMPV6_INFORMATION)
                .equal(SCRATCH, (byte) 0);
    }
}
