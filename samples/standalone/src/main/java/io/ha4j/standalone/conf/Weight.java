package io.ha4j.standalone.conf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code weight N [reverse|noreverse]}. */
record Weight(int value, boolean reversed) {
    static final int FULL = 254;
    static final int LIMITED = 253; // of scripts and interfaces: keepalived.conf(5)

    private static final List<String> NOT_REVERSED = List.of("noreverse", "no_reverse"); // the manual has both

    /** @param words what follows {@code weight}; null, after saying why, if they are wrong */
    static @Nullable Weight read(int line, List<String> words, int limit, Problems problems) {
        if (words.isEmpty() || words.size() > 2) {
            problems.error(
                    line,
                    "weight needs a number and may have 'reverse', but has "
                            + (words.isEmpty() ? "nothing" : String.join(" ", words)));
            return null;
        }
        Integer value = new Values(problems).integer(line, "weight", words.get(0), -limit, limit);
        String word = words.size() == 1 ? "noreverse" : words.get(1);
        if (!word.equals("reverse") && !NOT_REVERSED.contains(word)) {
            problems.error(
                    line,
                    "unknown option '" + word + "' of weight" + Suggestion.of(word, List.of("reverse", "noreverse")));
            return null;
        }
        return value == null ? null : new Weight(value, word.equals("reverse"));
    }
}
