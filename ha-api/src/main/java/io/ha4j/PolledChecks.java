package io.ha4j;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The polled checks that somebody listens to: equal ones run once, from the first listener to the last. Thread-safe. */
final class PolledChecks {
    private static final Map<LocalCheck, PolledCheck> running = new HashMap<>(); // guarded by itself

    private PolledChecks() {}

    /** As {@link LocalCheck#subscribe}. */
    static Subscription subscribe(LocalCheck check, Consumer<Reading> listener) {
        PolledCheck polled;
        synchronized (running) {
            polled = running.computeIfAbsent(check, PolledChecks::start);
            polled.users++;
        }
        polled.add(listener);
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                polled.remove(listener);
                release(check, polled);
            }
        };
    }

    private static void release(LocalCheck check, PolledCheck polled) {
        synchronized (running) {
            polled.users--;
            if (polled.users > 0) {
                return;
            }
            running.remove(check);
        }
        polled.stop();
    }

    private static PolledCheck start(LocalCheck check) {
        PolledCheck polled;
        if (check instanceof ScriptCheck script) {
            polled = new PolledCheck(check.name(), new ScriptProbe(script));
        } else if (check instanceof FileCheck file) {
            polled = new PolledCheck(check.name(), new FileProbe(file));
        } else if (check instanceof ProcessCheck process) {
            polled = new PolledCheck(check.name(), new ProcessProbe(process, System::nanoTime));
        } else {
            throw new IllegalArgumentException("a check of this kind needs no polling: " + check);
        }
        polled.start();
        return polled;
    }
}
