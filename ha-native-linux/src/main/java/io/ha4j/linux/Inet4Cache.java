package io.ha4j.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Address objects of the few senders of a link, so that a packet allocates none. Fixed size: a sender that invents
 * addresses makes garbage and no leak. One owner.
 */
final class Inet4Cache {
    private static final int SIZE = 64; // a power of two

    private final int[] keys = new int[SIZE];
    private final @Nullable InetAddress[] addresses = new InetAddress[SIZE];

    /** @param address in network byte order, the first octet in the highest byte */
    InetAddress get(int address) {
        int slot = (address * 0x9E3779B9) >>> 26; // Fibonacci hashing to 6 bits
        InetAddress cached = addresses[slot];
        if (cached == null || keys[slot] != address) {
            cached = of(address);
            addresses[slot] = cached;
            keys[slot] = address;
        }
        return cached;
    }

    private static InetAddress of(int address) {
        byte[] octets = {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an address", e);
        }
    }
}
