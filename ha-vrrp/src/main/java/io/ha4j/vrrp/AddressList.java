package io.ha4j.vrrp;

import io.ha4j.VirtualAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What this node advertises, to compare with what others do; the order does not matter. One owner. */
final class AddressList {
    private static final int OCTETS_MAX = 16; // of an IPv6 address

    private final Set<InetAddress> own;

    // Two lists that were judged. Of two nodes, hardly more occur.
    private byte[] same;
    private byte[] different = {};

    AddressList(List<VirtualAddress> addresses) {
        own = addresses.stream().map(VirtualAddress::address).collect(Collectors.toSet());
        same = octets(addresses);
    }

    Set<InetAddress> own() {
        return own;
    }

    private static byte[] octets(List<VirtualAddress> addresses) {
        ByteBuffer octets = ByteBuffer.allocate(addresses.size() * OCTETS_MAX);
        addresses.forEach(address -> octets.put(address.address().getAddress()));
        return Arrays.copyOf(octets.array(), octets.position());
    }

    /** Whether another node advertises other addresses than this one. */
    boolean differsFrom(PackedAdvertisement theirs) {
        if (theirs.hasAddresses(same)) {
            return false;
        }
        if (theirs.hasAddresses(different)) {
            return true;
        }
        if (own.equals(new HashSet<>(theirs.addresses()))) {
            same = theirs.copyOfAddresses();
            return false;
        }
        different = theirs.copyOfAddresses();
        return true;
    }
}
