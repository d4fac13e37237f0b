package io.ha4j.standalone.conf;

import io.ha4j.standalone.conf.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Text to tokens, as keepalived.conf(5) has it: comments begin with # or ! anywhere in a line; quotes keep spaces
 * together and may begin in the middle of a word; a backslash takes the next character as it is, and joins lines when
 * it is the last of one. Unlike there, braces may stand anywhere.
 */
final class Lexer {
    private final String text;
    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    static List<Token> tokens(String text, Problems problems) {
        Lexer lexer = new Lexer(text, problems);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '\n' -> {
                    add(Kind.END_OF_LINE);
                    line++;
                    at++;
                }
                case '{' -> {
                    add(Kind.OPEN);
                    at++;
                }
                case '}' -> {
                    add(Kind.CLOSE);
                    at++;
                }
                case '#', '!' -> skipComment();
                default -> {
                    if (isSpace(text.charAt(at))) {
                        at++;
                    } else {
                        word();
                    }
                }
            }
        }
        add(Kind.END_OF_LINE);
    }

    private void add(Kind kind) {
        tokens.add(new Token(kind, "", line));
    }

    private void skipComment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void word() {
        StringBuilder word = new StringBuilder();
        boolean any = false; // "" is a word, an escaped end of line is none
        int start = line;
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                if (text.charAt(at) == '\n') {
                    line++;
                    if (quote == 0) {
                        at++;
                        break;
                    }
                } else {
                    word.append(text.charAt(at));
                    any = true;
                }
            } else if (c == '\n') {
                break;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                any = true;
            } else if (isSpace(c) || c == '{' || c == '}' || c == '#' || c == '!') {
                break;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quote != 0) {
            problems.error(start, "the quoted string has no closing " + quote);
        }
        if (any) {
            tokens.add(new Token(Kind.WORD, word.toString(), start));
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0b;
    }
}
