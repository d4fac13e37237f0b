package io.ha4j.lb;

import org.jspecify.annotations.Nullable;

/** What a check of a backend says. Any thread. */
@FunctionalInterface
interface Findings {
    /**
     * @param weight what it says the backend's weight is; null for nothing
     * @param detail why, as a phrase
     */
    void found(boolean up, @Nullable Integer weight, String detail);

    /** The same as a value. */
    record Finding(boolean up, @Nullable Integer weight, String detail) {}
}
