package io.ha4j.linux;

import java.io.ByteArrayOutputStream;

/**
 * What nft needs to print a set as it would print its own: a type octet, a length octet and the value, nested at will
 * (libnftnl/udata.h). The kernel only keeps it. Without it nft shows marks with their octets reversed, and gives keys
 * that are a raw part of a packet no type that it could read again.
 */
final class NftUserData {
    private static final int KEY_BYTE_ORDER = 0; // enum nftnl_udata_set_types
    private static final int DATA_BYTE_ORDER = 1;
    private static final int KEY_TYPEOF = 3;
    private static final int DATA_TYPEOF = 4;
    private static final int HOST_ENDIAN = 1; // enum byteorder of nftables
    private static final int BIG_ENDIAN = 2;
    private static final int EXPR_PAYLOAD = 7; // enum expr_types of nftables
    private static final int EXPR_META = 9;
    private static final int PROTO_BASE_TRANSPORT = 3; // enum proto_bases of nftables

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    private NftUserData() {}

    /** A set of marks. */
    static byte[] marks() {
        return new NftUserData().number(KEY_BYTE_ORDER, HOST_ENDIAN).octets();
    }

    /** A map from addresses to marks. */
    static byte[] addressesToMarks() {
        return new NftUserData()
                .number(KEY_BYTE_ORDER, BIG_ENDIAN)
                .number(DATA_BYTE_ORDER, HOST_ENDIAN)
                .octets();
    }

    /** A map from an octet of the transport header, {@code typeof @th,OFFSET,8}, to marks. */
    static byte[] transportOctetToMarks(int offset) {
        NftUserData payload = new NftUserData()
                .number(0, 0) // no description: a raw payload expression
                .number(1, 0)
                .number(2, PROTO_BASE_TRANSPORT)
                .number(3, offset * Byte.SIZE)
                .number(4, Byte.SIZE);
        NftUserData meta = new NftUserData().number(0, NftRule.META_MARK);
        return new NftUserData()
                .number(KEY_BYTE_ORDER, BIG_ENDIAN)
                .number(DATA_BYTE_ORDER, HOST_ENDIAN)
                .nested(KEY_TYPEOF, new NftUserData().number(0, EXPR_PAYLOAD).nested(1, payload))
                .nested(DATA_TYPEOF, new NftUserData().number(0, EXPR_META).nested(1, meta))
                .octets();
    }

    private NftUserData number(int type, int value) {
        return put(type, NftRule.host(value));
    }

    private NftUserData nested(int type, NftUserData value) {
        return put(type, value.octets());
    }

    private NftUserData put(int type, byte[] value) {
        octets.write(type);
        octets.write(value.length);
        octets.writeBytes(value);
        return this;
    }

    private byte[] octets() {
        return octets.toByteArray();
    }
}
