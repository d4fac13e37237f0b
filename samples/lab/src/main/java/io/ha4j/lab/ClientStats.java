package io.ha4j.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the client's answers and failures, and prints them. Not thread-safe. */
final class ClientStats {
    private final Map<String, Integer> fresh = new TreeMap<>();
    private final Map<String, Integer> kept = new TreeMap<>();
    private final List<Integer> latenciesMicros = new ArrayList<>();
    private int failed;
    private long fromNanos;
    private long lastOkNanos;
    private long gapFromNanos;
    private long gapToNanos;

    ClientStats(long nowNanos) {
        fromNanos = nowNanos;
    }

    void answered(long dueNanos, long nowNanos, String backend, boolean onFresh) {
        (onFresh ? fresh : kept).merge(backend, 1, Integer::sum);
        latenciesMicros.add((int) ((nowNanos - dueNanos) / 1_000));
        if (lastOkNanos != 0 && nowNanos - lastOkNanos > gapToNanos - gapFromNanos) {
            gapFromNanos = lastOkNanos;
            gapToNanos = nowNanos;
        }
        lastOkNanos = nowNanos;
    }

    ClientReport.Failure failed(
            long dueNanos, long nowNanos, ClientReport.Failure.Kind kind, int connection, String reason) {
        failed++;
        return new ClientReport.Failure(dueNanos, nowNanos, kind, connection, reason);
    }

    /** Ends the interval and begins the next. */
    ClientReport.Interval next(long nowNanos) {
        ClientReport.Interval interval = new ClientReport.Interval(
                fromNanos,
                nowNanos,
                failed,
                lastOkNanos,
                gapFromNanos,
                gapToNanos,
                Map.copyOf(fresh),
                Map.copyOf(kept),
                List.copyOf(latenciesMicros));
        fresh.clear();
        kept.clear();
        latenciesMicros.clear();
        failed = 0;
        gapFromNanos = 0;
        gapToNanos = 0;
        fromNanos = nowNanos;
        return interval;
    }
}
