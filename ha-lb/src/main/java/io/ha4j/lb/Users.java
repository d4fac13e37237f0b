package io.ha4j.lb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user that this process runs as. */
final class Users {
    private Users() {}

    /** The effective one, which is also what the kernel tells a peer ({@code SO_PEERCRED}). */
    static int own() throws IOException {
        // Not the owner of /proc/self: with file capabilities, that is root.
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Uid:")) {
                return Integer.parseInt(line.split("\\s+", -1)[2]);
            }
        }
        throw new IOException("/proc/self/status has no line Uid");
    }
}
