package io.ha4j.lb;

import io.ha4j.BalancerEvent;
import io.ha4j.HaException;
import io.ha4j.spi.EventSink;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a balancer accepts connections. Those on addresses of the group are open while the group is active, the others
 * always. Thread-safe; nothing waits for an event loop while it holds the lock.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);
    private static final long RETRY_MILLIS = 100;

    private final String balancer;
    private final EventLoops loops;
    private final EventSink<BalancerEvent> events;
    private final List<Listener> all = new ArrayList<>(); // never changed after construction
    private boolean active; // the group's, guarded by this
    private boolean closed; // guarded by this

    Listeners(
            String balancer,
            EventLoops loops,
            EventSink<BalancerEvent> events,
            List<InetSocketAddress> addresses,
            Set<InetAddress> virtualAddresses,
            Entrances entrances) {
        this.balancer = balancer;
        this.loops = loops;
        this.events = events;
        for (InetSocketAddress address : addresses) {
            boolean virtual = virtualAddresses.contains(address.getAddress());
            all.add(new Listener(loops, address, virtual, entrances));
        }
    }

    /**
     * Binds what can be bound now, and opens what does not depend on the group. Not on an event loop.
     *
     * @throws HaException if an address cannot be bound; then none is
     */
    void start() {
        try {
            for (Listener listener : all) {
                bind(listener);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        synchronized (this) {
            all.stream().filter(listener -> !listener.isVirtual()).forEach(this::open);
        }
    }

    private void bind(Listener listener) {
        Future<Void> bound = listener.bind().awaitUninterruptibly();
        if (bound.isSuccess() && listener.bindsEarly()) {
            listener.bound();
            return;
        }
        listener.close().awaitUninterruptibly();
        if (!bound.isSuccess() && (listener.bindsEarly() || Errno.of(bound.cause()) != Errno.EADDRNOTAVAIL)) {
            throw listener.failure(bound.cause());
        }
    }

    /** The group has its addresses. */
    synchronized void activate() {
        active = true;
        for (Listener listener : all) {
            if (closed || !listener.isVirtual() || listener.open) {
                continue;
            }
            if (listener.isBound()) {
                open(listener);
            } else {
                // What was listening there in an earlier term may not be closed yet.
                listener.closing().addListener(done -> bindLater(listener, true));
            }
        }
    }

    private synchronized void bindLater(Listener listener, boolean first) {
        if (active && !closed && !listener.isBound()) {
            listener.bind().addListener(bound -> afterBind(listener, bound, first));
        }
    }

    private synchronized void afterBind(Listener listener, Future<? super Void> bound, boolean first) {
        if (bound.isSuccess() && active && !closed) {
            listener.bound();
            open(listener);
            return;
        }
        listener.close();
        if (bound.isSuccess() || !active || closed) {
            return;
        }
        if (first) {
            String detail = String.valueOf(listener.failure(bound.cause()).getMessage());
            log.warn("{}: {}; it is tried again", balancer, detail);
            events.dispatch(new BalancerEvent.ListenerFailed(balancer, Instant.now(), listener.address(), detail));
        }
        loops.next().schedule(() -> bindLater(listener, false), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The group gave its addresses up. */
    synchronized void deactivate() {
        active = false;
        for (Listener listener : all) {
            if (listener.isVirtual()) {
                shut(listener);
                if (!listener.bindsEarly()) {
                    listener.close();
                }
            }
        }
    }

    /** Those of a predecessor are this process's from now on. */
    synchronized void begin() {
        all.forEach(Listener::begin);
    }

    /** What a successor gets; see {@link Listener#sockets()}. */
    synchronized List<FileDescriptor> sockets() {
        return all.stream().flatMap(listener -> listener.sockets().stream()).toList();
    }

    synchronized long drops() {
        return all.stream().mapToLong(Listener::drops).sum();
    }

    /** Leaves those to a successor. */
    synchronized void give() {
        for (Listener listener : all) {
            if (!listener.isVirtual()) {
                shut(listener);
                listener.give();
            }
        }
    }

    /** Nothing new comes in once this has returned. Not on an event loop. */
    void shut() {
        end(Listener::shut);
    }

    /** Closes all of them; returns when the sockets are closed. Not on an event loop. */
    void close() {
        end(Listener::close);
    }

    private void end(Function<Listener, Future<Void>> end) {
        List<Future<Void>> ending = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Listener listener : all) {
                shut(listener);
                ending.add(end.apply(listener));
            }
        }
        ending.forEach(Future::awaitUninterruptibly);
    }

    synchronized List<InetSocketAddress> addresses() {
        return all.stream().map(Listener::address).toList();
    }

    synchronized boolean isListening() {
        return all.stream().anyMatch(listener -> listener.open);
    }

    private void open(Listener listener) {
        listener.open = true;
        log.info("{}: listening on {}", balancer, HostPort.text(listener.address()));
        events.dispatch(new BalancerEvent.ListenerOpened(balancer, Instant.now(), listener.address()));
    }

    private void shut(Listener listener) {
        if (listener.open) {
            listener.open = false;
            log.info("{}: no longer listening on {}", balancer, HostPort.text(listener.address()));
            events.dispatch(new BalancerEvent.ListenerClosed(balancer, Instant.now(), listener.address()));
        }
    }
}
