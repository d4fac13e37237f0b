package io.ha4j.standalone.conf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file, so that all of it is reported and not only the first. */
final class Problems {
    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void error(int line, String message) {
        problems.add(new Problem(file, line, true, printable(message)));
    }

    void warning(int line, String message) {
        problems.add(new Problem(file, line, false, printable(message)));
    }

    boolean anyErrors() {
        return problems.stream().anyMatch(Problem::error);
    }

    /** In the order of the file. */
    List<Problem> sorted() {
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** Words of the file appear in messages; what would break the line or the terminal does not. */
    private static String printable(String message) {
        StringBuilder text = new StringBuilder(message.length());
        message.chars().forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
        return text.toString();
    }
}
