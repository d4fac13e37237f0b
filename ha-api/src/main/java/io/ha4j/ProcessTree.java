package io.ha4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process and all that it has started: its descendants, and those that have left their parents (daemons), which are
 * known by a mark in their environment.
 */
record ProcessTree(Process root, String mark) {
    /** The variable that holds the mark; its value is another one for each process. */
    static final String MARK = "HA4J_CHECK";

    private static final int ROUNDS = 50;
    private static final long PAUSE_MILLIS = 2;

    /** Kills all of them, and looks again until nobody is left: they may have forked meanwhile. */
    void kill() {
        for (int round = 0; round < ROUNDS; round++) {
            List<ProcessHandle> others = others();
            root.destroyForcibly();
            others.forEach(ProcessHandle::destroyForcibly);
            if (others.isEmpty()) {
                return;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private List<ProcessHandle> others() {
        try (Stream<ProcessHandle> marked = ProcessHandle.allProcesses().filter(this::isMarked)) {
            return Stream.concat(root.descendants(), marked)
                    .filter(process -> process.pid() != root.pid())
                    .distinct()
                    .filter(ProcessHandle::isAlive)
                    .toList();
        }
    }

    /** The handle was there before its environment is read, so that it cannot be another process of the same number. */
    private boolean isMarked(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(MARK + "=" + mark);
        } catch (IOException e) { // gone, or another user's and so none of ours
            return false;
        }
    }
}
