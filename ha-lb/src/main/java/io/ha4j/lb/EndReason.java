package io.ha4j.lb;

import java.util.Locale;

/**
 * Why a session ended. Every session that was accepted ends with exactly one of these. One of UDP has nothing to reset: it
 * is forgotten, and the client's next datagram begins another one.
 */
enum EndReason {
    /** Client and backend both ended their streams, and everything was passed on. */
    FINISHED,
    /** The client reset the connection, or the kernel gave it up (ETIMEDOUT); the backend's was reset. */
    CLIENT_RESET,
    /** The backend reset the connection, or the kernel gave it up; the client's was reset. */
    BACKEND_RESET,
    /** No backend was up; the client's connection was reset. */
    NO_BACKEND,
    /** No backend that was up accepted, and the last one refused; the client's connection was reset. */
    CONNECT_FAILED,
    /** As {@link #CONNECT_FAILED}, but the last backend did not answer in time. */
    CONNECT_TIMEOUT,
    /**
     * Backends were to see the client's own address, and those that were left are of the other address family; the
     * client's connection was reset.
     */
    SOURCE_FAMILY,
    /** No byte passed for the idle timeout; both connections were reset. The ordinary end of a UDP session. */
    IDLE_TIMEOUT,
    /** One side had ended its stream, and no byte passed for the half-closed timeout; both connections were reset. */
    HALF_CLOSED_TIMEOUT,
    /** It came from a trusted proxy, and what it began with is no PROXY header, or ended within one; it was reset. */
    PROXY_HEADER_MALFORMED,
    /** It came from a trusted proxy, and no whole PROXY header came in time; it was reset. */
    PROXY_HEADER_TIMEOUT,
    /** UDP: there were as many sessions as there may be, and nothing had passed in this one for the longest time. */
    EVICTED,
    /** The balancer had as many connections as it may have; the client's was reset. */
    TOO_MANY_CONNECTIONS,
    /** The client had as many connections as one may have; this one was reset. */
    TOO_MANY_FROM_SOURCE,
    /** More connections came than may in a second; the client's was reset. */
    TOO_MANY_PER_SECOND,
    /** All backends were full, and so was the queue; the client's connection was reset. */
    QUEUE_FULL,
    /** It waited for a backend with room for the queue timeout, and was reset. */
    QUEUE_TIMEOUT,
    /**
     * One side did not read, for longer than in other sessions, and as many bytes waited in the balancer as may; both
     * connections were reset.
     */
    BUFFERS_FULL,
    /**
     * This machine had no descriptor, port or buffer left for the backend's connection, or not the address that it was to
     * come from; the client's was reset.
     */
    OUT_OF_RESOURCES,
    /** It came to a virtual address while the node was not active, and was reset. */
    NOT_ACTIVE,
    /** The group gave up the virtual address that it came in through; both connections were reset. */
    ADDRESS_RELEASED,
    /** The balancer was closed; both connections were reset. */
    BALANCER_CLOSED,
    /** A defect of the balancer's; both connections were reset, and it is in the log. */
    INTERNAL_ERROR;

    /** Its name in snapshots: {@code client_reset}. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
