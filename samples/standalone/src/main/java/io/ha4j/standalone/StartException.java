package io.ha4j.standalone;

/** Something stood in the way of the start; the message is one line for the user. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
