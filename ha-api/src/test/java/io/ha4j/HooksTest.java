package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.GroupHook.Moment;
import io.ha4j.GroupHook.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HooksTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final BlockingQueue<GroupEvent.HookEnded> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    private Hooks hooks(Hooks.Hook... hooks) {
        return new Hooks("web", List.of(hooks), event -> events.add((GroupEvent.HookEnded) event));
    }

    private static Hooks.Hook hook(Moment moment, Duration deadline, GroupHook code) {
        return new Hooks.Hook(moment, code, deadline);
    }

    @Test
    void runOneAfterTheOtherInTheOrderOfTheirMoments() throws Exception {
        Hooks hooks = hooks(
                hook(Moment.AFTER_ACTIVE, LONG, () -> calls.add("active 1")),
                hook(Moment.BEFORE_ACTIVE, LONG, () -> calls.add("before")),
                hook(Moment.AFTER_ACTIVE, LONG, () -> calls.add("active 2")));
        var unused = hooks.run(Moment.BEFORE_ACTIVE);
        var unused2 = hooks.run(Moment.AFTER_ACTIVE);
        hooks.run(Moment.AFTER_RELEASE).get();

        assertThat(calls).containsExactly("before", "active 1", "active 2");
        assertThat(events).extracting(GroupEvent.HookEnded::outcome).containsOnly(Outcome.DONE);
        assertThat(hooks.has(Moment.AFTER_RELEASE)).isFalse();
    }

    @Test
    void oneThatHangsIsInterruptedAtItsDeadlineAndNoLongerWaitedFor() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Hooks hooks = hooks(
                hook(Moment.BEFORE_RELEASE, Duration.ofMillis(50), () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        calls.add("interrupted");
                    }
                }),
                hook(Moment.AFTER_RELEASE, LONG, () -> calls.add("next")));

        hooks.run(Moment.BEFORE_RELEASE).get();
        GroupEvent.HookEnded ended = events.take();
        assertThat(ended.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(ended.moment()).isEqualTo(Moment.BEFORE_RELEASE);
        assertThat(ended.detail()).startsWith("no end within 50 ms; it is at ");
        hooks.run(Moment.AFTER_RELEASE).get();
        assertThat(List.of(calls.take(), calls.take())).containsExactlyInAnyOrder("interrupted", "next");
        assertThat(events.poll(5, TimeUnit.SECONDS))
                .extracting(GroupEvent.HookEnded::moment)
                .isEqualTo(Moment.AFTER_RELEASE);
        assertThat(events).as("the late end of the first").isEmpty();
    }

    @Test
    void whatOneThrowsIsToldAndStopsNothing() throws Exception {
        Hooks hooks = hooks(
                hook(Moment.BEFORE_ACTIVE, LONG, () -> {
                    throw new java.io.IOException("thrown on purpose by the test");
                }),
                hook(Moment.BEFORE_ACTIVE, LONG, () -> calls.add("next")));
        hooks.run(Moment.BEFORE_ACTIVE).get();

        assertThat(events.take().detail()).isEqualTo("java.io.IOException: thrown on purpose by the test");
        assertThat(calls).containsExactly("next");
    }
}
