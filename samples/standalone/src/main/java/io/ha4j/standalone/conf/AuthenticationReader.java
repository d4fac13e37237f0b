package io.ha4j.standalone.conf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code authentication { auth_type PASS auth_pass WORD }}. */
final class AuthenticationReader {
    private static final int LONGEST = 8;

    private final Problems problems;
    private final Values values;
    private @Nullable String type;
    private @Nullable String password;
    private boolean sound = true;

    AuthenticationReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /** Null for none. */
    @Nullable
    String password() {
        return password;
    }

    /** Whether the block is sound. */
    boolean read(Statement block) {
        new Block(block, Vocabulary.AUTHENTICATION, problems)
                .on("auth_type", this::readType)
                .on("auth_pass", this::readPassword)
                .read();
        if (sound && type == null) {
            wrong(block, "authentication has no auth_type");
        } else if (sound && password == null) {
            wrong(block, "authentication has no auth_pass");
        }
        return sound;
    }

    private void readType(Statement statement) {
        type = values.choice(statement, List.of("PASS", "AH"));
        sound &= type != null;
        if ("AH".equals(type)) {
            wrong(
                    statement,
                    "auth_type AH is not supported: RFC 3768 removed it, as it cannot tell a repeated packet from a new "
                            + "one; use PASS, or version 3 behind a firewall");
        }
    }

    private void readPassword(Statement statement) {
        String word = values.word(statement);
        if (word == null || !word.matches("\\p{ASCII}+")) {
            sound = false;
            if (word != null) {
                problems.error(statement.line(), "auth_pass must be of ASCII characters");
            }
            return;
        }
        if (word.length() > LONGEST) {
            problems.warning(statement.line(), "auth_pass is longer than 8 characters: the first 8 are used");
        }
        password = word.substring(0, Math.min(word.length(), LONGEST));
    }

    private void wrong(Statement statement, String message) {
        sound = false;
        problems.error(statement.line(), message);
    }
}
