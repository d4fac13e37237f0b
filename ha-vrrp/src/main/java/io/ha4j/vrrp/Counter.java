package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import java.util.Locale;

/**
 * What is counted, in the order in which it is shown. The names are those of RFC 6527 (vrrpv3Statistics…) and, for the
 * authentication of version 2, RFC 2787; RFC 9568 defines no MIB, so "master" has remained in them.
 */
enum Counter {
    /** Transitions to ACTIVE. */
    MASTER_TRANSITIONS,
    /** Not a counter: why this node became active, 0 it did not, 1 priority, 2 preempted, 3 masterNoResponse. */
    NEW_MASTER_REASON,
    /** Not in a MIB: sent, priority 0 included. */
    SENT_ADVERTISEMENTS,
    /** Those that passed every check, priority 0 included. */
    RCVD_ADVERTISEMENTS,
    SENT_PRI_ZERO_PACKETS,
    RCVD_PRI_ZERO_PACKETS,
    IP_TTL_ERRORS,
    VERSION_ERRORS,
    RCVD_INVALID_TYPE_PACKETS,
    PACKET_LENGTH_ERRORS,
    CHECKSUM_ERRORS,
    VR_ID_ERRORS,
    INVALID_AUTH_TYPE,
    AUTH_TYPE_MISMATCH,
    AUTH_FAILURES,
    /** Of version 2 (dropped), and of version 3 (followed). */
    ADV_INTERVAL_ERRORS,
    /** The address list was empty or, over IPv6, did not begin with a link-local one (dropped), or differs (accepted). */
    ADDRESS_LIST_ERRORS,
    /** Not in a MIB: multicast at a unicast group, unicast at a multicast group, or of a node that is not on its list. */
    UNICAST_ERRORS,
    /** Not in a MIB: priority 255 at a node that has it, too (accepted). */
    DUPLICATE_OWNERS,
    /** Not in a MIB: accepted with {@link ChecksumForm#PSEUDO_HEADER}. */
    RCVD_PSEUDO_HEADER_CHECKSUMS,
    /** Not in a MIB: accepted with {@link ChecksumForm#MESSAGE_ONLY}. */
    RCVD_MESSAGE_ONLY_CHECKSUMS;

    private final String label = camelCase(name());

    /** As the MIB spells it. */
    String label() {
        return label;
    }

    private static String camelCase(String name) {
        StringBuilder label = new StringBuilder();
        for (String word : name.toLowerCase(Locale.ROOT).split("_")) {
            label.append(label.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)))
                    .append(word, 1, word.length());
        }
        return label.toString();
    }
}
