package io.ha4j.lab;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one scene of the demo came to, in the client's figures.
 *
 * @param from seconds since the demo began
 * @param to seconds since the demo began
 * @param failedKept failed requests on kept connections
 * @param failedFresh failed requests on connections of their own
 * @param failedWaiting failed requests that found all kept connections busy
 * @param failedPerConnection the most failures on one kept connection
 * @param longestGapMillis the longest time without any answer
 * @param longestGapFrom seconds since the demo began
 * @param failedDueFrom when the first of the failed requests was due, in seconds since the demo began; null if none
 * @param failedDueTo when the last of them was due
 * @param takeoverMillis from the signal until the client's packets go to the successor; null where nothing moved
 * @param freshPerBackend answers on fresh connections, where the scheduler decides for each
 */
record Scene(
        String name,
        double from,
        double to,
        String holderBefore,
        String holderAfter,
        int answered,
        int failed,
        int failedKept,
        int failedFresh,
        int failedWaiting,
        int failedPerConnection,
        double longestGapMillis,
        double longestGapFrom,
        @Nullable Double takeoverMillis,
        double medianMillis,
        double p99Millis,
        Map<String, Integer> freshPerBackend,
        Map<String, Integer> keptPerBackend,
        Map<String, Integer> reasons,
        @Nullable Double failedDueFrom,
        @Nullable Double failedDueTo,
        List<Promise> promises) {

    /**
     * Something that has to hold.
     *
     * @param measured what it came to, readable
     */
    record Promise(String text, boolean held, String measured) {
        static Promise atMostMillis(String text, double limit, double measured) {
            return new Promise("%s < %.0f ms".formatted(text, limit), measured < limit, "%.0f ms".formatted(measured));
        }
    }

    boolean held() {
        return promises.stream().allMatch(Promise::held);
    }
}
