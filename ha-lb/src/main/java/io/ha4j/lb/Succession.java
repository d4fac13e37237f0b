package io.ha4j.lb;

import io.ha4j.HaException;
import io.ha4j.HaUnavailableException;
import io.ha4j.HotRestart;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process has of its predecessor, and passes to its successor.
 *
 * <pre>
 *   new process                     old process
 *   at()     hello              →
 *                               ←   listeners N PID
 *            send               →
 *                               ←   N descriptors
 *   ready()  ready              →
 *                               ←   going              from here on there is no way back
 *            (begins)               (gives, onReplaced)
 *                               ←   done
 *   awaitPredecessor()          ←   end of stream      closed, or ended
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // of shutdownGracefully: its thread is a daemon
final class Succession implements HotRestart {
    private static final Logger log = LoggerFactory.getLogger(Succession.class);

    /** For the first outcomes of all checks: a backend that does not answer at all must not keep the others waiting. */
    private static final long CHECK_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long POLL_MILLIS = 5;

    private final RestartSocket socket;
    private final IoEventLoopGroup loop;
    private final @Nullable Predecessor predecessor;
    private final InheritedSockets sockets = new InheritedSockets();
    private final List<Restartable> members = new ArrayList<>(); // guarded by this
    private boolean asked; // ready() was called, guarded by this
    private boolean begun; // guarded by this
    private boolean given; // guarded by this
    private boolean closed; // guarded by this
    private Runnable onReplaced = () -> {}; // guarded by this

    private Succession(RestartSocket socket, IoEventLoopGroup loop, @Nullable Predecessor predecessor) {
        this.socket = socket;
        this.loop = loop;
        this.predecessor = predecessor;
    }

    static Succession at(Path path) {
        if (!Epoll.isAvailable()) {
            throw new HaUnavailableException(
                    "a hot restart needs epoll, which is not available here: " + Epoll.unavailabilityCause(),
                    Epoll.unavailabilityCause());
        }
        RestartSocket socket = RestartSocket.at(path);
        IoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("ha4j-restart", true), EpollIoHandler.newFactory());
        try {
            Predecessor predecessor = Predecessor.find(socket.path(), loop);
            Succession succession = new Succession(socket, loop, predecessor);
            if (predecessor != null) {
                predecessor.receive().forEach(succession.sockets::add);
            }
            return succession;
        } catch (RuntimeException e) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    InheritedSockets sockets() {
        return sockets;
    }

    void add(Restartable member) {
        boolean begin;
        synchronized (this) {
            members.add(member);
            begin = begun;
        }
        if (begin) {
            member.begin();
        }
    }

    synchronized void remove(Restartable member) {
        members.remove(member);
    }

    private synchronized List<Restartable> members() {
        return List.copyOf(members);
    }

    @Override
    public Path path() {
        return socket.path();
    }

    @Override
    public OptionalLong predecessor() {
        return predecessor == null ? OptionalLong.empty() : OptionalLong.of(predecessor.pid());
    }

    @Override
    public List<InetSocketAddress> inherited() {
        return sockets.taken();
    }

    @Override
    public void ready(Runnable onReplaced) {
        synchronized (this) {
            if (asked || closed) {
                throw new IllegalStateException("ready of " + path() + " must be called once, before close");
            }
            asked = true;
            this.onReplaced = onReplaced;
        }
        if (predecessor != null) {
            awaitChecks();
        }
        socket.open(
                loop, new SuccessorHandler.Origin(this::listeningSockets, this::tryGive, this::keep, this::replaced));
        try {
            if (predecessor != null) {
                predecessor.replace();
            }
        } catch (RuntimeException e) {
            socket.discard();
            throw e;
        }
        synchronized (this) {
            begun = true;
        }
        members().forEach(Restartable::begin);
        socket.publish();
        sockets.closeUnused();
        if (predecessor != null) {
            log.info("listeners taken over from process {}: {}", predecessor.pid(), sockets.taken());
            predecessor.awaitDone();
        }
    }

    private void awaitChecks() {
        long deadline = System.nanoTime() + CHECK_LIMIT_NANOS;
        try {
            while (!members().stream().allMatch(Restartable::isChecked)) {
                if (System.nanoTime() - deadline > 0) {
                    log.warn("not all backends were checked within 10 s; the listeners are taken over all the same");
                    return;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HaException("interrupted while backends were checked", e);
        }
    }

    private List<FileDescriptor> listeningSockets() {
        return members().stream()
                .flatMap(member -> member.listeningSockets().stream())
                .toList();
    }

    /** Whether this process may be replaced now, which it is once. */
    private synchronized boolean tryGive() {
        boolean first = begun && !given && !closed;
        given |= first;
        return first;
    }

    private synchronized void keep() {
        given = false;
    }

    private void replaced(long successor) {
        log.info("process {} takes the listeners over", successor);
        members().forEach(Restartable::give);
        Runnable tell;
        synchronized (this) {
            tell = onReplaced;
        }
        tell.run();
    }

    @Override
    public boolean awaitPredecessor(Duration limit) {
        return predecessor == null || predecessor.awaitEnd(limit);
    }

    @Override
    public void close() {
        boolean replaced;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            replaced = given;
        }
        if (replaced) { // the path is the successor's
            socket.discard();
        } else {
            socket.remove();
        }
        if (predecessor != null) {
            predecessor.close();
        }
        sockets.closeUnused();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
