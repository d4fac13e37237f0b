package io.ha4j.vrrp.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened in a scenario, line by line. Adverts that only repeat the last line are counted. */
final class Timeline {
    private final List<String> lines = new ArrayList<>();
    private String lastAdvert = "";
    private long repeats;

    void add(long atNs, String line) {
        flush();
        lastAdvert = "";
        lines.add(String.format(Locale.ROOT, "%14.6f ms  %s", atNs / 1e6, line));
    }

    void sent(long atNs, String from, Heard it) {
        String line = "  " + from + " advertises group " + it.id() + ", priority " + it.priority();
        if (line.equals(lastAdvert)) {
            repeats++;
        } else {
            add(atNs, line);
            lastAdvert = line;
        }
    }

    private void flush() {
        if (repeats > 0) {
            lines.add(" ".repeat(19) + "  … and " + repeats + " more");
            repeats = 0;
        }
    }

    List<String> lines() {
        flush();
        return List.copyOf(lines);
    }

    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
