package io.ha4j.standalone.conf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to statements. A statement ends with its line or with a brace; the opening brace may be on one of the next
 * lines. Not recursive, so that no file can exhaust the stack.
 */
final class Parser {
    private static final List<String> TOP_LEVEL = List.of(
            "global_defs", "vrrp_instance", "virtual_server", "vrrp_script", "vrrp_track_file", "vrrp_track_process");

    /** A block that is still open; the outermost one has no statement of its own. */
    private static final class Open {
        final int line;
        final List<String> words;
        final List<Statement> statements = new ArrayList<>();

        Open(int line, List<String> words) {
            this.line = line;
            this.words = words;
        }
    }

    private final Problems problems;
    private final Deque<Open> stack = new ArrayDeque<>();
    private final List<String> words = new ArrayList<>();
    private int line;

    private Parser(Problems problems) {
        this.problems = problems;
        stack.push(new Open(0, List.of()));
    }

    static List<Statement> statements(String text, Problems problems) {
        Parser parser = new Parser(problems);
        Lexer.tokens(text, problems).forEach(parser::take);
        parser.closeAll("");
        return parser.top().statements;
    }

    private void take(Token token) {
        switch (token.kind()) {
            case WORD -> word(token);
            case OPEN -> open(token.line());
            case CLOSE -> close(token.line());
            case END_OF_LINE -> endStatement();
        }
    }

    private void word(Token token) {
        if (words.isEmpty()) {
            line = token.line();
            if (stack.size() > 1 && TOP_LEVEL.contains(token.text())) {
                closeAll(" before the " + token.text() + " of line " + line);
            }
        }
        words.add(token.text());
    }

    private void open(int braceLine) {
        if (!words.isEmpty()) {
            stack.push(new Open(line, List.copyOf(words)));
            words.clear();
            return;
        }
        Statement named = takeLastWithoutBlock();
        if (named == null) {
            problems.error(braceLine, "'{' has no keyword before it");
            stack.push(new Open(braceLine, List.of()));
        } else {
            stack.push(new Open(named.line(), named.words()));
        }
    }

    /** The brace is on a line of its own: it belongs to the statement before it. */
    private @Nullable Statement takeLastWithoutBlock() {
        List<Statement> statements = top().statements;
        if (statements.isEmpty() || statements.get(statements.size() - 1).block() != null) {
            return null;
        }
        return statements.remove(statements.size() - 1);
    }

    private void close(int braceLine) {
        endStatement();
        if (stack.size() == 1) {
            problems.error(braceLine, "'}' closes nothing");
            return;
        }
        Open closed = stack.pop();
        if (!closed.words.isEmpty()) {
            top().statements.add(new Statement(closed.line, closed.words, List.copyOf(closed.statements)));
        }
    }

    private void closeAll(String where) {
        while (stack.size() > 1) {
            Open open = stack.getFirst();
            String name = open.words.isEmpty() ? "this line" : String.join(" ", open.words);
            problems.error(open.line, "'{' of " + name + " is not closed" + where);
            close(open.line);
        }
    }

    private void endStatement() {
        if (!words.isEmpty()) {
            top().statements.add(new Statement(line, words, null));
            words.clear();
        }
    }

    private Open top() {
        return stack.getFirst();
    }
}
