package io.ha4j;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/** What happened in a balancer. Listeners get the events of one balancer in their order, one at a time. */
public sealed interface BalancerEvent {
    /** The balancer's name. */
    String balancer();

    /** Wall-clock time at which it happened. */
    Instant at();

    /** A backend came up, went down or began to drain. */
    record BackendChanged(
            String balancer, Instant at, InetSocketAddress backend, BackendState from, BackendState to, String detail)
            implements BalancerEvent {}

    /** The last connection of a draining backend has ended. */
    record BackendDrained(String balancer, Instant at, InetSocketAddress backend) implements BalancerEvent {}

    /** A name of {@link Backend#named} has other addresses than before, or is resolved again. */
    record NameResolved(String balancer, Instant at, InetSocketAddress name, List<InetSocketAddress> addresses)
            implements BalancerEvent {}

    /** A name cannot be resolved; the addresses that it had last stay backends. Told once, until it is resolved again. */
    record NameFailed(String balancer, Instant at, InetSocketAddress name, String detail) implements BalancerEvent {}

    /** The balancer accepts connections at this address. */
    record ListenerOpened(String balancer, Instant at, InetSocketAddress listener) implements BalancerEvent {}

    /** The balancer no longer accepts connections at this address. */
    record ListenerClosed(String balancer, Instant at, InetSocketAddress listener) implements BalancerEvent {}

    /** The balancer could not listen at this address; it is tried again. */
    record ListenerFailed(String balancer, Instant at, InetSocketAddress listener, String detail)
            implements BalancerEvent {}
}
