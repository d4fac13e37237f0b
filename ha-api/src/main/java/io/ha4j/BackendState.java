package io.ha4j;

/** Whether a backend gets new connections. */
public enum BackendState {
    /** It does. */
    UP,
    /** Its check failed; it gets none until the check succeeds again. */
    DOWN,
    /** It was told to drain: existing connections go on, new ones go elsewhere. */
    DRAINING
}
