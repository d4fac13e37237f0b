package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waiting for a condition. The limit is only there to end a test that fails: a busy machine is slow, not wrong. */
final class Wait {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private Wait() {}

    static <T> void untilEqual(T expected, Callable<T> actual) {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(25))
                .untilAsserted(() -> assertThat(actual.call()).isEqualTo(expected));
    }

    static void until(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(25))
                .until(condition);
    }
}
