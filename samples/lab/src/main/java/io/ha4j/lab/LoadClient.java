package io.ha4j.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The client of the demo. Requests are due at fixed times, whatever became of the ones before (an open loop: a slow
 * server cannot slow the client down and so hide its slowness); every second one goes over one of the kept connections,
 * the others over a fresh one each. One without an answer after the time limit has failed. One thread; run as
 * {@code LoadClient ADDRESS PORT RATE KEPT TIMEOUT_MS}; prints {@link ClientReport}s until it is killed.
 */
public final class LoadClient implements ClientConnection.Outcome {
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private record InFlight(ClientConnection connection, long dueNanos) {}

    private final Selector selector;
    private final InetSocketAddress target;
    private final long stepNanos;
    private final long timeoutNanos;
    private final ClientConnection[] kept;
    private final Deque<Long> waiting = new ArrayDeque<>(); // due times of requests for which no connection is free
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private final ClientStats stats;
    private int nextKept;

    private LoadClient(Selector selector, InetSocketAddress target, int rate, int keptCount, long timeoutNanos) {
        this.selector = selector;
        this.target = target;
        this.stepNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        this.timeoutNanos = timeoutNanos;
        kept = new ClientConnection[keptCount];
        for (int number = 0; number < keptCount; number++) {
            kept[number] = new ClientConnection(number, target, selector, this);
        }
        stats = new ClientStats(System.nanoTime());
    }

    public static void main(String[] args) throws IOException {
        new LoadClient(
                        Selector.open(),
                        new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[4])))
                .run();
    }

    private void run() throws IOException {
        long due = System.nanoTime();
        long report = due + REPORT_NANOS;
        for (long number = 0; ; ) {
            long now = System.nanoTime();
            for (; due <= now; due += stepNanos) {
                if (number++ % 2 == 0) {
                    send(new ClientConnection(-1, target, selector, this), due);
                } else {
                    waiting.add(due);
                }
            }
            sendWaiting();
            expire(System.nanoTime());
            if (now >= report) {
                System.out.println(stats.next(now).line());
                report += REPORT_NANOS;
            }
            selector.select(key -> ((ClientConnection) key.attachment()).ready(key), 1);
        }
    }

    private void send(ClientConnection connection, long due) {
        inFlight.add(new InFlight(connection, due));
        connection.send(due);
    }

    /** Gives waiting requests to kept connections without one, in turn. */
    private void sendWaiting() {
        for (int tried = 0; tried < kept.length && !waiting.isEmpty(); tried++) {
            ClientConnection next = kept[nextKept];
            nextKept = (nextKept + 1) % kept.length;
            if (!next.isBusy()) {
                send(next, waiting.remove());
            }
        }
    }

    /** All requests have the same time limit, so the oldest ones are at the head. */
    private void expire(long now) {
        while (!inFlight.isEmpty()) {
            InFlight oldest = inFlight.element();
            boolean open = oldest.connection.isBusyWith(oldest.dueNanos);
            if (open && now - oldest.dueNanos < timeoutNanos) {
                break;
            }
            inFlight.remove();
            if (open) {
                oldest.connection.abandon("no answer in time");
            }
        }
        while (!waiting.isEmpty() && now - waiting.element() >= timeoutNanos) {
            System.out.println(stats.failed(
                            waiting.remove(),
                            now,
                            ClientReport.Failure.Kind.WAITING,
                            -1,
                            "all kept connections were busy")
                    .line());
        }
    }

    @Override
    public void answered(ClientConnection connection, String backend) {
        stats.answered(connection.dueNanos(), System.nanoTime(), backend, connection.isFresh());
    }

    @Override
    public void failed(ClientConnection connection, String reason) {
        ClientReport.Failure.Kind kind =
                connection.isFresh() ? ClientReport.Failure.Kind.FRESH : ClientReport.Failure.Kind.KEPT;
        System.out.println(stats.failed(connection.dueNanos(), System.nanoTime(), kind, connection.number, reason)
                .line());
    }
}
