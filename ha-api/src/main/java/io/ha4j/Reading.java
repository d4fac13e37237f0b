package io.ha4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a check says.
 *
 * @param value what it has measured; null for a check that is only up or down
 * @param detail why, as a phrase
 * @param weight what it says the weight of a backend is; null when it says nothing of that
 */
record Reading(
        boolean up,
        @Nullable Integer value,
        String detail,
        @Nullable Integer weight) {
    static final Reading NONE = new Reading(false, null, "not checked yet");

    Reading(boolean up, @Nullable Integer value, String detail) {
        this(up, value, detail, null);
    }

    static Reading up(String detail) {
        return new Reading(true, null, detail);
    }

    static Reading down(String detail) {
        return new Reading(false, null, detail);
    }

    static Reading value(int value, String detail) {
        return new Reading(value == 0, value, detail);
    }

    /** Whether it says something else, and not only the same in other words; to say anything is news after nothing. */
    boolean differs(Reading other) {
        return up != other.up || !Objects.equals(value, other.value) || equals(NONE) != other.equals(NONE);
    }

    void tell(LocalCheck.Listener listener) {
        if (weight == null) {
            listener.changed(up, detail);
        } else {
            listener.changed(up, detail, weight);
        }
    }
}
