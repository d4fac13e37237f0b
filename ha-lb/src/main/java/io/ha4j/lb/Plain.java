package io.ha4j.lb;

/** What others have written, fit for one line of a log. */
final class Plain {
    private static final int MOST = 100;

    private Plain() {}

    /** Without control characters, and not too long. */
    static String text(String text) {
        StringBuilder plain = new StringBuilder();
        text.chars().limit(MOST).forEach(c -> plain.append(c < ' ' || c > '~' ? '?' : (char) c));
        return text.length() > MOST ? plain + "..." : plain.toString();
    }
}
