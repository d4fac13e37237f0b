package io.ha4j.linux;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for requests that take the kernel some milliseconds, 5 to 30 to set a link down or delete it: it waits until
 * nobody uses the link any more. The thread is there while there is work. {@link #run} may be called from any thread.
 */
final class LinkWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LinkWorker.class);
    private static final long LIMIT_SECONDS = 5;

    private final NetlinkClient client; // worker thread only
    private final ThreadPoolExecutor executor;
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * @param client its own, open; belongs to the network namespace of the thread that opened it
     * @param threadName of the thread
     */
    LinkWorker(NetlinkClient client, String threadName) {
        this.client = client;
        executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** In the order of the calls. */
    void run(Consumer<NetlinkClient> task) {
        pending.incrementAndGet();
        executor.execute(() -> {
            try {
                task.accept(client);
            } catch (RuntimeException e) {
                log.warn("{}", e.getMessage());
            } finally {
                pending.decrementAndGet();
            }
        });
    }

    /** Waits until all that was to be done before is done. */
    void await() {
        if (pending.get() == 0) {
            return;
        }
        Future<?> last = executor.submit(() -> {});
        try {
            last.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the kernel has not removed an interface within {} s", LIMIT_SECONDS);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the kernel has not removed an interface within {} s", LIMIT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
