package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server that connections are passed to.
 *
 * @param address a resolved address and a port
 * @param weight its share in relation to the others, in [0, 65535]; 0 takes no new connections
 * @param check how to know whether it works; null for the balancer's own check, and if there is none it counts as up
 * @param backup whether it gets connections only while no backend that is none can
 * @param maxConnections how many it gets at the same time; 0, for no limit. When all are full, connections wait:
 *     {@link ConnectionLimits#maxQueued()}
 * @param slowStart how long its weight takes to grow from 1 % to all of it after it came up again; zero for at once
 * @param proxyProtocol whether and how it is told the client's address
 */
public record Backend(
        InetSocketAddress address,
        int weight,
        @Nullable HealthCheck check,
        boolean backup,
        int maxConnections,
        Duration slowStart,
        ProxyProtocol proxyProtocol) {
    public Backend {
        requireNonNull(address, "address");
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException("address must be resolved and have a port, but was " + address);
        }
        if (weight < 0 || weight > 65535) {
            throw new IllegalArgumentException("weight of " + address + " must be in [0, 65535], but was " + weight);
        }
        requireCheckOfBackend(check);
        if (maxConnections < 0) {
            throw new IllegalArgumentException(
                    "maxConnections of " + address + " must be 0 or more, but was " + maxConnections);
        }
        requireNonNull(proxyProtocol, "proxyProtocol");
        if (requireNonNull(slowStart, "slowStart").isNegative() || slowStart.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "slowStart of " + address + " must be in [0, 1 day], but was " + slowStart);
        }
    }

    static void requireCheckOfBackend(@Nullable HealthCheck check) {
        if (check instanceof InterfaceCheck) {
            throw new IllegalArgumentException(
                    "check of a backend must be a NetworkCheck or a LocalCheck, but was " + check);
        }
    }

    /** A backend with defaults: no backup, no limit, no slow start, no PROXY header. */
    public Backend(InetSocketAddress address, int weight, @Nullable HealthCheck check) {
        this(address, weight, check, false, 0, Duration.ZERO, ProxyProtocol.NONE);
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
        return new Backend(address, weight, check, backup, maxConnections, slowStart, proxyProtocol);
    }

    public Backend check(HealthCheck check) {
        return new Backend(
                address, weight, requireNonNull(check, "check"), backup, maxConnections, slowStart, proxyProtocol);
    }

    /** Serves only while no other backend can. */
    public Backend asBackup() {
        return new Backend(address, weight, check, true, maxConnections, slowStart, proxyProtocol);
    }

    public Backend maxConnections(int max) {
        return new Backend(address, weight, check, backup, max, slowStart, proxyProtocol);
    }

    public Backend slowStart(Duration duration) {
        return new Backend(address, weight, check, backup, maxConnections, duration, proxyProtocol);
    }

    /** Sends it a PROXY header with every connection. */
    public Backend proxyProtocol(ProxyProtocol protocol) {
        return new Backend(address, weight, check, backup, maxConnections, slowStart, protocol);
    }
}
