package io.ha4j.beside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs ha4j beside keepalived and prints tables. Arguments: {@code cpu}, {@code failover} or none for both, and {@code
 * --short}, {@code --rounds N} for another number of failovers of each kind, {@code --interval SECONDS} for one interval only.
 */
public final class BesideKeepalived {
    private static final List<ManyGroups.Load> LOADS =
            List.of(new ManyGroups.Load(1000, 1), new ManyGroups.Load(250, 0.1));

    private BesideKeepalived() {}

    public static void main(String[] args) throws IOException {
        List<String> words = Arrays.asList(args);
        boolean isShort = words.contains("--short");
        boolean all = !words.contains("cpu") && !words.contains("failover");
        Path directory = Files.createTempDirectory("ha4j-beside");
        try {
            System.out.println(
                    Files.readString(Path.of("/proc/loadavg")).strip() + " is the load before the first run");
            if (all || words.contains("cpu")) {
                for (ManyGroups.Load load : LOADS) {
                    ManyGroups.run(load, directory, isShort);
                }
            }
            if (all || words.contains("failover")) {
                for (double interval : intervals(words)) {
                    FailoverTimes.run(interval, directory, rounds(words, isShort ? 3 : 20), isShort ? 10 : 60);
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int rounds(List<String> words, int otherwise) {
        int at = words.indexOf("--rounds");
        return at < 0 ? otherwise : Integer.parseInt(words.get(at + 1));
    }

    private static double[] intervals(List<String> words) {
        int at = words.indexOf("--interval");
        return at < 0 ? new double[] {1, 0.1, 0.01} : new double[] {Double.parseDouble(words.get(at + 1))};
    }
}
