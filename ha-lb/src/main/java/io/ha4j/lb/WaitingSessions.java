package io.ha4j.lb;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sessions that wait because all backends are full, first come, first served; one that comes just when a place gets free
 * may be faster than the first that waits. One that ends meanwhile leaves at once, so that the count is always that of
 * sessions that do wait, whether they are in the queue or on their way to look again. Thread-safe.
 */
final class WaitingSessions {
    private final int max;
    private final TreeMap<Long, Session> queue = new TreeMap<>(); // by ticket, guarded by this
    private int waiting; // guarded by this
    private long tickets; // guarded by this
    private long releases; // guarded by this

    /** @param max how many may wait */
    WaitingSessions(int max) {
        this.max = max;
    }

    /** To be read before a session finds that all are full. */
    synchronized long releases() {
        return releases;
    }

    /** What became of a session that asked to wait. */
    enum Answer {
        WAITS,
        /** Something was released since it looked: it must look again. */
        LOOK_AGAIN,
        QUEUE_IS_FULL
    }

    /**
     * Lets it wait; one that has waited before gets its old place.
     *
     * @param releasesSeen what {@link #releases()} said before it looked
     */
    synchronized Answer enter(Session session, long releasesSeen) {
        if (releases != releasesSeen) {
            return Answer.LOOK_AGAIN;
        }
        if (session.ticket == 0) {
            if (waiting >= max) {
                return Answer.QUEUE_IS_FULL;
            }
            session.ticket = ++tickets;
            waiting++;
        }
        queue.put(session.ticket, session);
        return Answer.WAITS;
    }

    /** Ends the wait; without effect on one that does not wait. */
    synchronized void leave(Session session) {
        if (session.ticket != 0) {
            queue.remove(session.ticket);
            session.ticket = 0;
            waiting--;
        }
    }

    /** There is room, but not for this one, whom those that have it refused: the next one looks. */
    void passOn(Session session) {
        Map.Entry<Long, Session> next;
        synchronized (this) {
            next = queue.higherEntry(session.ticket);
            if (next != null) {
                queue.remove(next.getKey());
            }
        }
        if (next != null) {
            next.getValue().lookAgain();
        }
    }

    /** A place is free: the first one looks again. */
    void released() {
        Map.Entry<Long, Session> first;
        synchronized (this) {
            releases++;
            first = queue.pollFirstEntry();
        }
        if (first != null) {
            first.getValue().lookAgain();
        }
    }

    /** There may be many places. */
    void allLookAgain() {
        List<Session> all;
        synchronized (this) {
            releases++;
            all = List.copyOf(queue.values());
            queue.clear();
        }
        all.forEach(Session::lookAgain);
    }

    synchronized int size() {
        return waiting;
    }
}
