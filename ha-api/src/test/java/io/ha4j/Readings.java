package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a check has said since it was looked at first. */
final class Readings implements LocalCheck.Listener {
    private static final long LIMIT_SECONDS = 20;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    @Override
    public void changed(boolean up, String why) {
        if (!why.equals(Reading.NONE.detail())) {
            said.add((up ? "up, " : "down, ") + why);
        }
    }

    String next() throws InterruptedException {
        String next = said.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("what the check says next").isNotNull();
        return String.valueOf(next);
    }

    /** The next one like this; those before it are dropped. */
    String await(Predicate<String> condition) throws InterruptedException {
        String next = next();
        while (!condition.test(next)) {
            next = next();
        }
        return next;
    }
}
