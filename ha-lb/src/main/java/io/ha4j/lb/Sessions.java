package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.ha4j.ConnectionLimits;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** The open sessions of a balancer, and how many there were. Thread-safe. */
final class Sessions {
    private final Set<OpenSession> open = ConcurrentHashMap.newKeySet();
    private final LongAdder accepted = new LongAdder();
    private final Map<EndReason, LongAdder> ended = new EnumMap<>(EndReason.class); // never changed after construction
    private final AtomicLong admitted = new AtomicLong();
    private final SourceCounts sources;
    private final ConnectionRate rate;
    private final BufferBudget buffers;
    private final ConnectionLimits limits;
    private volatile boolean awaited;

    Sessions(ConnectionLimits limits) {
        this.limits = limits;
        rate = new ConnectionRate(limits.maxConnectionRate(), System.nanoTime());
        buffers = new BufferBudget(limits.maxBuffered());
        sources = new SourceCounts(limits.maxConnectionsPerSource());
        for (EndReason reason : EndReason.values()) {
            ended.put(reason, new LongAdder());
        }
    }

    void accepted(OpenSession session) {
        open.add(session);
        accepted.increment();
    }

    /** Whether one more may begin at this moment. */
    boolean isInRate() {
        return !rate.isLimited() || rate.tryTake(System.nanoTime());
    }

    /** Counts a session in, until it has ended, unless there are too many. */
    boolean admit() {
        long others = admitted.getAndIncrement();
        if (limits.maxConnections() > 0 && others >= limits.maxConnections()) {
            admitted.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts an admitted session of this client in, until it has ended, unless the client has too many. */
    boolean admitFrom(InetAddress client) {
        return sources.enter(client);
    }

    /** Ends those that nothing has passed through for too long; to be called from time to time. */
    void expire(long nowNanos) {
        for (OpenSession session : open) {
            session.expire(limits, nowNanos);
        }
    }

    /** So many more bytes are kept by a session, or so many less. */
    void kept(int more) {
        buffers.changed(more, open);
    }

    /** Bytes that are kept now. */
    long keptBytes() {
        return buffers.used();
    }

    void ended(OpenSession session, EndReason reason) {
        if (session.isAdmitted()) {
            admitted.decrementAndGet();
        }
        if (session.isSourceAdmitted()) {
            sources.leave(session.source());
        }
        requireNonNull(ended.get(reason)).increment();
        open.remove(session);
        if (awaited && open.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Asks those sessions to end. */
    void abort(EndReason reason, Predicate<OpenSession> which) {
        for (OpenSession session : open) {
            if (which.test(session)) {
                session.abort(reason);
            }
        }
    }

    /** Waits until there is none, and says whether that came true within the time. */
    synchronized boolean awaitNone(long nanos) {
        awaited = true;
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (!open.isEmpty()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    return false;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    long acceptedCount() {
        return accepted.sum();
    }

    long activeCount() {
        return open.size();
    }

    Map<String, Long> endedCounts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        ended.forEach((reason, count) -> counts.put(reason.key(), count.sum()));
        return counts;
    }
}
