package io.ha4j.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which of the capabilities that we need this process has in effect (capabilities(7)). */
final class Capabilities {
    private static final int CAP_NET_ADMIN = 12; // linux/capability.h
    private static final int CAP_NET_RAW = 13;
    private static final String EFFECTIVE = "CapEff:";

    private Capabilities() {}

    /**
     * The names of those that are missing.
     *
     * @param status such as /proc/self/status; one that cannot be read counts as nothing missing, since the kernel
     *     itself will say so later
     */
    static List<String> missing(Path status) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(EFFECTIVE)) {
                    return missing(Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).trim(), 16));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
        return List.of();
    }

    private static List<String> missing(long effective) {
        List<String> names = new ArrayList<>();
        if ((effective & 1L << CAP_NET_ADMIN) == 0) {
            names.add("CAP_NET_ADMIN");
        }
        if ((effective & 1L << CAP_NET_RAW) == 0) {
            names.add("CAP_NET_RAW");
        }
        return names;
    }
}
