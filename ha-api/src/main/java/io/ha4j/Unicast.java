package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.List;

/**
 * Advertising to listed nodes instead of to the multicast group, for networks that carry no multicast. Only the listed
 * nodes are heard.
 *
 * @param peers the other nodes, at least one
 * @param hopLimit TTL or hop limit of what is sent, in [1, 255]
 * @param minimumHopLimit what an advertisement must have left of it to be heard, in [0, 255]; 255 demands that no router
 *     was on its way
 */
public record Unicast(List<InetAddress> peers, int hopLimit, int minimumHopLimit) {
    public Unicast {
        peers = List.copyOf(requireNonNull(peers, "peers"));
        if (peers.isEmpty()) {
            throw new IllegalArgumentException("unicastPeers must be at least one, but were none");
        }
        for (InetAddress peer : peers) {
            if (peer.isMulticastAddress() || peer.isAnyLocalAddress() || peer.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "unicastPeers must be unicast addresses of other nodes, but was " + IpText.of(peer));
            }
        }
        if (peers.stream().distinct().count() != peers.size()) {
            throw new IllegalArgumentException("unicastPeers must differ from one another, but were "
                    + peers.stream().map(IpText::of).toList());
        }
        requireRange("unicastHopLimit", hopLimit, 1);
        requireRange("minimumHopLimit", minimumHopLimit, 0);
    }

    private static void requireRange(String name, int value, int min) {
        if (value < min || value > 255) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", 255], but was " + value);
        }
    }
}
