package io.ha4j.lab;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the client tells about its requests, one line each. Times are {@link System#nanoTime()}, which HotSpot reads from
 * CLOCK_MONOTONIC on Linux, so that the processes of one machine agree about it.
 */
sealed interface ClientReport {
    /** Parses a line; empty when it is something else. */
    static Optional<ClientReport> parse(String line) {
        String[] words = line.split(" ");
        try {
            if (words[0].equals(Interval.TAG)) {
                return Optional.of(Interval.of(words));
            }
            if (words[0].equals(Failure.TAG) && words.length >= 6) {
                String reason = String.join(" ", Arrays.asList(words).subList(5, words.length));
                Failure.Kind kind = Failure.Kind.valueOf(words[3]);
                return Optional.of(new Failure(
                        Long.parseLong(words[1]), Long.parseLong(words[2]), kind, Integer.parseInt(words[4]), reason));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // a line of the JVM that begins like one of ours
        }
        return Optional.empty();
    }

    /** The report as a line. */
    String line();

    /**
     * A request without a whole answer in time.
     *
     * @param dueNanos when it should have been sent
     * @param nanos when it was given up
     * @param connection the number of the kept connection; a fresh one has -1
     */
    record Failure(long dueNanos, long nanos, Kind kind, int connection, String reason) implements ClientReport {
        private static final String TAG = "F";

        /** Which connection the request was on. */
        enum Kind {
            /** One that serves many requests. */
            KEPT,
            /** One of its own. */
            FRESH,
            /** None yet: all kept connections were busy until it was too late. */
            WAITING
        }

        @Override
        public String line() {
            return String.join(
                    " ", TAG, "" + dueNanos, "" + nanos, kind.name(), "" + connection, reason.replace('\n', ' '));
        }
    }

    /**
     * The answers of a short time.
     *
     * @param lastOkNanos when the last answer of all came; 0 when there was none yet
     * @param gapFromNanos the answer before the longest time without one that ended in this interval; 0 if none ended
     * @param gapToNanos the answer that ended it
     * @param fresh answers per backend on fresh connections
     * @param kept answers per backend on kept connections
     * @param latenciesMicros from the moment a request was due to its answer, in any order
     */
    record Interval(
            long fromNanos,
            long toNanos,
            int failed,
            long lastOkNanos,
            long gapFromNanos,
            long gapToNanos,
            Map<String, Integer> fresh,
            Map<String, Integer> kept,
            List<Integer> latenciesMicros)
            implements ClientReport {
        private static final String TAG = "I";

        private static Interval of(String[] words) {
            return new Interval(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Integer.parseInt(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]),
                    counts(words[7]),
                    counts(words[8]),
                    Arrays.stream(words[9].split(","))
                            .filter(number -> !number.equals("-"))
                            .map(Integer::valueOf)
                            .toList());
        }

        int ok() {
            return latenciesMicros.size();
        }

        @Override
        public String line() {
            String latencies = latenciesMicros.stream().map(String::valueOf).collect(Collectors.joining(","));
            return String.join(
                    " ",
                    TAG,
                    "" + fromNanos,
                    "" + toNanos,
                    "" + failed,
                    "" + lastOkNanos,
                    "" + gapFromNanos,
                    "" + gapToNanos,
                    text(fresh),
                    text(kept),
                    latencies.isEmpty() ? "-" : latencies);
        }

        private static String text(Map<String, Integer> counts) {
            String text = counts.entrySet().stream()
                    .map(count -> count.getKey() + "=" + count.getValue())
                    .collect(Collectors.joining(","));
            return text.isEmpty() ? "-" : text;
        }

        private static Map<String, Integer> counts(String text) {
            Map<String, Integer> counts = new LinkedHashMap<>();
            for (String count : text.equals("-") ? new String[0] : text.split(",")) {
                int at = count.indexOf('=');
                counts.put(count.substring(0, at), Integer.parseInt(count.substring(at + 1)));
            }
            return counts;
        }
    }
}
