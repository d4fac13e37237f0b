package io.ha4j.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A process in a namespace of a {@link Lab}, with the last lines it printed. Thread-safe. */
public final class LabProcess implements AutoCloseable {
    /**
     * One line of output, standard output and standard error in one stream.
     *
     * @param nanos {@link System#nanoTime()} when it was read
     */
    public record Line(long nanos, String text) {}

    private static final int KEPT_LINES = 20_000;

    private final String name;
    private final Process process;
    private final Consumer<? super Line> listener;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final Thread reader;
    private boolean ended;

    LabProcess(String name, Process process, Consumer<? super Line> listener) {
        this.name = name;
        this.process = process;
        this.listener = listener;
        reader = new Thread(this::read, "lab-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far, oldest first; of a talkative process the last 20 000 lines. */
    public synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Sends a signal, for example {@code STOP}. */
    public void signal(String signal) {
        Command.run(List.of("sh", "-c", "kill -" + signal + " " + pid()));
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end and returns the exit code (128 + n after signal n); empty when it still runs after that. */
    public Optional<Integer> waitFor(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
            reader.join(TimeUnit.SECONDS.toMillis(1)); // what it printed last is in lines() when this returns
            return Optional.of(process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for the end of " + name, e);
        }
    }

    /** Waits until a line contains this text; see {@link #awaitLine(Predicate, Duration)}. */
    public Line awaitLine(String text, Duration limit) {
        return awaitLine(line -> line.text().contains(text), limit, "a line with \"" + text + "\"");
    }

    /**
     * Waits for a line, also among those it has printed already.
     *
     * @throws LabException with its last lines, if the process ends first or the time is over
     */
    public Line awaitLine(Predicate<Line> wanted, Duration limit) {
        return awaitLine(wanted, limit, "the line awaited");
    }

    private synchronized Line awaitLine(Predicate<Line> wanted, Duration limit, String what) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Line> found = lines.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            long left = deadline - System.nanoTime();
            if (ended || left <= 0) {
                String why = ended ? " ended without " : " did not print within " + limit.toMillis() + " ms ";
                throw new LabException(name + why + what + "; its last lines:\n" + tail(12));
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while waiting for " + what + " of " + name, e);
            }
        }
    }

    /** Its last lines, indented, for messages. */
    public synchronized String tail(int count) {
        StringBuilder text = new StringBuilder();
        lines.stream()
                .skip(Math.max(0, lines.size() - count))
                .forEach(line -> text.append("    ").append(line.text()).append('\n'));
        return text.isEmpty() ? "    (it printed nothing)\n" : text.toString();
    }

    /** Kills it and waits until it is gone. */
    @Override
    public void close() {
        kill();
        waitFor(Duration.ofSeconds(5));
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String text = output.readLine(); text != null; text = output.readLine()) {
                Line line = new Line(System.nanoTime(), text);
                synchronized (this) {
                    if (lines.size() == KEPT_LINES) {
                        lines.removeFirst();
                    }
                    lines.addLast(line);
                    notifyAll();
                }
                listener.accept(line);
            }
        } catch (IOException e) {
            // The pipe was closed under us: the process was killed, and what it printed before has been read.
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }
}
