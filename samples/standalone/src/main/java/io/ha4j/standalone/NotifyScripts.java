package io.ha4j.standalone;

import io.ha4j.GroupEvent;
import io.ha4j.standalone.conf.Notifications;
import io.ha4j.standalone.conf.VrrpInstance;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the scripts of one instance with keepalived's arguments: in the order of the events, one at a time, each killed
 * with its children when it takes too long. A listener of its own, so that nothing else waits for a script.
 */
final class NotifyScripts implements Consumer<GroupEvent> {
    private static final Logger log = LoggerFactory.getLogger("ha4j");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final File NOTHING = new File("/dev/null");

    private final String name;
    private final Supplier<VrrpInstance> instance;
    private final Duration limit;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param instance as it is at the moment */
    NotifyScripts(String name, Supplier<VrrpInstance> instance) {
        this(name, instance, LIMIT);
    }

    NotifyScripts(String name, Supplier<VrrpInstance> instance, Duration limit) {
        this.name = name;
        this.instance = instance;
        this.limit = limit;
    }

    @Override
    public void accept(GroupEvent event) {
        VrrpInstance now = instance.get();
        Notifications scripts = now.notifications();
        if (event instanceof GroupEvent.LowerPriorityHeard) {
            run(scripts.lowerPriority(), List.of());
        } else if (event instanceof GroupEvent.StateChanged change) {
            switch (change.to()) {
                case ACTIVE -> run(scripts.master(), "MASTER", now);
                case BACKUP -> run(scripts.backup(), "BACKUP", now);
                case FAULT -> run(scripts.fault(), "FAULT", now);
                case INITIALIZE -> {
                    run(scripts.stop(), "STOP", now);
                    stopped.countDown();
                }
            }
        }
    }

    /** keepalived.conf(5): "notify" comes after the script of the state. */
    private void run(List<String> script, String state, VrrpInstance now) {
        run(script, List.of());
        run(
                now.notifications().any(),
                List.of(
                        "INSTANCE",
                        now.name(),
                        state,
                        String.valueOf(now.router().priority())));
    }

    private void run(List<String> script, List<String> arguments) {
        if (script.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(script);
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(NOTHING)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                log.warn("({}) {} did not end within {} ms and was killed", name, command, limit.toMillis());
            } else if (process.exitValue() != 0) {
                log.warn("({}) {} ended with exit code {}", name, command, process.exitValue());
            }
        } catch (IOException e) {
            log.warn("({}) {} cannot be run: {}", name, command, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the scripts of a group that was closed. */
    void awaitStopped(Duration atMost) {
        if (instance.get().notifications().equals(Notifications.NONE)) {
            return;
        }
        try {
            if (!stopped.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("({}) its scripts have not ended, and are left alone", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "scripts of " + name;
    }
}
