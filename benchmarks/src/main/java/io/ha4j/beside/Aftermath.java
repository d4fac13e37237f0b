package io.ha4j.beside;

import io.ha4j.beside.Frames.Frame;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was on the wire when a node had failed.
 *
 * @param frames captured, in their order
 * @param at when it failed, in ms since 1970
 * @param ended the MAC address of the node that failed
 * @param successor that of the next node
 * @param addresses the virtual ones: answers for others do not count
 */
record Aftermath(List<Frame> frames, double at, String ended, String successor, List<InetAddress> addresses) {
    static final int LOOKUPS = 60;
    static final double LOOKUP_MILLIS = 50;

    /** How much is told of what came before. */
    private static final double TOLD_BEFORE_MILLIS = 3000;

    private static final double LONGEST_PAUSE_MILLIS = 50;

    Failure failure() {
        double taken = addresses.stream().mapToDouble(this::taken).min().orElseThrow();
        double silent = addresses.stream().mapToDouble(this::silent).max().orElseThrow();
        double margin = addresses.stream()
                .mapToDouble(address -> taken(address) - silent(address))
                .min()
                .orElseThrow();
        long lookups = answers(ended).stream()
                .filter(frame -> !frame.isEchoReply())
                .mapToLong(frame -> (long) Math.floor((frame.millis() - at) / LOOKUP_MILLIS) - 1)
                .filter(number -> number >= 0 && number < LOOKUPS)
                .distinct()
                .count();
        return new Failure(taken - at, silent - at, margin, both().size(), lookups);
    }

    /** When the successor answered for this address first. */
    private double taken(InetAddress address) {
        return answers(successor).stream()
                .filter(frame -> address.equals(frame.answersFor()))
                .mapToDouble(Frame::millis)
                .min()
                .orElseThrow(() -> new IllegalStateException(
                        "the successor never answered for " + address.getHostAddress() + ":\n" + told(at)));
    }

    /** When the node that failed answered for this address last. */
    private double silent(InetAddress address) {
        return answers(ended).stream()
                .filter(frame -> address.equals(frame.answersFor()))
                .mapToDouble(Frame::millis)
                .max()
                .orElse(at);
    }

    /** Since the failure. */
    private List<Frame> answers(String mac) {
        return frames.stream()
                .filter(frame -> frame.millis() > at && frame.isFrom(mac) && frame.answersForAny(addresses))
                .toList();
    }

    /** Answers of the node that failed, for an address for which its successor had answered. */
    private List<Frame> both() {
        List<Frame> both = new ArrayList<>();
        for (InetAddress address : addresses) {
            double taken = taken(address);
            answers(ended).stream()
                    .filter(frame -> address.equals(frame.answersFor()) && frame.millis() > taken)
                    .forEach(both::add);
        }
        return both;
    }

    /**
     * The frames from before the time in which both answered to the end, times in ms after the failure: frames of one kind
     * from one node in one line, as long as they follow within 50 ms.
     */
    String overlap() {
        return told(both().stream().mapToDouble(Frame::millis).min().orElse(at) - TOLD_BEFORE_MILLIS);
    }

    private String told(double from) {
        Map<String, Run> current = new HashMap<>();
        List<Run> runs = new ArrayList<>();
        for (Frame frame : frames) {
            if (frame.millis() >= from) {
                String what = node(frame) + ": " + frame.what();
                Run run = current.get(what);
                if (run == null || frame.millis() - run.last > LONGEST_PAUSE_MILLIS) {
                    run = new Run(what, frame.millis());
                    current.put(what, run);
                    runs.add(run);
                }
                run.last = frame.millis();
                run.count++;
            }
        }
        return runs.stream().map(run -> run.line(at)).collect(Collectors.joining("\n"));
    }

    private String node(Frame frame) {
        return frame.isFrom(ended) ? "old node" : frame.isFrom(successor) ? "successor" : frame.sourceMac();
    }

    private static final class Run {
        private final String what;
        private final double first;
        private double last;
        private int count;

        Run(String what, double first) {
            this.what = what;
            this.first = first;
        }

        String line(double at) {
            return String.format(Locale.ROOT, "    %9.3f to %9.3f ms  %s, %d ×", first - at, last - at, what, count);
        }
    }
}
