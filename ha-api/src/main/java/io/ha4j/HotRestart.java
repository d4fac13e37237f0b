package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Passes the listening sockets of balancers from one process to the next, so that a restart loses no connection: both
 * have the same sockets, with what waits in them, and there is no moment at which nobody listens. Linux epoll only.
 *
 * <pre>{@code
 * HotRestart restart = HotRestart.at(Path.of("/run/web/restart.sock")); // asks the process that runs, if there is one
 * LoadBalancer balancer = LoadBalancer.builder("web").listen("0.0.0.0", 80)….hotRestart(restart).start();
 * restart.ready(replaced::countDown);       // the old process stops accepting now
 * …
 * replaced.await();                         // until a successor has taken over
 * balancer.close(Duration.ofSeconds(30));   // connections go on until they end
 * restart.close();
 * }</pre>
 *
 * <p>Until {@link #ready} has the old process's word that it gives way, the new one takes nothing, and whatever fails, the
 * old one goes on as if nothing had happened. Both must belong to the same user: the kernel says who asks
 * ({@code SO_PEERCRED}), and the socket has mode 0600.
 *
 * <p>Listeners on addresses of a group are not passed: the addresses themselves are the other process's until it has given
 * them up ({@link #awaitPredecessor}). Thread-safe.
 */
public interface HotRestart extends AutoCloseable {
    /**
     * Asks the process that offers its listeners at this path for them. When there is none this is a first start, which
     * listens as without a hot restart.
     *
     * @param path of a unix socket, at most 99 bytes; its directory must exist
     * @throws HaUnavailableException if there is no epoll here
     * @throws HaException if the path cannot be used, or who is there belongs to another user, or does not answer as it
     *     should within 10 s
     */
    static HotRestart at(Path path) {
        return Providers.balancer().hotRestart(requireNonNull(path, "path"));
    }

    Path path();

    /** The process id of the one that was asked; empty for a first start. */
    OptionalLong predecessor();

    /** Where the listeners that balancers here have from the predecessor listen. */
    List<InetSocketAddress> inherited();

    /**
     * To be called once, when the balancers have been started. Waits until each of their backends has been checked, for
     * at most 10 s; then the predecessor stops accepting and the balancers begin. From then on this process offers its
     * own listeners at the path. Not for event threads.
     *
     * @param onReplaced called once, on a thread of its own, when a successor takes over; the listeners have stopped
     *     accepting by then. It releases what the successor needs besides and lets the process end, elsewhere: the
     *     successor's {@code ready} waits for at most 10 s until it returns
     * @throws HaException if the predecessor has not given way, which goes on then; or if the path cannot be used
     */
    void ready(Runnable onReplaced);

    /**
     * Waits until the predecessor has closed its {@code HotRestart}, or has ended; not before {@link #ready}. At once
     * where there is none.
     *
     * @return whether that came true within the limit
     */
    boolean awaitPredecessor(Duration limit);

    /** Offers nothing any more, and lets a successor's {@link #awaitPredecessor} return. Closing twice does nothing more. */
    @Override
    void close();
}
