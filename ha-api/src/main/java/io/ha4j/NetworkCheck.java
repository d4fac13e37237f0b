package io.ha4j;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A check that asks the backend over the network. Each attempt has a socket of its own, which is closed with it. A
 * timeout ends an attempt whatever the backend does: nothing, one byte a second, or more than anybody wants. What this
 * machine lacks (descriptors, ports) is told but not counted as a failure.
 *
 * @param <C> the kind itself
 */
public sealed interface NetworkCheck<C extends NetworkCheck<C>> extends HealthCheck
        permits TcpCheck, TlsCheck, HttpCheck, SmtpCheck, DnsCheck, UdpCheck {
    CheckSchedule schedule();

    CheckRoute route();

    /** The same check at other times. */
    C schedule(CheckSchedule schedule);

    /** The same check on another way. */
    C route(CheckRoute route);

    /** Sets the retry interval, too; see {@link CheckSchedule}. */
    default C interval(Duration interval) {
        return schedule(schedule().interval(interval));
    }

    /** See {@link CheckSchedule}. */
    default C timeout(Duration timeout) {
        return schedule(schedule().timeout(timeout));
    }

    /** See {@link CheckSchedule}. */
    default C rise(int rise) {
        return schedule(schedule().rise(rise));
    }

    /** See {@link CheckSchedule}. */
    default C fall(int fall) {
        return schedule(schedule().fall(fall));
    }

    /** See {@link CheckSchedule}. */
    default C retryInterval(Duration retryInterval) {
        return schedule(schedule().retryInterval(retryInterval));
    }

    /** Asks this port instead of the backend's own. */
    default C port(int port) {
        return route(route().port(port));
    }

    /** Asks this literal address instead of the backend's own. */
    default C address(String address) {
        return route(route().address(IpLiteral.parse(address)));
    }

    /** Asks from this address of this machine. */
    default C from(InetAddress source) {
        return route(route().source(new InetSocketAddress(source, 0)));
    }
}
