package io.ha4j.lab;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What happens in the demo, printed as it happens. Thread-safe. */
final class Timeline {
    /** @param seconds since the demo began */
    record Event(double seconds, String who, String what) {}

    /** Where no line can be rewritten, a progress line every so many keeps the output short. */
    private static final int SPARSE = 3;

    private final PrintStream out;
    private final boolean terminal;
    private final long startNanos;
    private final List<Event> events = new ArrayList<>();
    private boolean progressShown;
    private int progressCount;

    /** @param terminal whether {@code out} is one, so that the progress line can be rewritten */
    Timeline(PrintStream out, boolean terminal, long startNanos) {
        this.out = out;
        this.terminal = terminal;
        this.startNanos = startNanos;
    }

    /** Something happened now. */
    void event(String who, String what) {
        event(System.nanoTime(), who, what);
    }

    synchronized void event(long nanos, String who, String what) {
        Event event = new Event(seconds(nanos), who, what);
        events.add(event);
        print(line(event.seconds, who, what));
    }

    /** A headline. */
    synchronized void headline(String text) {
        print("\n" + text);
    }

    /** How things stand; replaced by the next one where the output is a terminal. */
    synchronized void progress(String text) {
        String line = line(seconds(System.nanoTime()), "client", text);
        if (terminal) {
            out.print("\r\033[K" + line); // ECMA-48: erase to the end of the line
            out.flush();
            progressShown = true;
        } else if (progressCount++ % SPARSE == 0) {
            out.println(line);
        }
    }

    /** Text that belongs to no moment. */
    synchronized void print(String text) {
        if (progressShown) {
            out.print("\r\033[K");
            progressShown = false;
        }
        out.println(text);
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    double seconds(long nanos) {
        return Math.round((nanos - startNanos) / (double) TimeUnit.MILLISECONDS.toNanos(1)) / 1000.0;
    }

    private static String line(double seconds, String who, String what) {
        return String.format(Locale.ROOT, "%8.3f  %-7s %s", seconds, who, what);
    }
}
