package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** The rules that the settings of checks share; each names the setting, the rule and the value. */
final class Settings {
    private Settings() {}

    static String name(String name) {
        if (requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        return name;
    }

    static Duration positive(String name, Duration value) {
        if (requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but was " + value);
        }
        return value;
    }

    static Duration notNegative(String name, Duration value) {
        if (requireNonNull(value, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, but was " + value);
        }
        return value;
    }

    static int atLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", but was " + value);
        }
        return value;
    }
}
