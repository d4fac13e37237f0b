package io.ha4j.standalone.conf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyword with its arguments.
 *
 * @param line of the keyword, counted from 1
 * @param words the keyword and what follows it on its line, at least one
 * @param block the statements between its braces; null when it has none
 */
record Statement(int line, List<String> words, @Nullable List<Statement> block) {
    Statement {
        words = List.copyOf(words);
    }

    String keyword() {
        return words.get(0);
    }

    List<String> arguments() {
        return words.subList(1, words.size());
    }

    /** As it stands in the file, for messages: {@code vrrp_instance VI_1}. */
    String text() {
        return String.join(" ", words);
    }

    List<Statement> statements() {
        return block == null ? List.of() : block;
    }
}
