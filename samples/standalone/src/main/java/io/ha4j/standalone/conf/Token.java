package io.ha4j.standalone.conf;

/** A piece of the file; {@code text} is empty unless it is a word. */
record Token(Kind kind, String text, int line) {
    enum Kind {
        WORD,
        OPEN,
        CLOSE,
        END_OF_LINE
    }
}
