package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.EventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread on Netty's epoll. Timers are a heap of our own behind one timerfd; the timerfd is set only when the
 * earliest deadline becomes earlier, so a timer that is pushed back again and again costs no system call.
 *
 * <p>The thread is a daemon: it must not keep a process alive, and with it the virtual addresses, after the
 * application's own threads have ended. A process that only holds addresses keeps its main thread waiting.
 */
final class EpollEventLoop implements EventLoop, AutoCloseable {
    private static final long CLOSE_LIMIT_MILLIS = 2000;
    private static final long LATE_NANOS = 1_000_000; // below, what is under way on the wire could be as late

    private final SingleThreadIoEventLoop loop;
    private volatile @Nullable Thread thread; // Netty starts it with the first task
    private final BootClock clock;
    private final WakeUp wakeUp;
    private final TimerHeap timers = new TimerHeap(this::scheduleWakeUp);
    private final List<Watch> watches = new ArrayList<>(); // loop thread only, as all below

    private @Nullable IoRegistration wakeUpRegistration;
    private boolean scheduled;
    private long scheduledAt;
    private boolean expiring;
    private final List<Runnable> afterTimers = new ArrayList<>();

    EpollEventLoop(LinuxSyscalls syscalls, String threadName) {
        ThreadFactory threads = task -> newThread(task, threadName);
        // Without a group: the end of a group starts Netty's GlobalEventExecutor, which holds up the JVM's exit by 1 s.
        loop = new SingleThreadIoEventLoop(null, threads, EpollIoHandler.newFactory());
        clock = new BootClock(syscalls);
        wakeUp = openWakeUp(syscalls);
    }

    private WakeUp openWakeUp(LinuxSyscalls syscalls) {
        try {
            return new WakeUp(syscalls);
        } catch (RuntimeException | Error e) {
            Future<?> unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Makes the timers work. Once, before they are used; loop thread only. */
    void begin() {
        wakeUpRegistration = register(new ReadableHandle(wakeUp.fd(), this::expireTimers));
    }

    private Thread newThread(Runnable task, String name) {
        Thread created = new Thread(task, name);
        created.setDaemon(true);
        thread = created;
        return created;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public boolean inEventLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        return timers.timer(onExpiry);
    }

    /**
     * Calls back while the descriptor is readable, until the watch is closed; that does not close the descriptor. Loop
     * thread only.
     *
     * @param readable reads a bounded amount; it also runs before timers that expire late
     */
    Subscription watch(int fd, Runnable readable) {
        ReadableHandle handle = new ReadableHandle(fd, readable);
        Watch watch = new Watch(register(handle), handle);
        watches.add(watch);
        return watch;
    }

    private IoRegistration register(ReadableHandle handle) {
        Future<IoRegistration> registered = loop.register(handle);
        if (registered.cause() != null) { // complete, since this is the loop's thread
            throw new HaException(
                    "epoll does not take descriptor " + handle.fd().intValue() + ": " + registered.cause(),
                    registered.cause());
        }
        IoRegistration registration = requireNonNull(registered.getNow(), "registration");
        registration.submit(EpollIoOps.EPOLLIN);
        return registration;
    }

    /** Runs this when all timers that expire now have been called; at once where none are. Loop thread only. */
    void afterTimers(Runnable task) {
        if (expiring) {
            afterTimers.add(task);
        } else {
            task.run();
        }
    }

    private void scheduleWakeUp() {
        if (expiring || timers.isEmpty()) {
            return;
        }
        long next = timers.nextDeadline();
        if (!scheduled || next - scheduledAt < 0) {
            wakeUp.in(next - clock.nanoTime());
            scheduled = true;
            scheduledAt = next;
        }
    }

    private void expireTimers() {
        expiring = true;
        try {
            if (!timers.isEmpty() && clock.nanoTime() - timers.nextDeadline() > LATE_NANOS) {
                readAll();
            }
            timers.expire(clock.nanoTime());
            for (int i = 0; i < afterTimers.size(); i++) {
                afterTimers.get(i).run();
            }
        } finally {
            afterTimers.clear();
            expiring = false;
            scheduled = false;
            scheduleWakeUp();
            if (!scheduled) {
                wakeUp.clear(); // a new time does that, too
            }
        }
    }

    /** After a pause: what has arrived meanwhile counts before anybody concludes that nothing has. */
    private void readAll() {
        for (int i = watches.size() - 1; i >= 0; i--) {
            if (i < watches.size()) { // a callback may have closed some
                watches.get(i).handle.read();
            }
        }
    }

    /** Ends the thread without a quiet period; waits for that unless called on it. Closing twice does nothing more. */
    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        loop.execute(() -> {
            if (wakeUpRegistration != null) {
                wakeUpRegistration.cancel();
            }
            wakeUp.close();
        });
        Future<?> unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS); // runs what was given before
        Thread ending = thread;
        if (ending != null && !loop.inEventLoop()) {
            try {
                ending.join(CLOSE_LIMIT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it ends all the same
            }
        }
    }

    private final class Watch implements Subscription {
        private final IoRegistration registration;
        private final ReadableHandle handle;

        Watch(IoRegistration registration, ReadableHandle handle) {
            this.registration = registration;
            this.handle = handle;
        }

        @Override
        public void close() {
            if (watches.remove(this)) {
                registration.cancel();
            }
        }
    }
}
