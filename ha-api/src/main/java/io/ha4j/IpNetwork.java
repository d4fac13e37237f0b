package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A network, in the notation of RFC 4632 and RFC 4291 §2.3: {@code 10.0.0.0/8}.
 *
 * @param address with no bit set beyond the prefix
 * @param prefixLength in [0, 32] for IPv4 and [0, 128] for IPv6
 */
public record IpNetwork(InetAddress address, int prefixLength) {
    public IpNetwork {
        int bits = bits(requireNonNull(address, "address"));
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefix length of " + IpText.of(address) + " must be in [0, " + bits
                    + "], but was " + prefixLength);
        }
        byte[] octets = address.getAddress();
        for (int bit = prefixLength; bit < bits; bit++) {
            if (isSet(octets, bit)) {
                throw new IllegalArgumentException("network must have no bit set beyond its prefix, but was "
                        + IpText.of(address) + "/" + prefixLength);
            }
        }
    }

    /**
     * {@code ADDRESS/PREFIX}, or an address alone for a network of one.
     *
     * @throws IllegalArgumentException if the text is not a literal address with a valid prefix
     */
    public static IpNetwork of(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        String prefix = slash < 0 ? String.valueOf(bits(address)) : text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("prefix length of " + text + " must be a number");
        }
        return new IpNetwork(address, Integer.parseInt(prefix));
    }

    /** Whether an address, of either family, is in this network. */
    public boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (ours[i] != theirs[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((ours[whole] ^ theirs[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return IpText.of(address) + "/" + prefixLength;
    }

    private static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    private static boolean isSet(byte[] octets, int bit) {
        return (octets[bit / 8] & 0x80 >>> bit % 8) != 0;
    }
}
