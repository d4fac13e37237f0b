package io.ha4j.lb;

/** The two ends of a session. */
enum Side {
    CLIENT,
    BACKEND
}
