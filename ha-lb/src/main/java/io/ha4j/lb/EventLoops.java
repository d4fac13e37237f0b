package io.ha4j.lb;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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
    private final List<SharedLoop> all = new ArrayList<>(); // never changed after construction
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet(); // a loop's thread begins with its first task
    private final AtomicInteger turn = new AtomicInteger();
    private int uses; // guarded by shared

    private EventLoops(IoTransport transport) {
        this.transport = transport;
        String prefix = "ha4j-lb-" + transport.name().toLowerCase(Locale.ROOT) + "-";
        ThreadFactory factory = new DefaultThreadFactory(prefix);
        AtomicInteger number = new AtomicInteger();
        group =
                new MultiThreadIoEventLoopGroup(
                        Runtime.getRuntime().availableProcessors(), (Executor) task -> {}, transport.handlers()) {
                    @Override
                    protected IoEventLoop newChild(Executor unused, IoHandlerFactory handlers, Object... arguments) {
                        String name = prefix + number.incrementAndGet();
                        Executor thread = task -> start(factory.newThread(task), name);
                        return super.newChild(thread, handlers, arguments);
                    }
                };
        for (EventExecutor loop : group) {
            all.add(new SharedLoop(all.size(), prefix + (all.size() + 1), (IoEventLoop) loop));
        }
    }

    private void start(Thread thread, String name) {
        thread.setName(name);
        threads.add(thread);
        thread.start();
    }

    /** A use of the transport's loops, given back by {@link #close()}. */
    static EventLoops acquire(IoTransport transport) {
        synchronized (shared) {
            EventLoops loops = shared.computeIfAbsent(transport, EventLoops::new);
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

    List<SharedLoop> all() {
        return all;
    }

    /** The one with the fewest sessions; of several, each gets its turn. */
    SharedLoop leastLoaded() {
        return leastLoaded(all, Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    static SharedLoop leastLoaded(List<SharedLoop> loops, int first) {
        SharedLoop best = loops.get(first);
        long least = best.load();
        for (int i = 1; i < loops.size() && least > 0; i++) {
            SharedLoop other = loops.get((first + i) % loops.size());
            long load = other.load();
            if (load < least) {
                best = other;
                least = load;
            }
        }
        return best;
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
