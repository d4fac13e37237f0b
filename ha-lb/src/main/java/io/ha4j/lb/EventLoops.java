package io.ha4j.lb;

import io.ha4j.HaException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a transport: one group per process, shared by all balancers, one thread per processor. They begin
 * with the first use and end with the last one. Their threads are not daemons: a balancer that runs keeps the process
 * alive, as any server does. Thread-safe.
 */
final class EventLoops implements AutoCloseable {
    private static final Map<IoTransport, EventLoops> shared = new EnumMap<>(IoTransport.class);
    private static final long STOP_LIMIT_SECONDS = 10;

    private final IoTransport transport;
    private final IoEventLoopGroup group;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet(); // a loop's thread begins with its first task
    private int uses; // guarded by shared

    private EventLoops(IoTransport transport) {
        this.transport = transport;
        ThreadFactory factory =
                new DefaultThreadFactory("ha4j-lb-" + transport.name().toLowerCase(Locale.ROOT));
        group = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                task -> {
                    Thread thread = factory.newThread(task);
                    threads.add(thread);
                    return thread;
                },
                transport.handlers());
    }

    private static EventLoops make(IoTransport transport) {
        try {
            return new EventLoops(transport);
        } catch (IllegalStateException e) { // no descriptor or no memory left
            throw new HaException(
                    "cannot make the event loops of " + transport + ": "
                            + Errno.describe(Objects.requireNonNullElse(e.getCause(), e)),
                    e);
        }
    }

    /** A use of the transport's loops, given back by {@link #close()}. */
    static EventLoops acquire(IoTransport transport) {
        synchronized (shared) {
            EventLoops loops = shared.computeIfAbsent(transport, EventLoops::make);
            loops.uses++;
            return loops;
        }
    }

    IoTransport transport() {
        return transport;
    }

    IoEventLoop next() {
        return group.next();
    }

    /** Gives one use back; the last one ends the threads before it returns, unless it is called on one of them. */
    @Override
    public void close() {
        synchronized (shared) {
            if (--uses > 0) {
                return;
            }
            shared.remove(transport);
        }
        var stopped = group.shutdownGracefully(0, STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        if (threads.contains(Thread.currentThread())) {
            return;
        }
        stopped.awaitUninterruptibly(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        for (Thread thread : threads) { // Netty reports the end of a loop shortly before the end of its thread
            join(thread);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
