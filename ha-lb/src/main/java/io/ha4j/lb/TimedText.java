package io.ha4j.lb;

/** A text that nobody can read after a deadline, which ends a search that would take for ever. */
record TimedText(CharSequence text, long deadlineNanos) implements CharSequence {
    /** The deadline has passed. */
    static final class TimeUp extends RuntimeException {
        private static final long serialVersionUID = 1;

        TimeUp() {
            super("the deadline has passed", null, false, false);
        }
    }

    @Override
    public char charAt(int index) {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new TimeUp();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new TimedText(text.subSequence(start, end), deadlineNanos);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
