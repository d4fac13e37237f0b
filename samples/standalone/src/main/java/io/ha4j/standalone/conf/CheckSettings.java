package io.ha4j.standalone.conf;

import io.ha4j.CheckSchedule;
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
    private @Nullable Integer retry; // null: the default is the checker's
    private @Nullable Duration delayBeforeRetry;
    private Duration warmUp = Duration.ZERO;
    private boolean alpha = true;
    private @Nullable String virtualHost;

    private final Values values;

    CheckSettings(Problems problems, @Nullable CheckSettings inherited) {
        this.values = new Values(problems);
        if (inherited != null) {
            delayLoop = inherited.delayLoop;
            connectTimeout = inherited.connectTimeout;
            retry = inherited.retry;
            delayBeforeRetry = inherited.delayBeforeRetry;
            warmUp = inherited.warmUp;
            alpha = inherited.alpha;
            virtualHost = inherited.virtualHost;
        }
    }

    /** Teaches a block the keywords that are for all of them. */
    Block readIn(Block block) {
        return block.on("delay_loop", statement -> delayLoop = or(values.seconds(statement, false), delayLoop))
                .on(
                        "connect_timeout",
                        statement -> connectTimeout = or(values.seconds(statement, false), connectTimeout))
                .on("retry", statement -> retry = values.integer(statement, 0, MAX_RETRY))
                .on("delay_before_retry", statement -> delayBeforeRetry = values.seconds(statement, false))
                .on("warmup", statement -> warmUp = or(values.seconds(statement, true), warmUp))
                .on("alpha", statement -> alpha = statement.arguments().isEmpty() || values.flag(statement));
    }

    /** As {@link #readIn}, with what a checker does not have. */
    Block readInServer(Block block) {
        return readIn(block).on("virtualhost", statement -> virtualHost = values.word(statement));
    }

    Duration delayLoop() {
        return delayLoop;
    }

    @Nullable
    String virtualHost() {
        return virtualHost;
    }

    /** As all checkers but a few have it. */
    CheckSchedule schedule() {
        return schedule(1, Duration.ofSeconds(1));
    }

    /** For a checker with defaults of its own. */
    CheckSchedule schedule(int defaultRetry, Duration defaultDelay) {
        return CheckSchedule.DEFAULT
                .interval(delayLoop)
                .timeout(connectTimeout)
                .rise(1)
                .fall(or(retry, defaultRetry) + 1)
                .retryInterval(or(delayBeforeRetry, defaultDelay))
                .warmUp(warmUp)
                .initiallyUp(!alpha);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
