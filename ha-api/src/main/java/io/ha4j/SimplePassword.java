package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The password of version 2 (RFC 2338 §5.3.6, type 1). It travels in the clear in every advertisement: it keeps two
 * groups apart that were given the same id by mistake, and no attacker.
 *
 * @param text 1 to 8 characters of ASCII
 */
public record SimplePassword(String text) {
    private static final int LENGTH = 8;

    public SimplePassword {
        if (!requireNonNull(text, "text").matches("\\p{ASCII}{1,8}")) {
            throw new IllegalArgumentException(
                    "password must be 1 to 8 characters of ASCII, but had " + text.length() + " characters");
        }
    }

    /** As it is sent: eight bytes, zeros behind the text. */
    public byte[] data() {
        return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), LENGTH);
    }

    /** Not the password. */
    @Override
    public String toString() {
        return "SimplePassword[***]";
    }
}
