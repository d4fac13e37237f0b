package io.ha4j.linux;

import io.ha4j.spi.EventLoop;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines in the order of their expiry: an indexed binary heap, so that a timer moves or leaves in O(log n) and
 * nothing is allocated but by new timers. Knows no clock and no thread; one owner.
 */
final class TimerHeap {
    private static final Logger log = LoggerFactory.getLogger(TimerHeap.class);
    private static final int NOT_ARMED = -1;

    private final Runnable whenChanged;
    private Entry[] heap = new Entry[8];
    private int size;

    /** @param whenChanged called after a timer was armed */
    TimerHeap(Runnable whenChanged) {
        this.whenChanged = whenChanged;
    }

    EventLoop.Timer timer(Runnable onExpiry) {
        return new Entry(onExpiry);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The earliest; only when not empty. */
    long nextDeadline() {
        return heap[0].deadline;
    }

    /** Runs what is due at this time, in order; a timer that its own task arms again waits for the next call. */
    void expire(long now) {
        // At most as many as there were: a task that arms a timer in the past must not keep the thread for ever.
        for (int left = size; left > 0 && size > 0 && heap[0].deadline - now <= 0; left--) {
            Entry due = heap[0];
            remove(due);
            try {
                due.onExpiry.run();
            } catch (RuntimeException e) {
                log.error("timer task {} failed", due.onExpiry, e);
            }
        }
    }

    private void remove(Entry entry) {
        int hole = entry.index;
        entry.index = NOT_ARMED;
        Entry last = heap[--size];
        heap[size] = entry; // keeps the array free of nulls; never read
        if (hole < size) {
            place(last, hole);
            siftUp(last);
            siftDown(last);
        }
    }

    private void siftUp(Entry entry) {
        while (entry.index > 0) {
            Entry parent = heap[(entry.index - 1) / 2];
            if (parent.deadline - entry.deadline <= 0) {
                return;
            }
            swap(parent, entry);
        }
    }

    private void siftDown(Entry entry) {
        while (true) {
            int child = 2 * entry.index + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && heap[child + 1].deadline - heap[child].deadline < 0) {
                child++;
            }
            if (entry.deadline - heap[child].deadline <= 0) {
                return;
            }
            swap(entry, heap[child]);
        }
    }

    private void swap(Entry a, Entry b) {
        int index = a.index;
        place(a, b.index);
        place(b, index);
    }

    private void place(Entry entry, int index) {
        heap[index] = entry;
        entry.index = index;
    }

    private final class Entry implements EventLoop.Timer {
        private final Runnable onExpiry;
        private long deadline;
        private int index = NOT_ARMED;

        Entry(Runnable onExpiry) {
            this.onExpiry = onExpiry;
        }

        @Override
        public void arm(long deadlineNanos) {
            deadline = deadlineNanos;
            if (index == NOT_ARMED) {
                if (size == heap.length) {
                    heap = Arrays.copyOf(heap, 2 * size);
                }
                place(this, size++);
            }
            siftUp(this);
            siftDown(this);
            whenChanged.run();
        }

        @Override
        public void cancel() {
            if (index != NOT_ARMED) {
                remove(this);
            }
        }
    }
}
