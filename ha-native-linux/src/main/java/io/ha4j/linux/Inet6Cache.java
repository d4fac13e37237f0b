package io.ha4j.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** As {@link Inet4Cache}, for the IPv6 addresses of one link. */
final class Inet6Cache {
    private static final int SIZE = 64; // a power of two

    private final int linkIndex;
    private final long[] keys = new long[2 * SIZE];
    private final @Nullable InetAddress[] addresses = new InetAddress[SIZE];

    /** @param linkIndex the zone of link-local addresses */
    Inet6Cache(int linkIndex) {
        this.linkIndex = linkIndex;
    }

    /** @param high the first eight octets, the first in the highest byte */
    InetAddress get(long high, long low) {
        int slot = (int) (((high ^ low) * 0x9E3779B97F4A7C15L) >>> 58); // Fibonacci hashing to 6 bits
        InetAddress cached = addresses[slot];
        if (cached == null || keys[2 * slot] != high || keys[2 * slot + 1] != low) {
            cached = of(high, low);
            addresses[slot] = cached;
            keys[2 * slot] = high;
            keys[2 * slot + 1] = low;
        }
        return cached;
    }

    private InetAddress of(long high, long low) {
        byte[] octets = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            InetAddress address = Inet6Address.getByAddress(null, octets, -1); // never an Inet4Address
            return address.isLinkLocalAddress() ? Inet6Address.getByAddress(null, octets, linkIndex) : address;
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen octets are an address", e);
        }
    }
}
