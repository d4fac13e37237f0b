package io.ha4j.vrrp;

import io.ha4j.spi.Host;
import io.ha4j.spi.StreamChannel;
import java.util.ArrayList;
import java.util.List;

/** The ports of one segment, each shared by the groups that have it. Loop thread only. */
final class DeathPorts {
    private final List<DeathPort> ports = new ArrayList<>();

    /** @throws io.ha4j.HaException if the kernel refuses */
    DeathPort acquire(Host host, StreamChannel.Place place) {
        DeathPort port = ports.stream().filter(it -> it.is(place)).findFirst().orElse(null);
        if (port == null) {
            port = new DeathPort(host, place);
            ports.add(port);
        }
        port.users++;
        return port;
    }

    /** The last user closes it. */
    void release(DeathPort port) {
        port.users--;
        if (port.users == 0) {
            ports.remove(port);
            port.close();
        }
    }

    /** A use of the machine ends with its group, and what was opened through it may end with it. */
    void moveTo(Host host) {
        ports.forEach(port -> port.moveTo(host));
    }
}
