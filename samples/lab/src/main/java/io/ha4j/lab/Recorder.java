package io.ha4j.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Keeps the client's reports and says what they say about a stretch of time. Thread-safe. */
final class Recorder {
    private final List<ClientReport.Interval> intervals = new ArrayList<>();
    private final List<ClientReport.Failure> failures = new ArrayList<>();

    synchronized void add(ClientReport report) {
        if (report instanceof ClientReport.Interval interval) {
            intervals.add(interval);
            notifyAll();
        } else if (report instanceof ClientReport.Failure failure) {
            failures.add(failure);
        }
    }

    /** Waits until the client has reported everything up to this time. */
    synchronized void awaitReportsUntil(long nanos, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (intervals.isEmpty() || intervals.get(intervals.size() - 1).toNanos() < nanos) {
            waitUntil(deadline, "the client reports nothing any more");
        }
    }

    /**
     * Waits until this backend answers a request on a fresh connection after this time.
     *
     * @return the end of the interval in which it did
     */
    synchronized long awaitAnswerOf(String backend, long sinceNanos, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            for (ClientReport.Interval interval : intervals) {
                if (interval.fromNanos() >= sinceNanos && interval.fresh().containsKey(backend)) {
                    return interval.toNanos();
                }
            }
            waitUntil(deadline, "the client got no answer of " + backend + " within " + limit.toSeconds() + " s");
        }
    }

    /** Waits for an interval after this time in which requests were answered and none failed. */
    synchronized void awaitSuccess(long sinceNanos, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (intervals.stream()
                .noneMatch(interval ->
                        interval.fromNanos() >= sinceNanos && interval.ok() > 0 && interval.failed() == 0)) {
            waitUntil(deadline, "the client's requests go on failing for " + limit.toSeconds() + " s");
        }
    }

    /** What the client saw between these times. */
    synchronized Window window(long fromNanos, long toNanos) {
        List<ClientReport.Interval> inside = intervals.stream()
                .filter(interval -> interval.toNanos() > fromNanos && interval.toNanos() <= toNanos)
                .toList();
        List<ClientReport.Failure> failed = failures.stream()
                .filter(failure -> failure.nanos() >= fromNanos && failure.nanos() < toNanos)
                .toList();
        Map<String, Integer> fresh = new TreeMap<>();
        Map<String, Integer> kept = new TreeMap<>();
        inside.forEach(interval -> {
            interval.fresh().forEach((backend, count) -> fresh.merge(backend, count, Integer::sum));
            interval.kept().forEach((backend, count) -> kept.merge(backend, count, Integer::sum));
        });
        List<Integer> latencies = inside.stream()
                .flatMap(interval -> interval.latenciesMicros().stream())
                .sorted()
                .toList();
        int worst = failed.stream()
                .filter(failure -> failure.kind() == ClientReport.Failure.Kind.KEPT)
                .collect(Collectors.groupingBy(ClientReport.Failure::connection, Collectors.summingInt(one -> 1)))
                .values()
                .stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
        return new Window(
                fromNanos, toNanos, latencies, failed, worst, fresh, kept, longestGap(inside, fromNanos, toNanos));
    }

    /** The longest time without an answer that ended in the window or was still going on at its end. */
    private static Gap longestGap(List<ClientReport.Interval> inside, long fromNanos, long toNanos) {
        Gap longest = new Gap(fromNanos, fromNanos);
        long lastOk = fromNanos;
        for (ClientReport.Interval interval : inside) {
            if (interval.gapToNanos() >= fromNanos) {
                longest = longest.orLonger(new Gap(interval.gapFromNanos(), interval.gapToNanos()));
            }
            lastOk = Math.max(lastOk, interval.lastOkNanos());
        }
        // The client reports ten times a second: answers after the last report count as given.
        long reported =
                inside.isEmpty() ? toNanos : inside.get(inside.size() - 1).toNanos();
        return longest.orLonger(new Gap(lastOk, reported));
    }

    private void waitUntil(long deadline, String failure) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new LabException(failure);
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for the client", e);
        }
    }

    /** A time without an answer. */
    record Gap(long fromNanos, long toNanos) {
        long nanos() {
            return toNanos - fromNanos;
        }

        Gap orLonger(Gap other) {
            return other.nanos() > nanos() ? other : this;
        }
    }

    /**
     * A stretch of time as the client saw it.
     *
     * @param latenciesMicros sorted, of the answered requests
     * @param worstConnection the most failures on one kept connection
     * @param fresh answers per backend on fresh connections
     * @param kept answers per backend on kept connections
     */
    record Window(
            long fromNanos,
            long toNanos,
            List<Integer> latenciesMicros,
            List<ClientReport.Failure> failures,
            int worstConnection,
            Map<String, Integer> fresh,
            Map<String, Integer> kept,
            Gap longestGap) {
        int answered() {
            return latenciesMicros.size();
        }

        int failed() {
            return failures.size();
        }

        int failed(ClientReport.Failure.Kind kind) {
            return (int)
                    failures.stream().filter(failure -> failure.kind() == kind).count();
        }

        /** The smallest latency that at least this share of the answers did not exceed (nearest rank), in ms. */
        double percentileMillis(double percent) {
            if (latenciesMicros.isEmpty()) {
                return 0;
            }
            int rank = (int) Math.ceil(percent / 100 * latenciesMicros.size());
            return latenciesMicros.get(Math.max(1, rank) - 1) / 1000.0;
        }

        /** How many failures had each reason. */
        Map<String, Integer> reasons() {
            Map<String, Integer> reasons = new TreeMap<>();
            failures.forEach(failure -> reasons.merge(failure.reason(), 1, Integer::sum));
            return reasons;
        }
    }
}
