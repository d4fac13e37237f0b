package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the expressions of one nftables rule into a request (linux/netfilter/nf_tables.h); {@code nft --debug=netlink}
 * shows those of any rule. They run in their order, and the rule ends at the first that does not match.
 *
 * <p>The registers are the sixteen of 32 bits; longer values take consecutive ones.
 */
final class NftRule {
    static final int R0 = 8; // NFT_REG32_00
    static final int R4 = R0 + 4;

    static final int META_PROTOCOL = 1; // enum nft_meta_keys
    static final int META_MARK = 3;
    static final int META_OIF = 5;
    static final int META_IIFNAME = 6;
    static final int META_NFPROTO = 15;
    static final int META_L4PROTO = 16;

    static final int LINK_HEADER = 0; // enum nft_payload_bases
    static final int NETWORK_HEADER = 1;
    static final int TRANSPORT_HEADER = 2;

    static final int DROP = 0; // linux/netfilter.h
    static final int ACCEPT = 1;

    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NFT_REG_VERDICT = 0;
    private static final int LOOKUP_INVERTED = 1; // NFT_LOOKUP_F_INV
    private static final int CHECKSUM_OF_PSEUDO_HEADER = 1; // NFT_PAYLOAD_L4CSUM_PSEUDOHDR
    private static final int REJECT_BY_RESET = 1; // NFT_REJECT_TCP_RST
    private static final int CMP_EQ = 0;
    private static final int CMP_NEQ = 1;
    private static final int DYNSET_UPDATE = 1;

    private final NetlinkBatch batch;
    private int expression; // where the current one begins

    NftRule(NetlinkBatch batch) {
        this.batch = batch;
    }

    /** Loads something about the packet. */
    NftRule meta(int key, int register) {
        int data = begin("meta");
        batch.be32(2, key).be32(1, register); // NFTA_META_KEY, NFTA_META_DREG
        return end(data);
    }

    NftRule setMark(int register) {
        int data = begin("meta");
        batch.be32(2, META_MARK).be32(3, register); // NFTA_META_KEY, NFTA_META_SREG
        return end(data);
    }

    /** Loads octets of the packet; a register that they do not fill is zero at its end. */
    NftRule payload(int base, int offset, int length, int register) {
        int data = begin("payload");
        batch.be32(1, register).be32(2, base).be32(3, offset).be32(4, length); // NFTA_PAYLOAD_DREG, BASE, OFFSET, LEN
        return end(data);
    }

    /** Replaces octets of the frame's own header. */
    NftRule writeLinkHeader(int offset, int length, int register) {
        return write(LINK_HEADER, offset, length, register, 0);
    }

    /** Replaces octets of the network header; a checksum over a pseudo-header with them follows. */
    NftRule writeNetworkHeader(int offset, int length, int register) {
        return write(NETWORK_HEADER, offset, length, register, CHECKSUM_OF_PSEUDO_HEADER);
    }

    private NftRule write(int base, int offset, int length, int register, int checksumFlags) {
        int data = begin("payload");
        batch.be32(5, register).be32(2, base).be32(3, offset).be32(4, length); // NFTA_PAYLOAD_SREG, BASE, OFFSET, LEN
        batch.be32(6, 0).be32(7, 0).be32(8, checksumFlags); // NFTA_PAYLOAD_CSUM_TYPE, CSUM_OFFSET, CSUM_FLAGS
        return end(data);
    }

    /** Sends the frame out by a device as it is. */
    NftRule forward(int device) {
        int data = begin("fwd");
        batch.be32(1, device); // NFTA_FWD_SREG_DEV
        return end(data);
    }

    /**
     * Sends the packet out by a device, to a neighbour there; its time to live is one less.
     *
     * @param family NFPROTO_* of the neighbour's address, and the packet has to be of that
     */
    NftRule forward(int device, int address, int family) {
        int data = begin("fwd");
        batch.be32(1, device).be32(2, address).be32(3, family); // NFTA_FWD_SREG_DEV, SREG_ADDR, NFPROTO
        return end(data);
    }

