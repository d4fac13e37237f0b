package io.ha4j.linux;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the machine for its first use and closes it after the last. Thread-safe. */
final class SharedMachine {
    private final Supplier<Machine> opener;
    private @Nullable Machine machine; // guarded by this, as is the count
    private int uses;

    SharedMachine(Supplier<Machine> opener) {
        this.opener = opener;
    }

    LinuxHost acquire() {
        return new LinuxHost(use(), this::giveBack);
    }

    private synchronized Machine use() {
        Machine used = machine;
        if (used == null) {
            used = opener.get();
            machine = used;
        }
        uses++;
        return used;
    }

    private void giveBack() {
        Machine last = null;
        synchronized (this) {
            if (--uses == 0) {
                last = machine;
                machine = null;
            }
        }
        if (last != null) {
            last.close(); // waits for the loop, whose tasks may want the monitor
        }
    }
}
