package io.ha4j;

import io.ha4j.spi.EventSink;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of one source to its listeners in order, off the thread that raised them. Threads are shared by all
 * sources and go away when idle, so that a source costs no thread of its own.
 */
final class EventDispatcher<E> implements EventSink<E> {
    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);
    private static final ExecutorService THREADS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "ha4j-events");
                thread.setDaemon(true);
                return thread;
            });

    private final List<Consumer<? super E>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<E> queue = new ArrayDeque<>(); // guarded by itself
    private boolean draining; // guarded by queue

    @Override
    public Subscription subscribe(Consumer<? super E> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void dispatch(E event) {
        synchronized (queue) {
            queue.add(event);
            if (draining) {
                return;
            }
            draining = true;
        }
        THREADS.execute(this::drain);
    }

    private void drain() {
        for (E event = next(); event != null; event = next()) {
            for (Consumer<? super E> listener : listeners) {
                deliver(listener, event);
            }
        }
    }

    private @Nullable E next() {
        synchronized (queue) {
            E event = queue.poll();
            draining = event != null;
            return event;
        }
    }

    private void deliver(Consumer<? super E> listener, E event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.error("listener {} failed on {}", listener, event, e);
        }
    }
}
