package io.ha4j.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A JVM that runs a keepalived.conf: holds the virtual address, balances, or both. Used by the demo's thread alone. */
final class Node {
    private final String name;
    private final Machine machine;
    private final Path config;
    private final Path admin;
    private final JavaCommand java;
    private final Timeline timeline;
    private @Nullable LabProcess process;

    Node(String name, Machine machine, Path directory, String configText, JavaCommand java, Timeline timeline) {
        this.name = name;
        this.machine = machine;
        this.config = directory.resolve(name + ".conf");
        this.admin = directory.resolve(name + ".sock");
        this.java = java;
        this.timeline = timeline;
        try {
            Files.writeString(config, configText);
        } catch (IOException e) {
            throw new LabException("cannot write " + config + ": " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    void start() {
        process = machine.start(
                name,
                java.program("run", "-f", config, "--admin", "unix:" + admin),
                line -> NodeLog.event(line.text()).ifPresent(what -> timeline.event(line.nanos(), name, what)));
        timeline.event(name, "starts as process " + process.pid());
    }

    /** The process that was started last. */
    LabProcess process() {
        if (process == null) {
            throw new IllegalStateException(name + " has not been started");
        }
        return process;
    }

    /** Waits until it takes part as a backup. */
    void awaitBackup(Duration limit) {
        process().awaitLine("Entering BACKUP STATE", limit);
    }

    /** Sends SIGKILL and returns when, on the scale of {@link System#nanoTime()}. */
    long kill() {
        timeline.event(name, "SIGKILL");
        long at = System.nanoTime();
        process().kill();
        return at;
    }

    /** Sends SIGTERM and returns when, on the scale of {@link System#nanoTime()}. */
    long terminate() {
        timeline.event(name, "SIGTERM");
        long at = System.nanoTime();
        process().terminate();
        return at;
    }

    void awaitEnd(Duration limit) {
        Optional<Integer> code = process().waitFor(limit);
        String end = code.map(number -> "has ended with exit code " + number).orElse("still runs");
        timeline.event(name, end);
    }
}
