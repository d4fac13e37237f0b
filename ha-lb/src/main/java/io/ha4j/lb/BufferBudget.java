package io.ha4j.lb;

import io.netty.util.internal.PlatformDependent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes a balancer keeps for those who do not read. A session has at most {@link SplicePipe#SIZE} for each side; with
 * thousands of slow readers that is the memory of the process. Then the sessions go that have waited for the longest
 * time: those that do not read at all. Thread-safe.
 */
final class BufferBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean making = new AtomicBoolean();

    /** @param limit in bytes; 0 for half of the memory that buffers may have in this process */
    BufferBudget(long limit) {
        this.limit = limit == 0 ? PlatformDependent.maxDirectMemory() / 2 : limit;
    }

    long used() {
        return used.get();
    }

    /** Counts bytes in, or out if there are less than before; ends sessions of these where there are too many. */
    void changed(long by, Collection<OpenSession> open) {
        if (used.addAndGet(by) > limit && by > 0 && making.compareAndSet(false, true)) {
            try {
                makeRoom(open);
            } finally {
                making.set(false);
            }
        }
    }

    /** More than is needed, as all sessions have to be looked at. */
    private void makeRoom(Collection<OpenSession> open) {
        long excess = used.get() - limit / 8 * 7;
        long now = System.nanoTime();
        List<Stalled> stalled = open.stream()
                .map(session -> new Stalled(session, session.stalledSince(), session.kept()))
                .filter(it -> it.bytes > 0)
                .sorted(Comparator.comparingLong(it -> it.since - now))
                .toList();
        for (Stalled next : stalled) {
            if (excess <= 0) {
                return;
            }
            next.session.abort(EndReason.BUFFERS_FULL);
            excess -= next.bytes;
        }
    }

    private record Stalled(OpenSession session, long since, int bytes) {}
}
