package io.ha4j.standalone.conf;

import java.util.Collection;
import java.util.Comparator;

/** Finds the word that was probably meant. */
final class Suggestion {
    private static final int LONGEST = 64; // no keyword is longer; keeps the work on absurd input small

    private Suggestion() {}

    /** {@code ; did you mean 'x'?}, or nothing when none of the words is near. */
    static String of(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return "";
        }
        int limit = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= limit)
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("");
    }

    /** Levenshtein's: insertions, deletions and replacements of single characters. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
