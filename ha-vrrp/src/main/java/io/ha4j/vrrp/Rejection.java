package io.ha4j.vrrp;

import io.ha4j.Mismatch;
import org.jspecify.annotations.Nullable;

/** Why a packet is not an advertisement for us, in the order of the checks of RFC 9568 §7.1 and RFC 3768 §7.1. */
enum Rejection implements Decoded {
    HOP_LIMIT(Counter.IP_TTL_ERRORS),
    VERSION(Counter.VERSION_ERRORS),
    TYPE(Counter.RCVD_INVALID_TYPE_PACKETS),
    LENGTH(Counter.PACKET_LENGTH_ERRORS),
    CHECKSUM(Counter.CHECKSUM_ERRORS),
    VIRTUAL_ROUTER_ID(Counter.VR_ID_ERRORS),
    /** Over IPv6, erratum 8300. */
    FIRST_ADDRESS(Counter.ADDRESS_LIST_ERRORS),
    /** No authentication type of RFC 2338. */
    AUTHENTICATION_TYPE_UNKNOWN(Counter.INVALID_AUTH_TYPE),
    AUTHENTICATION_TYPE_DIFFERS(Counter.AUTH_TYPE_MISMATCH),
    PASSWORD(Counter.AUTH_FAILURES),
    INTERVAL(Counter.ADV_INTERVAL_ERRORS),
    NO_ADDRESSES(Counter.ADDRESS_LIST_ERRORS),
    /** Multicast at a unicast group, or the reverse. */
    CAST(Counter.UNICAST_ERRORS),
    UNKNOWN_PEER(Counter.UNICAST_ERRORS);

    private final Counter counter;

    Rejection(Counter counter) {
        this.counter = counter;
    }

    Counter counter() {
        return counter;
    }

    /** What of the sender's settings differs from ours; null if the packet is merely wrong. */
    Mismatch.@Nullable Kind mismatch(int version) {
        return switch (this) {
            case VERSION -> Mismatch.Kind.VERSION;
            case VIRTUAL_ROUTER_ID -> Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER;
            case AUTHENTICATION_TYPE_UNKNOWN, AUTHENTICATION_TYPE_DIFFERS, PASSWORD -> Mismatch.Kind.AUTHENTICATION;
            case INTERVAL -> version == 2 ? Mismatch.Kind.INTERVAL : null; // of version 3: it is 0
            case CAST, UNKNOWN_PEER -> Mismatch.Kind.TRANSPORT;
            case HOP_LIMIT, TYPE, LENGTH, CHECKSUM, FIRST_ADDRESS, NO_ADDRESSES -> null;
        };
    }
}
