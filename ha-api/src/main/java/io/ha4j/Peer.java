package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Another node, as its latest advertisement showed it.
 *
 * @param address where the advertisement came from
 * @param version the protocol version it speaks
 * @param priority in [0, 255]; 0 means it is giving up, 255 that it owns the addresses
 * @param advertisementInterval the interval that it announces
 */
public record Peer(InetAddress address, int version, int priority, Duration advertisementInterval) {
    public Peer {
        requireNonNull(address, "address");
        requireNonNull(advertisementInterval, "advertisementInterval");
    }

    /** {@code ADDRESS priority N}. */
    @Override
    public String toString() {
        return IpText.of(address) + " priority " + priority;
    }
}
