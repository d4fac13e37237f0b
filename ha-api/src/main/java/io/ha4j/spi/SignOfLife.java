package io.ha4j.spi;

/**
 * What tells the others that this node is active, as it looks on the wire: whoever enforces the lease of the addresses
 * can see such packets leave, and needs to know nothing else of the election.
 *
 * @param interfaceName the interface that they leave by
 * @param ipv6 whether they are IPv6 packets; IPv4 otherwise
 * @param protocol the IP protocol number, in [1, 255]
 * @param idOffset where the octet that tells one election from another is, counted from the end of the IP header
 * @param id the value of that octet for this election, in [0, 255]
 * @param activeOffset where the octet is that is zero when the packet gives up, and not zero in a sign of life
 */
public record SignOfLife(String interfaceName, boolean ipv6, int protocol, int idOffset, int id, int activeOffset) {
    public SignOfLife {
        inRange("protocol", protocol, 1);
        inRange("idOffset", idOffset, 0);
        inRange("id", id, 0);
        inRange("activeOffset", activeOffset, 0);
    }

    private static void inRange(String name, int value, int least) {
        if (value < least || value > 255) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", 255], but was " + value);
        }
    }
}
