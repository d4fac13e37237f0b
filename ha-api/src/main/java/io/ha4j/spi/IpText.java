package io.ha4j.spi;

import java.net.Inet6Address;
import java.net.InetAddress;

/** How addresses are written: as {@code ip addr} does it, and without the zone, which is known from the context. */
public final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    /** {@code 10.0.0.1} or, by RFC 5952 §4, {@code 2001:db8::1}. */
    public static String of(InetAddress address) {
        return address instanceof Inet6Address ? ipv6(address.getAddress()) : address.getHostAddress();
    }

    private static String ipv6(byte[] octets) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
        }
        int best = 0;
        int bestLength = 1; // a single group of zeros is not shortened
        for (int from = 0; from < GROUPS; from++) {
            int length = zeros(groups, from);
            if (length > bestLength) { // the first of several equally long ones
                best = from;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (bestLength > 1 && i == best) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zeros(int[] groups, int from) {
        int length = 0;
        while (from + length < GROUPS && groups[from + length] == 0) {
            length++;
        }
        return length;
    }
}
