package io.ha4j.standalone.conf;

import io.ha4j.Backend;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of statements; what is wrong with them is reported, and the answer is then null. */
final class Values {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Integer.MAX_VALUE); // seconds, 68 years

    /** A last label that begins with a letter, so that no mistyped address is taken for one; at most 253 characters. */
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.?");

    private final Problems problems;

    Values(Problems problems) {
        this.problems = problems;
    }

    /** The only argument. */
    @Nullable
    String word(Statement statement) {
        List<String> arguments = statement.arguments();
        if (arguments.size() == 1) {
            return arguments.get(0);
        }
        problems.error(
                statement.line(),
                statement.keyword()
                        + (arguments.isEmpty()
                                ? " needs a value"
                                : " takes one value, but has " + arguments.size() + ": "
                                        + String.join(" ", arguments)));
        return null;
    }

    /** {@code on}, {@code true} or {@code yes}, or the contrary. */
    boolean flag(Statement statement) {
        String word = choice(statement, List.of("on", "off", "true", "false", "yes", "no"));
        return word != null && List.of("on", "true", "yes").contains(word);
    }

    /** For keywords that stand alone. */
    boolean nothing(Statement statement) {
        if (statement.arguments().isEmpty()) {
            return true;
        }
        problems.error(
                statement.line(),
                statement.keyword() + " takes no value, but has " + String.join(" ", statement.arguments()));
        return false;
    }

    /** One of these words. */
    @Nullable
    String choice(Statement statement, List<String> choices) {
        String word = word(statement);
        if (word == null || choices.contains(word)) {
            return word;
        }
        problems.error(
                statement.line(),
                statement.keyword() + " must be " + list(choices) + ", but was " + word + Suggestion.of(word, choices));
        return null;
    }

    @Nullable
    Integer integer(Statement statement, int min, int max) {
        String word = word(statement);
        return word == null ? null : integer(statement.line(), statement.keyword(), word, min, max);
    }

    @Nullable
    Integer integer(int line, String name, String word, int min, int max) {
        String rule = name + " must be in [" + min + ", " + max + "], but was " + word;
        if (!word.matches("[+-]?[0-9]{1,18}")) {
            problems.error(line, rule);
            return null;
        }
        long value = Long.parseLong(word);
        if (value < min || value > max) {
            problems.error(line, rule);
            return null;
        }
        return (int) value;
    }

    /** Seconds with a fraction, above 0: the TIMER of keepalived.conf(5). */
    @Nullable
    Duration seconds(Statement statement, boolean zeroAllowed) {
        String word = word(statement);
        if (word == null) {
            return null;
        }
        if (word.matches("[0-9]{0,12}(\\.[0-9]{0,9})?") && word.matches(".*[0-9].*")) {
            BigDecimal value = new BigDecimal(word.startsWith(".") ? "0" + word : word);
            if (value.compareTo(LONGEST) <= 0 && (value.signum() > 0 || zeroAllowed)) {
                return Duration.ofNanos(value.multiply(NANOS).longValueExact());
            }
        }
        problems.error(
                statement.line(),
                statement.keyword() + " must be a number of seconds " + (zeroAllowed ? "of 0 or more" : "above 0")
                        + ", but was " + word);
        return null;
    }

    /** Seconds with a fraction, from min to max. */
    @Nullable
    Duration seconds(Statement statement, Duration min, Duration max) {
        Duration value = seconds(statement, min.isZero());
        return value == null || within(statement, value, min, max, "") ? value : null;
    }

    /** @param reason why these, in the message after them */
    boolean within(Statement statement, Duration value, Duration min, Duration max, String reason) {
        boolean within = value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        if (!within) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " must be in [" + text(min) + ", " + text(max) + "] seconds" + reason
                            + ", but was " + statement.arguments().get(0));
        }
        return within;
    }

    private static String text(Duration seconds) {
        return BigDecimal.valueOf(seconds.toNanos(), 9).stripTrailingZeros().toPlainString();
    }

    /** A literal IPv4 or IPv6 address; names are never looked up. */
    @Nullable
    InetAddress address(int line, String name, String word) {
        try {
            return Backend.of(word, 1).address().getAddress(); // the API's reader of literals
        } catch (IllegalArgumentException e) {
            problems.error(line, name + " must be an IPv4 or IPv6 address, but was " + word);
            return null;
        }
    }

    /** {@code KEYWORD ADDRESS PORT}, or {@code KEYWORD NAME PORT}: then the address is unresolved. */
    @Nullable
    InetSocketAddress endpointOrName(Statement statement) {
        List<String> arguments = statement.arguments();
        if (arguments.size() != 2 || !HOST_NAME.matcher(arguments.get(0)).matches()) {
            return endpoint(statement);
        }
        Integer port = integer(statement.line(), "port of " + statement.keyword(), arguments.get(1), 1, 65535);
        return port == null ? null : InetSocketAddress.createUnresolved(arguments.get(0), port);
    }

    /** {@code KEYWORD ADDRESS PORT}. */
    @Nullable
    InetSocketAddress endpoint(Statement statement) {
        List<String> arguments = statement.arguments();
        if (arguments.size() != 2) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " needs an address and a port, but has "
                            + (arguments.isEmpty() ? "nothing" : String.join(" ", arguments)));
            return null;
        }
        InetAddress address = address(statement.line(), "address of " + statement.keyword(), arguments.get(0));
        Integer port = integer(statement.line(), "port of " + statement.keyword(), arguments.get(1), 1, 65535);
        return address == null || port == null ? null : new InetSocketAddress(address, port);
    }

    static String list(List<String> words) {
        return words.size() == 1
                ? words.get(0)
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.get(words.size() - 1);
    }
}
