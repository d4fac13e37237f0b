package io.ha4j.it;

import io.ha4j.lab.LabProcess;
import io.ha4j.lab.LoadClient;
import java.util.List;

/** Reads what a {@link LoadClient} prints. */
final class LoadReport {
    /**
     * A request that failed; times are {@link System#nanoTime()}, which all processes of a machine share.
     *
     * @param connection the number of a kept connection; a fresh one has -1
     */
    record Failure(long dueNanos, long nanos, int connection, String reason) {
        boolean isFresh() {
            return connection < 0;
        }
    }

    private LoadReport() {}

    static List<Failure> failures(LabProcess client) {
        return client.lines().stream()
                .map(line -> line.text().split(" ", 6))
                .filter(words -> words[0].equals("F"))
                .map(words -> new Failure(
                        Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[4]), words[5]))
                .toList();
    }

    /** How many answers of this backend on fresh connections an interval's line tells of; 0 of other lines. */
    static int answers(LabProcess.Line line, String backend) {
        String[] words = line.text().split(" ");
        if (!words[0].equals("I")) {
            return 0;
        }
        for (String count : words[7].split(",")) {
            if (count.startsWith(backend + "=")) {
                return Integer.parseInt(count.substring(backend.length() + 1));
            }
        }
        return 0;
    }
}
