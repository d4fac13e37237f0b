package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.Mismatch;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an advertisement that passed every check has otherwise than this node.
 *
 * @param counter null where what it counts is counted anyway
 */
record Difference(Mismatch.Kind kind, @Nullable Counter counter, String detail) {
    static List<Difference> of(Advertisement theirs, VirtualRouter router, Set<InetAddress> addresses) {
        List<Difference> differences = new ArrayList<>();
        if (!addresses.equals(new HashSet<>(theirs.addresses()))) { // RFC 9568 §7.1: log, never drop
            differences.add(new Difference(
                    Mismatch.Kind.ADDRESS_LIST,
                    Counter.ADDRESS_LIST_ERRORS,
                    "it advertises " + literals(theirs.addresses()) + ", this node has "
                            + literals(List.copyOf(addresses))));
        }
        if (!theirs.interval().equals(router.advertisementInterval())) { // version 3; version 2 has dropped it
            differences.add(new Difference(
                    Mismatch.Kind.INTERVAL,
                    Counter.ADV_INTERVAL_ERRORS,
                    "it advertises every " + theirs.interval().toMillis() + " ms, this node every "
                            + router.advertisementInterval().toMillis() + " ms"));
        }
        if (isFormChoosable(theirs) && theirs.checksumForm() != router.checksum()) {
            differences.add(new Difference(
                    Mismatch.Kind.CHECKSUM_FORM,
                    null,
                    "its checksum is " + text(theirs.checksumForm()) + ", that of this node "
                            + text(router.checksum())));
        }
        if (router.isOwner() && theirs.priority() == 255) {
            differences.add(new Difference(
                    Mismatch.Kind.DUPLICATE_OWNER,
                    Counter.DUPLICATE_OWNERS,
                    "it has priority 255, as this node has; only the one that the addresses belong to may"));
        }
        return List.copyOf(differences);
    }

    private static boolean isFormChoosable(Advertisement theirs) {
        return theirs.version() == 3 && theirs.addresses().get(0) instanceof Inet4Address;
    }

    private static String text(ChecksumForm form) {
        return form == ChecksumForm.PSEUDO_HEADER ? "with pseudo-header" : "over the message only";
    }

    private static List<String> literals(List<InetAddress> addresses) {
        return addresses.stream().map(IpText::of).sorted().toList();
    }
}