    NftRule equal(int register, byte... value) {
        return compare(CMP_EQ, register, value);
    }

    NftRule notEqual(int register, byte... value) {
        return compare(CMP_NEQ, register, value);
    }

    private NftRule compare(int operation, int register, byte[] value) {
        int data = begin("cmp");
        batch.be32(1, register).be32(2, operation); // NFTA_CMP_SREG, NFTA_CMP_OP
        value(3, value); // NFTA_CMP_DATA
        return end(data);
    }

    NftRule constant(int register, byte... value) {
        int data = begin("immediate");
        batch.be32(1, register); // NFTA_IMMEDIATE_DREG
        value(2, value); // NFTA_IMMEDIATE_DATA
        return end(data);
    }

    /** Matches if the set has the key. */
    NftRule lookup(String set, int key) {
        int data = begin("lookup");
        batch.string(1, set).be32(2, key); // NFTA_LOOKUP_SET, NFTA_LOOKUP_SREG
        return end(data);
    }

    /** Matches if the set does not have the key. */
    NftRule lookupNone(String set, int key) {
        int data = begin("lookup");
        batch.string(1, set).be32(2, key).be32(5, LOOKUP_INVERTED); // …, NFTA_LOOKUP_FLAGS
        return end(data);
    }

    /** Matches if the map has the key, and loads what it maps to. */
    NftRule lookup(String map, int key, int register) {
        int data = begin("lookup");
        batch.string(1, map).be32(2, key).be32(3, register); // …, NFTA_LOOKUP_DREG
        return end(data);
    }

    /** {@code register = register & mask ^ xor}. */
    NftRule bitwise(int register, int mask, int xor) {
        int data = begin("bitwise");
        batch.be32(1, register).be32(2, register).be32(3, Integer.BYTES); // NFTA_BITWISE_SREG, DREG, LEN
        value(4, host(mask)); // NFTA_BITWISE_MASK
        value(5, host(xor)); // NFTA_BITWISE_XOR
        return end(data);
    }

    /** {@code register = register & mask} for an octet, which a payload of length 1 is. */
    NftRule octet(int register, int mask) {
        int data = begin("bitwise");
        batch.be32(1, register).be32(2, register).be32(3, 1); // NFTA_BITWISE_SREG, DREG, LEN
        value(4, new byte[] {(byte) mask}); // NFTA_BITWISE_MASK
        value(5, new byte[] {0}); // NFTA_BITWISE_XOR
        return end(data);
    }

    /** Adds the key to the set, or begins its timeout anew. */
    NftRule update(String set, int key, long timeoutMillis) {
        int data = begin("dynset");
        batch.be32(4, key).be32(3, DYNSET_UPDATE).be64(6, timeoutMillis).string(1, set); // NFTA_DYNSET_*
        return end(data);
    }

    /** Answers a TCP segment with RST, and drops it. */
    NftRule reset() {
        int data = begin("reject");
        batch.be32(1, REJECT_BY_RESET); // NFTA_REJECT_TYPE
        return end(data);
    }

    NftRule verdict(int code) {
        int data = begin("immediate");
        batch.be32(1, NFT_REG_VERDICT);
        int outer = batch.beginNested(2);
        int verdict = batch.beginNested(NFTA_DATA_VERDICT);
        batch.be32(NFTA_VERDICT_CODE, code).endNested(verdict).endNested(outer);
        return end(data);
    }

    /** A number as the kernel has it in a register. */
    static byte[] host(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    private void value(int type, byte[] value) {
        int nested = batch.beginNested(type);
        batch.octets(NFTA_DATA_VALUE, value).endNested(nested);
    }

    private int begin(String name) {
        expression = batch.beginNested(NFTA_LIST_ELEM);
        batch.string(NFTA_EXPR_NAME, name);
        return batch.beginNested(NFTA_EXPR_DATA);
    }

    private NftRule end(int data) {
        batch.endNested(data).endNested(expression);
        return this;
    }
}
