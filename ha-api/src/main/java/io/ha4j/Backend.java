package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server that connections are passed to, an application in this process that takes them itself, or a name
 * with servers behind it.
 *
 * @param address a resolved address and a port; of servers behind a name, that name, unresolved, and the port; of an application, its name as an unresolved address with port 0, by
 *     which {@link LoadBalancer#drain} and the like mean it
 * @param weight its share in relation to the others, in [0, 65535]; 0 takes no new connections
 * @param check how to know whether it works; null for the balancer's own check, and if there is none it counts as up
 * @param backup whether it gets connections only while no backend that is none can
 * @param maxConnections how many it gets at the same time; 0, for no limit. When all are full, connections wait:
 *     {@link ConnectionLimits#maxQueued()}
 * @param slowStart how long its weight takes to grow from 1 % to all of it after it came up again; zero for at once
 * @param proxyProtocol whether and how it is told the client's address; {@link ProxyProtocol#NONE} for an application,
 *     which sees it
 * @param application what takes the connections in this process; null for a server, to which they are relayed
 */
public record Backend(
        InetSocketAddress address,
        int weight,
        @Nullable HealthCheck check,
        boolean backup,
        int maxConnections,
        Duration slowStart,
        ProxyProtocol proxyProtocol,
        @Nullable LocalApplication application) {
    public Backend {
        requireNonNull(address, "address");
        if (application != null) {
            requireLocal(address, check, proxyProtocol);
        } else if (address.getPort() == 0) {
            throw new IllegalArgumentException("address must have a port, but was " + address);
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

    private static void requireLocal(
            InetSocketAddress address, @Nullable HealthCheck check, ProxyProtocol proxyProtocol) {
        if (!address.isUnresolved() || address.getPort() != 0) {
            throw new IllegalArgumentException(
                    "address of an application must be its name, unresolved and with port 0, but was " + address);
        }
        String name = address.getHostString();
        if (name.isBlank()) {
            throw new IllegalArgumentException("name of an application must not be blank");
        }
        if (!isLocal(check)) {
            throw new IllegalArgumentException("check of application " + name
                    + " must be a LocalCheck, as it has no address to connect to, but was " + check);
        }
        if (proxyProtocol != ProxyProtocol.NONE) {
            throw new IllegalArgumentException("proxyProtocol of application " + name
                    + " must be NONE, as it sees the client's address, but was " + proxyProtocol);
        }
    }

    private static boolean isLocal(@Nullable HealthCheck check) {
        return check == null
                || check instanceof LocalCheck
                || (check instanceof AllChecks all && all.checks().stream().allMatch(LocalCheck.class::isInstance));
    }

    static void requireCheckOfBackend(@Nullable HealthCheck check) {
        if (check instanceof InterfaceCheck) {
            throw new IllegalArgumentException(
                    "check of a backend must be a NetworkCheck or a LocalCheck, but was " + check);
        }
    }

    /** A server with defaults: no backup, no limit, no slow start, no PROXY header. */
    public Backend(InetSocketAddress address, int weight, @Nullable HealthCheck check) {
        this(address, weight, check, false, 0, Duration.ZERO, ProxyProtocol.NONE, null);
    }

    /**
     * A backend of weight 1.
     *
     * @param address a literal IPv4 or IPv6 address; names are never looked up
     */
    public static Backend of(String address, int port) {
        return of(new InetSocketAddress(IpLiteral.parse(address), port));
    }

    /** A backend of weight 1; the address must be resolved. */
    public static Backend of(InetSocketAddress address) {
        if (requireNonNull(address, "address").isUnresolved()) {
            throw new IllegalArgumentException("address must be resolved, but was " + address);
        }
        return new Backend(address, 1, null);
    }

    /**
     * All servers behind a name, each of weight 1: every address that the name has, IPv4 and IPv6, is a backend with these
     * settings. The name is asked for again and again ({@link LoadBalancer.Builder#resolveInterval}); addresses that are
     * new are added, those that are gone removed, as by {@link LoadBalancer#addBackend} and
     * {@link LoadBalancer#removeBackend}, and the others are not touched. While it cannot be resolved, the addresses that
     * it had last stay. One that is a backend already stays what it is.
     *
     * <p>Checks, counters, states and {@code drain} are the addresses' own. With the name itself,
     * {@code InetSocketAddress.createUnresolved(host, port)}, {@link LoadBalancer#removeBackend} and
     * {@link LoadBalancer#setWeight} mean all of them.
     *
     * @param host as the system's resolver takes it, from DNS or its hosts file
     */
    public static Backend named(String host, int port) {
        if (requireNonNull(host, "host").isBlank()) {
            throw new IllegalArgumentException("host must not be blank");
        }
        return new Backend(InetSocketAddress.createUnresolved(host, port), 1, null);
    }

    /**
     * An application in this process, of weight 1. It gets the accepted connections themselves: there is no second
     * socket, and it sees the client's own address. TCP only.
     *
     * <p>It counts as up unless it has a check of its own, which must be a {@link LocalCheck}: the balancer's check is
     * not for it if that is a {@link NetworkCheck}.
     *
     * @param name how events, snapshots and {@code drain} call it
     * @param application of a kind that the balancer's module knows: {@code io.ha4j.lb.netty.NettyApplication}
     */
    public static Backend local(String name, LocalApplication application) {
        return new Backend(
                InetSocketAddress.createUnresolved(requireNonNull(name, "name"), 0),
                1,
                null,
                false,
                0,
                Duration.ZERO,
                ProxyProtocol.NONE,
                requireNonNull(application, "application"));
    }

    public Backend weight(int weight) {
        return new Backend(address, weight, check, backup, maxConnections, slowStart, proxyProtocol, application);
    }

    public Backend check(HealthCheck check) {
        return new Backend(
                address,
                weight,
                requireNonNull(check, "check"),
                backup,
                maxConnections,
                slowStart,
                proxyProtocol,
                application);
    }

    /** Serves only while no other backend can. */
    public Backend asBackup() {
        return new Backend(address, weight, check, true, maxConnections, slowStart, proxyProtocol, application);
    }

    public Backend maxConnections(int max) {
        return new Backend(address, weight, check, backup, max, slowStart, proxyProtocol, application);
    }

    public Backend slowStart(Duration duration) {
        return new Backend(address, weight, check, backup, maxConnections, duration, proxyProtocol, application);
    }

    /** Sends it a PROXY header with every connection. */
    public Backend proxyProtocol(ProxyProtocol protocol) {
        return new Backend(address, weight, check, backup, maxConnections, slowStart, protocol, application);
    }
}
