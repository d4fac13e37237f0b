package io.ha4j.lb;

import java.util.Locale;

/** Why a session ended. Every session that was accepted ends with exactly one of these. */
enum EndReason {
    /** Client and backend both ended their streams, and everything was passed on. */
    FINISHED,
    /** The client reset the connection, or the kernel gave it up (ETIMEDOUT); the backend's was reset. */
    CLIENT_RESET,
    /** The backend reset the connection, or the kernel gave it up; the client's was reset. */
    BACKEND_RESET,
    /** No backend was up; the client's connection was reset. */
    NO_BACKEND,
    /** Every backend that was up refused or timed out; the client's connection was reset. */
    CONNECT_FAILED,
    /** This machine had no descriptor, port or buffer left for the backend's connection; the client's was reset. */
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
