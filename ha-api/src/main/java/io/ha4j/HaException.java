package io.ha4j;

import org.jspecify.annotations.Nullable;

/**
 * Something outside the program stands in the way: an interface that does not exist, an address that is in use, a
 * system call that the kernel refused. The message is one line that says what was attempted, on what, and why it
 * failed; wrong arguments are {@link IllegalArgumentException}s instead.
 */
public class HaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HaException(String message) {
        super(message);
    }

    public HaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
