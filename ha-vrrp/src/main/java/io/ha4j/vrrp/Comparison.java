package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.Mismatch;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/**
 * Finds what an advertisement that passed every check has otherwise than this node; counts and tells it. Allocates
 * nothing but for what is told.
 */
final class Comparison {
    private static final int OWNER = 255;

    private final VirtualRouter router;
    private final AddressList addresses;
    private final Counters counters;
    private final GroupEvents events;
    private final long intervalMillis;
    private final boolean formMatters;

    Comparison(VirtualRouter router, List<VirtualAddress> addresses, Counters counters, GroupEvents events) {
        this.router = router;
        this.addresses = new AddressList(addresses);
        this.counters = counters;
        this.events = events;
        intervalMillis = router.advertisementInterval().toMillis();
        formMatters = router.version() == 3 && addresses.get(0).isIpv4(); // elsewhere there is one form
    }

    void compare(PackedAdvertisement theirs, InetAddress source) {
        if (addresses.differsFrom(theirs)) { // RFC 9568 §7.1: log, never drop
            counters.increment(Counter.ADDRESS_LIST_ERRORS);
            found(Mismatch.Kind.ADDRESS_LIST, theirs, source);
        }
        if (theirs.intervalMillis() != intervalMillis) { // version 3; one of version 2 was dropped
            counters.increment(Counter.ADV_INTERVAL_ERRORS);
            found(Mismatch.Kind.INTERVAL, theirs, source);
        }
        if (formMatters && theirs.checksumForm() != router.checksum()) { // both forms are counted anyway
            found(Mismatch.Kind.CHECKSUM_FORM, theirs, source);
        }
        if (router.isOwner() && theirs.priority() == OWNER) {
            counters.increment(Counter.DUPLICATE_OWNERS);
            found(Mismatch.Kind.DUPLICATE_OWNER, theirs, source);
        }
    }

    private void found(Mismatch.Kind kind, PackedAdvertisement theirs, InetAddress source) {
        if (events.tells(kind, source)) {
            events.mismatch(kind, source, explain(kind, theirs));
        }
    }

    private String explain(Mismatch.Kind kind, PackedAdvertisement theirs) {
        return switch (kind) {
            case ADDRESS_LIST ->
                "it advertises " + literals(theirs.addresses()) + ", this node has " + literals(addresses.own());
            case INTERVAL ->
                "it advertises every " + theirs.intervalMillis() + " ms, this node every " + intervalMillis + " ms";
            case CHECKSUM_FORM ->
                "its checksum is " + text(theirs.checksumForm()) + ", that of this node " + text(router.checksum());
            default -> "it has priority 255, as this node has; only the one that the addresses belong to may";
        };
    }

    private static String text(ChecksumForm form) {
        return form == ChecksumForm.PSEUDO_HEADER ? "with pseudo-header" : "over the message only";
    }

    private static List<String> literals(Collection<InetAddress> addresses) {
        return addresses.stream().map(IpText::of).sorted().toList();
    }
}
