package io.ha4j.lab;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every scene needs: the client and what it sees, the timeline, the moment. Used by the demo's thread alone. */
final class Stage {
    private static final int KEPT_CONNECTIONS = 20;
    private static final int TIMEOUT_MILLIS = 250;
    private static final int INTERVALS_PER_PROGRESS = 10;
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(5);

    private final Timeline timeline;
    private final Recorder recorder = new Recorder();
    private final Supplier<String> holder;
    private final Demo.Options options;
    private @Nullable LabProcess client;

    // Used by the client's reader thread alone.
    private final Map<String, Integer> progress = new TreeMap<>();
    private int progressOk;
    private int progressFailed;
    private int progressIntervals;

    /** @param holder who holds the virtual address at this moment */
    Stage(Timeline timeline, Supplier<String> holder, Demo.Options options) {
        this.timeline = timeline;
        this.holder = holder;
        this.options = options;
    }

    Timeline timeline() {
        return timeline;
    }

    Recorder recorder() {
        return recorder;
    }

    String holder() {
        return holder.get();
    }

    void startClient(Machine machine, String address, int port) {
        timeline.event(
                "client",
                options.rate() + " requests/s to " + address + ":" + port + ", every second one on one of "
                        + KEPT_CONNECTIONS + " kept connections; failed is what has no answer after " + TIMEOUT_MILLIS
                        + " ms");
        client = machine.start(
                "client",
                options.java().small(LoadClient.class, address, port, options.rate(), KEPT_CONNECTIONS, TIMEOUT_MILLIS),
                line -> ClientReport.parse(line.text()).ifPresent(this::report));
    }

    /** Waits until every backend answers and nothing fails. */
    void awaitSteady(List<Backend> backends, Duration limit) {
        long since = System.nanoTime();
        try {
            for (Backend backend : backends) {
                recorder.awaitAnswerOf(backend.name(), since, limit);
            }
            recorder.awaitSuccess(since, limit);
        } catch (LabException e) {
            String lines = client == null ? "" : "; the client's last lines:\n" + client.tail(5);
            throw new LabException(e.getMessage() + lines, e);
        }
    }

    /** Lets requests go on for the time a scene is watched. */
    void observe() {
        try {
            TimeUnit.MILLISECONDS.sleep(options.observed().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while watching a scene", e);
        }
    }

    /** Ends a scene that began at that time, and takes its figures. */
    Scene scene(
            String name,
            long fromNanos,
            String holderBefore,
            @Nullable Double takeoverMillis,
            Function<Recorder.Window, List<Scene.Promise>> promises) {
        long toNanos = System.nanoTime();
        recorder.awaitReportsUntil(toNanos, REPORT_LIMIT);
        Recorder.Window window = recorder.window(fromNanos, toNanos);
        OptionalLong due = window.failures().stream()
                .mapToLong(ClientReport.Failure::dueNanos)
                .min();
        OptionalLong lastDue = window.failures().stream()
                .mapToLong(ClientReport.Failure::dueNanos)
                .max();
        return new Scene(
                name,
                timeline.seconds(fromNanos),
                timeline.seconds(toNanos),
                holderBefore,
                holder(),
                window.answered(),
                window.failed(),
                window.failed(ClientReport.Failure.Kind.KEPT),
                window.failed(ClientReport.Failure.Kind.FRESH),
                window.failed(ClientReport.Failure.Kind.WAITING),
                window.worstConnection(),
                window.longestGap().nanos() / 1e6,
                timeline.seconds(window.longestGap().fromNanos()),
                takeoverMillis,
                window.percentileMillis(50),
                window.percentileMillis(99),
                window.fresh(),
                window.kept(),
                window.reasons(),
                due.isPresent() ? timeline.seconds(due.getAsLong()) : null,
                lastDue.isPresent() ? timeline.seconds(lastDue.getAsLong()) : null,
                promises.apply(window));
    }

    private void report(ClientReport report) {
        recorder.add(report);
        if (report instanceof ClientReport.Interval interval) {
            interval.fresh().forEach((backend, count) -> progress.merge(backend, count, Integer::sum));
            interval.kept().forEach((backend, count) -> progress.merge(backend, count, Integer::sum));
            progressOk += interval.ok();
            progressFailed += interval.failed();
            if (++progressIntervals == INTERVALS_PER_PROGRESS) {
                timeline.progress(String.format(
                        Locale.ROOT,
                        "%5d ok/s %4d failed   VIP: %s   %s",
                        progressOk,
                        progressFailed,
                        holder(),
                        progress));
                progress.clear();
                progressOk = 0;
                progressFailed = 0;
                progressIntervals = 0;
            }
        }
    }
}
