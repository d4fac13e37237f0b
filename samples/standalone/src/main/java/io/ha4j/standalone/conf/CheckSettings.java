package io.ha4j.standalone.conf;

import io.ha4j.TcpCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of checks, which a virtual server hands down to its real servers and those to their checkers. Defaults
 * are those of keepalived.conf(5). keepalived repeats a failed check {@code retry} times at {@code delay_before_retry}
 * before it takes the server away, and one success brings it back.
 */
final class CheckSettings {
    private static final int MAX_RETRY = 1_000_000;

    private Duration delayLoop = Duration.ofSeconds(60);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private int retry = 1;
    private Duration delayBeforeRetry = Duration.ofSeconds(1);

    private final Values values;

    CheckSettings(Problems problems, @Nullable CheckSettings inherited) {
        this.values = new Values(problems);
        if (inherited != null) {
            delayLoop = inherited.delayLoop;
            connectTimeout = inherited.connectTimeout;
            retry = inherited.retry;
            delayBeforeRetry = inherited.delayBeforeRetry;
        }
    }

    /** Teaches a block the keywords. */
    Block readIn(Block block) {
        return block.on("delay_loop", statement -> delayLoop = or(values.seconds(statement, false), delayLoop))
                .on(
                        "connect_timeout",
                        statement -> connectTimeout = or(values.seconds(statement, false), connectTimeout))
                .on("retry", statement -> retry = or(values.integer(statement, 0, MAX_RETRY), retry))
                .on(
                        "delay_before_retry",
                        statement -> delayBeforeRetry = or(values.seconds(statement, false), delayBeforeRetry));
    }

    TcpCheck tcp() {
        return new TcpCheck(delayLoop, connectTimeout, 1, retry + 1, delayBeforeRetry);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
