package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A server that connections are passed to.
 *
 * @param address a resolved address and a port
 * @param weight its share in relation to the others, in [0, 65535]; 0 takes no new connections
 * @param check how to know whether it works; null for the balancer's own check, and if there is none it counts as up
 */
public record Backend(
        InetSocketAddress address, int weight, @Nullable HealthCheck check) {
    public Backend {
        requireNonNull(address, "address");
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException("address must be resolved and have a port, but was " + address);
        }
        if (weight < 0 || weight > 65535) {
            throw new IllegalArgumentException("weight of " + address + " must be in [0, 65535], but was " + weight);
        }
    }

    /**
     * A backend of weight 1.
     *
     * @param address a literal IPv4 or IPv6 address; names are never looked up
     */
    public static Backend of(String address, int port) {
        return of(new InetSocketAddress(IpLiteral.parse(address), port));
    }

    /** A backend of weight 1. */
    public static Backend of(InetSocketAddress address) {
        return new Backend(address, 1, null);
    }

    public Backend weight(int weight) {
        return new Backend(address, weight, check);
    }

    public Backend check(HealthCheck check) {
        return new Backend(address, weight, requireNonNull(check, "check"));
    }
}
