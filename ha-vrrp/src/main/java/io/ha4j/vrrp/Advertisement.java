package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A well-formed VRRP message.
 *
 * @param version 2 or 3
 * @param virtualRouterId in [0, 255]; 0 is not a valid id, but this is for its receiver to judge
 * @param priority in [0, 255]; 0 gives up, 255 owns the addresses
 * @param authenticationType version 2 only: 0 for none, 1 for a simple password, 2 for IP AH (RFC 2338 §5.3.6); else 0
 * @param interval between advertisements; version 2: whole seconds in [0, 255]; version 3: [0, 40.95 s] in steps of
 *     10 ms
 * @param addresses those of the virtual router, all of one family
 * @param checksumForm which form the checksum had, or is to have
 */
record Advertisement(
        int version,
        int virtualRouterId,
        int priority,
        int authenticationType,
        Duration interval,
        List<InetAddress> addresses,
        ChecksumForm checksumForm)
        implements Decoded {

    Advertisement {
        addresses = List.copyOf(addresses);
    }
}
