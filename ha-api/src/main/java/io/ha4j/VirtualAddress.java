package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address that moves between nodes.
 *
 * @param address the IPv4 or IPv6 address
 * @param prefixLength bits of the network part, in [0, 32] for IPv4 and [0, 128] for IPv6
 * @param interfaceName the interface that carries it; null for the interface of the election
 * @param label the IPv4 address label as {@code ip addr} shows it, at most 15 characters and beginning with the
 *     interface's name; null for none
 */
public record VirtualAddress(
        InetAddress address,
        int prefixLength,
        @Nullable String interfaceName,
        @Nullable String label) {

    private static final int LABEL_MAX = 15; // IFNAMSIZ - 1, linux/if.h

    public VirtualAddress {
        requireNonNull(address, "address");
        if (address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "address must be a unicast address of a network, but was " + IpText.of(address));
        }
        int bits = address instanceof Inet4Address ? 32 : 128;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefixLength of " + IpText.of(address) + " must be in [0, " + bits + "], but was " + prefixLength);
        }
        if (label != null && label.length() > LABEL_MAX) {
            throw new IllegalArgumentException(
                    "label must have at most " + LABEL_MAX + " characters, but was " + label);
        }
    }

    /**
     * Reads {@code ADDRESS[/PREFIX]}; without a prefix it is a host address (/32, /128), as in keepalived.conf.
     *
     * @throws IllegalArgumentException if the text is not a literal address with a valid prefix; names are never
     *     looked up
     */
    public static VirtualAddress of(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        int bits = address instanceof Inet4Address ? 32 : 128;
        return new VirtualAddress(address, slash < 0 ? bits : prefix(text, slash), null, null);
    }

    private static int prefix(String text, int slash) {
        try {
            return Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("prefixLength must be a number, but the address was " + text, e);
        }
    }

    /** The same address on another interface. */
    public VirtualAddress on(String interfaceName) {
        return new VirtualAddress(address, prefixLength, interfaceName, label);
    }

    /** The same address with an {@code ip addr} label. */
    public VirtualAddress labelled(String label) {
        return new VirtualAddress(address, prefixLength, interfaceName, label);
    }

    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** {@code ADDRESS/PREFIX}. */
    @Override
    public String toString() {
        return IpText.of(address) + "/" + prefixLength;
    }
}
