package io.ha4j.standalone.conf;

import io.ha4j.HealthCheck;
import io.ha4j.UdpCheck;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a {@code UDP_CHECK} sends and expects. */
final class UdpReader {
    private static final int LONGEST = 65535;

    private final Problems problems;
    private final Values values;
    private String payload = "";
    private @Nullable String pattern; // null for no reply
    private int minLength;
    private int maxLength = 255;
    private @Nullable Statement lengths;

    UdpReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    Block readIn(Block block) {
        return block.on("payload", line -> {
                    String hex = hex(line, "0-9a-f");
                    if (line.arguments().isEmpty()) {
                        problems.error(line.line(), "payload needs hexadecimal digits");
                    }
                    payload = hex == null ? payload : hex;
                })
                .on("require_reply", line -> pattern = hex(line, "0-9a-fx"))
                .on("min_reply_length", line -> {
                    minLength = length(line, minLength);
                })
                .on("max_reply_length", line -> {
                    maxLength = length(line, maxLength);
                });
    }

    private int length(Statement line, int otherwise) {
        lengths = line;
        Integer value = values.integer(line, 0, LONGEST);
        return value == null ? otherwise : value;
    }

    /** Words of pairs of digits, the last of which may lack its first one: {@code 12f 3} is 12 0f 03. */
    private @Nullable String hex(Statement line, String digits) {
        StringBuilder hex = new StringBuilder();
        for (String word :
                String.join(" ", line.arguments()).toLowerCase(Locale.ROOT).split("\\s+")) {
            if (!word.matches("[" + digits + "]*")) {
                problems.error(line.line(), line.keyword() + " must be hexadecimal digits, but has " + word);
                return null;
            }
            int odd = word.length() % 2;
            int whole = word.length() - odd;
            hex.append(word, 0, whole).append(odd == 1 ? "0" : "").append(word, whole, word.length());
        }
        return hex.toString();
    }

    @Nullable
    UdpCheck check() {
        if (lengths != null && (pattern == null || minLength > maxLength)) {
            problems.error(
                    lengths.line(),
                    pattern == null
                            ? lengths.keyword() + " needs a require_reply beside it"
                            : "min_reply_length " + minLength + " is more than max_reply_length " + maxLength);
            return null;
        }
        UdpCheck check = HealthCheck.udp().payload(payload);
        return pattern == null ? check : check.requireReply(new UdpCheck.Reply(pattern, minLength, maxLength));
    }
}
