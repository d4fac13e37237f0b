package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.spi.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerHeapTest {
    private final List<String> expired = new ArrayList<>();
    private final TimerHeap heap = new TimerHeap(() -> {});

    private EventLoop.Timer timer(String name) {
        return heap.timer(() -> expired.add(name));
    }

    @Test
    void expiresInOrderAndNotBeforeTheTime() {
        timer("c").arm(30);
        timer("a").arm(10);
        timer("b").arm(20);

        heap.expire(9);
        assertThat(expired).isEmpty();
        assertThat(heap.nextDeadline()).isEqualTo(10);
        heap.expire(20);
        assertThat(expired).containsExactly("a", "b");
        heap.expire(1000);
        assertThat(expired).containsExactly("a", "b", "c");
        assertThat(heap.isEmpty()).isTrue();
    }

    @Test
    void armingAgainReplacesTheDeadline() {
        EventLoop.Timer a = timer("a");
        EventLoop.Timer b = timer("b");
        a.arm(10);
        b.arm(20);
        a.arm(30);
        b.arm(5);

        heap.expire(29);
        assertThat(expired).containsExactly("b");
        heap.expire(30);
        assertThat(expired).containsExactly("b", "a");
    }

    @Test
    void cancelledTimersDoNotExpire() {
        EventLoop.Timer a = timer("a");
        a.cancel(); // not armed
        a.arm(10);
        timer("b").arm(10);
        a.cancel();
        a.cancel();

        heap.expire(10);
        assertThat(expired).containsExactly("b");
    }

    @Test
    void aTaskMayCancelAnotherThatIsDue() {
        EventLoop.Timer victim = timer("victim");
        heap.timer(victim::cancel).arm(10);
        victim.arm(11);

        heap.expire(20);
        assertThat(expired).isEmpty();
    }

    @Test
    void aTaskThatArmsItselfInThePastDoesNotHoldTheThread() {
        EventLoop.Timer[] self = new EventLoop.Timer[1];
        self[0] = heap.timer(() -> {
            expired.add("again");
            self[0].arm(0);
        });
        self[0].arm(10);

        heap.expire(10);
        assertThat(expired).containsExactly("again");
        heap.expire(10);
        assertThat(expired).containsExactly("again", "again");
    }

    @Test
    void aTaskThatFailsDoesNotStopTheOthers() {
        heap.timer(() -> {
                    throw new IllegalStateException("on purpose");
                })
                .arm(1);
        timer("b").arm(2);

        heap.expire(2);
        assertThat(expired).containsExactly("b");
    }

    @Test
    void deadlinesMayWrapAround() {
        timer("after").arm(Long.MIN_VALUE + 5);
        timer("before").arm(Long.MAX_VALUE - 5);

        heap.expire(Long.MAX_VALUE);
        assertThat(expired).containsExactly("before");
        heap.expire(Long.MIN_VALUE + 5);
        assertThat(expired).containsExactly("before", "after");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithASortedMap(long seed) {
        Random random = new Random(seed);
        TreeMap<Long, Integer> model = new TreeMap<>();
        Long[] deadlines = new Long[100];
        EventLoop.Timer[] timers = new EventLoop.Timer[100];
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < timers.length; i++) {
            int number = i;
            timers[i] = heap.timer(() -> order.add(number));
        }
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            int i = random.nextInt(timers.length);
            if (deadlines[i] != null) {
                model.remove(deadlines[i]);
                deadlines[i] = null;
            }
            if (random.nextInt(4) == 0) {
                timers[i].cancel();
            } else {
                long deadline = now + 100L * (1 + random.nextInt(10_000)) + i; // unique, so the order is defined
                timers[i].arm(deadline);
                deadlines[i] = deadline;
                model.put(deadline, i);
            }
            if (random.nextInt(20) == 0) {
                now += 100L * random.nextInt(1_000);
                order.clear();
                heap.expire(now);
                List<Integer> due = new ArrayList<>(model.headMap(now, true).values());
                model.headMap(now, true).clear();
                due.forEach(number -> deadlines[number] = null);
                assertThat(order).isEqualTo(due);
                assertThat(heap.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }
}
