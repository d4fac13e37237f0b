package io.ha4j.lb;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Hashes that are the same in every process: an active and a standby balancer must agree. */
final class AddressHash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private AddressHash() {}

    /** Of the address alone: all connections of a client have the same. */
    static long of(InetAddress address) {
        if (address instanceof Inet4Address) {
            return mix(address.hashCode() + GOLDEN); // the address as a number, Inet4Address.hashCode()
        }
        return of(address.getAddress(), 0);
    }

    static long of(String text, long seed) {
        return of(text.getBytes(StandardCharsets.UTF_8), seed);
    }

    private static long of(byte[] bytes, long seed) {
        long hash = seed + GOLDEN;
        for (byte b : bytes) {
            hash = mix(hash ^ (b & 0xFF)) + GOLDEN;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
