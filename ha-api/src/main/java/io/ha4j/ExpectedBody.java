package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What the body of an HTTP answer must be; where both are given, both.
 *
 * @param digest of all of it
 * @param match what is to be found in it, or not
 */
public record ExpectedBody(
        @Nullable Digest digest, @Nullable Match match) {
    public ExpectedBody {
        if (digest == null && match == null) {
            throw new IllegalArgumentException("digest or match must be given");
        }
    }

    /** What genhash(1) of keepalived prints. */
    public static ExpectedBody md5(String hex) {
        return new ExpectedBody(new Digest("MD5", hex), null);
    }

    /** What sha256sum(1) prints. */
    public static ExpectedBody sha256(String hex) {
        return new ExpectedBody(new Digest("SHA-256", hex), null);
    }

    /** The body has a part that matches this {@link Pattern}; it is taken as UTF-8. */
    public static ExpectedBody matching(String regex) {
        return new ExpectedBody(null, new Match(regex, 0, false, 0, Integer.MAX_VALUE));
    }

    /** The body has no part that matches this {@link Pattern}; it is taken as UTF-8. */
    public static ExpectedBody notMatching(String regex) {
        return new ExpectedBody(null, new Match(regex, 0, true, 0, Integer.MAX_VALUE));
    }

    /**
     * A digest.
     *
     * @param algorithm {@code MD5} or {@code SHA-256}
     * @param hex in hexadecimal digits, 32 or 64 of them
     */
    public record Digest(String algorithm, String hex) {
        public Digest {
            int digits = switch (requireNonNull(algorithm, "algorithm")) {
                case "MD5" -> 32;
                case "SHA-256" -> 64;
                default -> throw new IllegalArgumentException("algorithm must be MD5 or SHA-256, but was " + algorithm);
            };
            if (!requireNonNull(hex, "hex").matches("[0-9a-fA-F]{" + digits + "}")) {
                throw new IllegalArgumentException(
                        "digest by " + algorithm + " must have " + digits + " hexadecimal digits, but was " + hex);
            }
            hex = hex.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A search in the body, which is taken as UTF-8. It ends with the timeout of the check, however the expression is
     * made.
     *
     * @param regex as of {@link Pattern}
     * @param flags as of {@link Pattern#compile(String, int)}
     * @param absent whether to find it is the failure
     * @param from the first character that is looked at
     * @param to the last character with which a match may begin
     */
    public record Match(String regex, int flags, boolean absent, int from, int to) {
        public Match {
            try {
                Pattern.compile(requireNonNull(regex, "regex"), flags);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "regex must be a regular expression, but in " + regex + " there is: " + e.getDescription(), e);
            }
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(
                        "from and to must not be negative nor run backwards, but were " + from + " and " + to);
            }
        }
    }
}
