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
}
