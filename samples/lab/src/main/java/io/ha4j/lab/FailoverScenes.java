package io.ha4j.lab;

import io.ha4j.lab.Scene.Promise;
import java.time.Duration;
import java.util.List;

/** The scenes in which the virtual address moves. Advertisements go out every 100 ms. */
final class FailoverScenes {
    /** Three intervals without an advertisement and the skew of priority 100, 61 ms, are 361 ms (RFC 9568 §6.1). */
    private static final double CRASH_LIMIT_MILLIS = 450;

    private static final double HAND_OVER_LIMIT_MILLIS = 150;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Stage stage;
    private final VipWatch watch;

    FailoverScenes(Stage stage, VipWatch watch) {
        this.stage = stage;
        this.watch = watch;
    }

    Scene crash(String name, Node active, Node standby) {
        stage.timeline().headline(name);
        String before = watch.holder();
        long killed = active.kill();
        double takeover = (watch.awaitHolder(standby.name(), standby.process(), LIMIT) - killed) / 1e6;
        stage.observe();
        return stage.scene(
                name,
                killed,
                before,
                takeover,
                window -> List.of(Promise.atMostMillis(
                        "SIGKILL: the virtual address is on " + standby.name(), CRASH_LIMIT_MILLIS, takeover)));
    }

    Scene returnOf(String name, Node returning) {
        stage.timeline().headline(name);
        long from = System.nanoTime();
        String before = watch.holder();
        returning.start();
        watch.awaitHolder(returning.name(), returning.process(), LIMIT);
        stage.observe();
        return stage.scene(
                name,
                from,
                before,
                null,
                window -> List.of(new Promise(
                        returning.name() + " takes the virtual address back",
                        watch.holder().equals(returning.name()),
                        "held by " + watch.holder())));
    }

    Scene handOver(String name, Node active, Node standby) {
        stage.timeline().headline(name);
        String before = watch.holder();
        long told = active.terminate();
        double takeover = (watch.awaitHolder(standby.name(), standby.process(), LIMIT) - told) / 1e6;
        active.awaitEnd(LIMIT);
        stage.observe();
        return stage.scene(
                name,
                told,
                before,
                takeover,
                window -> List.of(
                        Promise.atMostMillis(
                                "SIGTERM: the virtual address is on " + standby.name(),
                                HAND_OVER_LIMIT_MILLIS,
                                takeover),
                        BalancerScenes.onePerConnection(window)));
    }
}
