package io.ha4j.lab;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A web server behind the balancer, which can be killed and started again. Used by the demo's thread alone. */
final class Backend {
    private static final Duration START_LIMIT = Duration.ofSeconds(15);

    private final String name;
    private final Machine machine;
    private final JavaCommand java;
    private final Timeline timeline;
    private int port;
    private @Nullable LabProcess process;

    /** @param port 0 takes one that is free, and keeps it from then on */
    Backend(String name, Machine machine, int port, JavaCommand java, Timeline timeline) {
        this.name = name;
        this.machine = machine;
        this.port = port;
        this.java = java;
        this.timeline = timeline;
    }

    String name() {
        return name;
    }

    String address() {
        return machine.address();
    }

    int port() {
        return port;
    }

    /** Starts it; {@link #awaitReady()} waits until it answers. */
    void start() {
        process = machine.start(name, java.small(WebServer.class, machine.address(), port, name), line -> {});
    }

    void awaitReady() {
        LabProcess started = running();
        String ready = started.awaitLine("ready ", START_LIMIT).text();
        port = Integer.parseInt(ready.substring(ready.indexOf(' ') + 1));
        timeline.event(name, "listens at " + machine.address() + ":" + port);
    }

    void kill() {
        timeline.event(name, "SIGKILL");
        running().kill();
    }

    private LabProcess running() {
        if (process == null) {
            throw new IllegalStateException(name + " has not been started");
        }
        return process;
    }
}
