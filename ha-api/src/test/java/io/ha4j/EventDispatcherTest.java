package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class EventDispatcherTest {
    @Test
    void deliversInOrderOneAtATimeOffTheCallersThread() throws Exception {
        EventDispatcher<Integer> dispatcher = new EventDispatcher<>();
        List<Integer> seen = new ArrayList<>(); // not synchronized: one event at a time, each after the last
        CompletableFuture<Thread> done = new CompletableFuture<>();
        dispatcher.subscribe(event -> {
            seen.add(event);
            if (event == 9_999) {
                done.complete(Thread.currentThread());
            }
        });
        for (int i = 0; i < 10_000; i++) {
            dispatcher.dispatch(i);
        }
        assertThat(done.get(5, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(seen).hasSize(10_000).isSorted();
    }

    @Test
    void aListenerThatThrowsHindersNobody() throws Exception {
        EventDispatcher<String> dispatcher = new EventDispatcher<>();
        CountDownLatch both = new CountDownLatch(2);
        dispatcher.subscribe(event -> {
            throw new IllegalStateException("thrown on purpose by the test");
        });
        dispatcher.subscribe(event -> both.countDown());
        dispatcher.dispatch("a");
        dispatcher.dispatch("b");
        assertThat(both.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aListenerThatBlocksDoesNotBlockAnotherSource() throws Exception {
        EventDispatcher<String> stuck = new EventDispatcher<>();
        EventDispatcher<String> other = new EventDispatcher<>();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch delivered = new CountDownLatch(1);
        stuck.subscribe(event -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.subscribe(event -> delivered.countDown());
        stuck.dispatch("a");
        other.dispatch("b");
        assertThat(delivered.await(5, TimeUnit.SECONDS)).isTrue();
        release.countDown();
    }

    @Test
    void aClosedSubscriptionGetsNothingMore() throws Exception {
        EventDispatcher<String> dispatcher = new EventDispatcher<>();
        List<String> seen = new ArrayList<>();
        dispatcher.subscribe(seen::add).close();
        CountDownLatch delivered = new CountDownLatch(1);
        dispatcher.subscribe(event -> delivered.countDown());
        dispatcher.dispatch("a");
        assertThat(delivered.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void aListenerThatHangsDelaysOnlyItselfAndThenGetsTheRestInOrder() throws Exception {
        EventDispatcher<Integer> dispatcher = new EventDispatcher<>(java.time.Duration.ofMillis(20));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(100);
        CountDownLatch late = new CountDownLatch(100);
        List<Integer> seen = new ArrayList<>();
        dispatcher.subscribe(event -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            seen.add(event);
            late.countDown();
        });
        dispatcher.subscribe(event -> other.countDown());
        for (int i = 0; i < 100; i++) {
            dispatcher.dispatch(i);
        }
        assertThat(other.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isEmpty();
        release.countDown();
        assertThat(late.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).hasSize(100).isSorted();
    }

    @Test
    void whatIsTooMuchForAListenerThatHangsIsLostAndNotKeptForEver() throws Exception {
        EventDispatcher<Integer> dispatcher = new EventDispatcher<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        List<Integer> seen = new ArrayList<>();
        dispatcher.subscribe(event -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            seen.add(event);
            if (event == -1) {
                last.countDown();
            }
        });
        dispatcher.dispatch(0);
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i < Mailbox.CAPACITY + 500; i++) {
            dispatcher.dispatch(i == Mailbox.CAPACITY ? -1 : i);
        }
        release.countDown();
        assertThat(last.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).hasSize(Mailbox.CAPACITY + 1).contains(1, Mailbox.CAPACITY - 1);
    }
}
