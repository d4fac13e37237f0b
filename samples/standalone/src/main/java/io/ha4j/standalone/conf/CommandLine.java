package io.ha4j.standalone.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a command into words as keepalived does: spaces separate, quotes keep them together and may begin in the
 * middle of a word, a backslash takes the next character as it is. There is no shell.
 */
final class CommandLine {
    private CommandLine() {}

    /** Null, after saying why, if a quote is not closed or there is no word. */
    static @Nullable List<String> split(Statement statement, String text, Problems problems) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                word.append(text.charAt(at));
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else {
                word.append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        if (quote != 0) {
            problems.error(statement.line(), "the command '" + text + "' has no closing " + quote);
            return null;
        }
        if (text.indexOf('\0') >= 0) {
            problems.error(statement.line(), "the command '" + text + "' has a NUL character in it");
            return null;
        }
        if (words.isEmpty() || words.get(0).isEmpty()) {
            problems.error(statement.line(), statement.keyword() + " must name a program, but was '" + text + "'");
            return null;
        }
        return words;
    }

    /** Looks for the program as execvp(3) does; says why it cannot be run and answers null. */
    static @Nullable List<String> executable(Statement statement, List<String> command, Problems problems) {
        String program = command.get(0);
        List<Path> candidates = new ArrayList<>();
        if (program.contains("/")) {
            candidates.add(Path.of(program));
        } else {
            for (String directory : String.valueOf(System.getenv("PATH")).split(":")) {
                candidates.add(Path.of(directory, program));
            }
        }
        for (Path candidate : candidates) {
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return command;
            }
        }
        Path only = candidates.get(0);
        String why = candidates.size() > 1
                ? "is in no directory of PATH"
                : !Files.exists(only)
                        ? "does not exist"
                        : Files.isDirectory(only) ? "is a directory" : "is not executable";
        problems.error(statement.line(), statement.keyword() + " " + program + " " + why);
        return null;
    }
}
