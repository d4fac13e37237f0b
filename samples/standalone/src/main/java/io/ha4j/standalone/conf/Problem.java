package io.ha4j.standalone.conf;

/**
 * One thing to say about a configuration file.
 *
 * @param line counted from 1
 * @param error whether the file cannot be used because of it
 */
public record Problem(String file, int line, boolean error, String message) {
    /** {@code FILE:LINE: message}, one line. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + (error ? "" : "warning: ") + message;
    }
}
