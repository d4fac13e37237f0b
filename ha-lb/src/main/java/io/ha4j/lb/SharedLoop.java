package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.atomic.AtomicLong;

/** One of the event loops that all balancers share, and how many TCP sessions it has. */
final class SharedLoop {
    private final int index;
    private final String name;
    private final IoEventLoop eventLoop;
    private final AtomicLong given = new AtomicLong(); // written where connections are accepted
    private final AtomicLong ended = new AtomicLong(); // written by the loop alone

    SharedLoop(int index, String name, IoEventLoop eventLoop) {
        this.index = index;
        this.name = name;
        this.eventLoop = eventLoop;
    }

    /** Among the others, from 0. */
    int index() {
        return index;
    }

    /** Its thread's: {@code ha4j-lb-epoll-1}. */
    String name() {
        return name;
    }

    IoEventLoop eventLoop() {
        return eventLoop;
    }

    /** A session is on its way there: counted at once, as otherwise all of a burst would go to one loop. Any thread. */
    void given() {
        given.incrementAndGet();
    }

    /** A session that it was given has ended. Loop thread only. */
    void ended() {
        ended.lazySet(ended.get() + 1);
    }

    /** Sessions that it has. Any thread. */
    long load() {
        long left = ended.get();
        return given.get() - left;
    }
}
