package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Looks at a file. It is read anew each time, so that it works on any file system and through any symbolic link.
 *
 * @param name how events, logs and the status call it
 * @param measure what of it counts
 * @param interval from one look to the next; {@link HealthCheck} takes 0.2 s
 */
public record FileCheck(String name, Path file, Measure measure, Duration interval) implements LocalCheck {
    static final Duration DEFAULT_INTERVAL = Duration.ofMillis(200);

    /** What of a file counts. */
    public enum Measure {
        /** Up while the file is there. */
        EXISTENCE,
        /**
         * The number at the beginning of its text, in [-2147483648, 2147483647]; an absent, empty or unreadable file
         * and one with something else in it count as 0. Tracked without a weight it is up while the number is 0; with
         * one, number × weight is added to the priority, and a product below −253 is a FAULT (keepalived.conf(5),
         * track_file).
         */
        VALUE
    }

    public FileCheck {
        Settings.name(name);
        requireNonNull(file, "file");
        requireNonNull(measure, "measure");
        Settings.positive("interval", interval);
    }

    public FileCheck interval(Duration interval) {
        return new FileCheck(name, file, measure, interval);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return PolledChecks.subscribe(this, reading -> reading.tell(listener));
    }
}
