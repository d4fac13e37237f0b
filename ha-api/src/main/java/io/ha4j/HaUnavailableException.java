package io.ha4j;

import org.jspecify.annotations.Nullable;

/**
 * This process cannot do what was asked at all: not on Linux, a missing capability, a module that is not on the class
 * path. The message says what is missing and how to provide it.
 */
public class HaUnavailableException extends HaException {
    private static final long serialVersionUID = 1L;

    public HaUnavailableException(String message) {
        super(message);
    }

    public HaUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
