package io.ha4j.lab;

import io.ha4j.lab.Scene.Promise;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** The scenes that need a balancer and its backends. */
final class BalancerScenes {
    /** Round robin deals exactly; health checks and a connection that ends between two reports blur the counts. */
    private static final double SHARE_TOLERANCE = 0.02;

    private final Stage stage;
    private final List<Backend> backends;

    BalancerScenes(Stage stage, List<Backend> backends) {
        this.stage = stage;
        this.backends = backends;
    }

    Scene roundRobin(String name) {
        stage.timeline().headline(name);
        long from = System.nanoTime();
        String before = stage.holder();
        stage.observe();
        return stage.scene(name, from, before, null, window -> {
            Collection<Integer> counts = window.fresh().values();
            int most = counts.isEmpty() ? 0 : Collections.max(counts);
            int least = counts.size() < backends.size() ? 0 : Collections.min(counts);
            int all = counts.stream().mapToInt(Integer::intValue).sum();
            return List.of(
                    new Promise(
                            "every backend gets the same share of new connections",
                            least > 0 && most - least <= Math.max(2, all * SHARE_TOLERANCE),
                            window.fresh().toString()),
                    new Promise("no request fails", window.failed() == 0, window.failed() + " failed"));
        });
    }

    Scene backendDies(String name, Backend victim) {
        stage.timeline().headline(name);
        long from = System.nanoTime();
        String before = stage.holder();
        victim.kill();
        stage.observe();
        long restarted = System.nanoTime();
        victim.start();
        victim.awaitReady();
        long back = stage.recorder().awaitAnswerOf(victim.name(), restarted, Duration.ofSeconds(10));
        stage.timeline().event(back, "client", "gets answers of " + victim.name() + " again");
        stage.observe();
        return stage.scene(
                name,
                from,
                before,
                null,
                window -> List.of(
                        onePerConnection(window),
                        new Promise(
                                victim.name() + " serves again",
                                true,
                                "%.1f s after its start".formatted((back - restarted) / 1e9))));
    }

    static Promise onePerConnection(Recorder.Window window) {
        return new Promise(
                "no connection loses more than one request",
                window.worstConnection() <= 1,
                window.worstConnection() + " at most, " + window.failed() + " failed in all");
    }
}
