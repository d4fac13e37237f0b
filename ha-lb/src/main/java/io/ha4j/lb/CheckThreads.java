package io.ha4j.lb;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What checks compute: the cryptography of handshakes and the search in bodies, both too long for an event loop that
 * relays. Nothing here waits for anything. The threads are daemons and go away when idle.
 */
final class CheckThreads {
    private static final int IDLE_SECONDS = 10;
    private static final ThreadPoolExecutor threads = create();

    private CheckThreads() {}

    static Executor executor() {
        return threads;
    }

    private static ThreadPoolExecutor create() {
        int processors = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor created = new ThreadPoolExecutor(
                processors, processors, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "ha4j-lb-check");
                    thread.setDaemon(true);
                    return thread;
                });
        created.allowCoreThreadTimeOut(true);
        return created;
    }
}
