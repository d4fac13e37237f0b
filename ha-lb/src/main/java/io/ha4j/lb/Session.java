package io.ha4j.lb;

import io.ha4j.ConnectionLimits;
import io.ha4j.SourceAddress;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.netty.NettyApplication;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection and what became of it: which backend it got, which ones refused it, and the one reason for
 * its end. The first reason counts. Confined to the event loop of its {@link Plumbing}, except {@link #abort}.
 */
final class Session implements OpenSession {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final RateLimit malformedHeaders = new RateLimit();

    /** Which of the timeouts counts. */
    private enum Phase {
        BEGINNING,
        HEADER,
        QUEUED,
        CONNECTING,
        RELAYING,
        HALF_CLOSED
    }

    private final Targets targets;
    private final Sessions sessions;
    private final WaitingSessions waiting;
    private final SourceAddress sourceAddress;
    private final LoopCounters loop;
    private final Plumbing plumbing;
    private final boolean viaGroup;
    private Incoming incoming;
    private Runnable serve = () -> {};
    private long headerNanos;

    private Collection<Target> refused = List.of();
    private @Nullable Target target; // counted in as long as it is set
    private @Nullable EndReason reason;
    long ticket; // guarded by WaitingSessions

    private long connectingSince;
    private boolean admitted;
    private boolean sourceAdmitted;
    private boolean closed;

    // Read by the watch over timeouts on another thread.
    private volatile long lastProgress = System.nanoTime();
    private volatile Phase phase = Phase.BEGINNING;
    private volatile int kept; // bytes for a side that does not take them now
    private volatile long stalledSince;

    /** @param viaGroup whether it came in through an address of the balancer's group */
    Session(
            Targets targets,
            Sessions sessions,
            WaitingSessions waiting,
            SourceAddress sourceAddress,
            LoopCounters loop,
            boolean viaGroup,
            Incoming incoming,
            Function<Session, Plumbing> plumbing) {
        this.targets = targets;
        this.sessions = sessions;
        this.waiting = waiting;
        this.sourceAddress = sourceAddress;
        this.loop = loop;
        this.viaGroup = viaGroup;
        this.incoming = incoming;
        this.plumbing = plumbing.apply(this);
    }

    @Override
    public boolean isViaGroup() {
        return viaGroup;
    }

    @Override
    public InetAddress source() {
        return incoming.client().getAddress();
    }

    @Override
    public boolean isAdmitted() {
        return admitted;
    }

    @Override
    public boolean isSourceAdmitted() {
        return sourceAdmitted;
    }

    void start() {
        if (reason == null) {
            connectToNext(EndReason.NO_BACKEND);
        }
    }

    /**
     * Serves it, or ends it because there are too many.
     *
     * @param proxies whose connections say first who the client is
     */
    void admitOr(TrustedProxies proxies, Runnable serve) {
        loop.begun();
        if (!sessions.isInRate()) {
            end(EndReason.TOO_MANY_PER_SECOND);
            return;
        }
        admitted = sessions.admit();
        if (!admitted) {
            end(EndReason.TOO_MANY_CONNECTIONS);
        } else if (proxies.contains(source())) {
            this.serve = serve;
            headerNanos = proxies.headerTimeout().toNanos();
            lastProgress = System.nanoTime();
            phase = Phase.HEADER;
            plumbing.readHeader();
        } else {
            admitSourceOr(serve);
        }
    }

    private void admitSourceOr(Runnable serve) {
        sourceAdmitted = sessions.admitFrom(source());
        if (sourceAdmitted) {
            serve.run();
        } else {
            end(EndReason.TOO_MANY_FROM_SOURCE);
        }
    }

    /** The plumbing has read the PROXY header; what follows it is the client's. */
    void headerRead(ProxyHeaderParser.Header header) {
        if (reason != null) {
            return;
        }
        if (header.client() != null && header.destination() != null) {
            incoming = new NamedClient(header.client(), header.destination());
        }
        lastProgress = System.nanoTime();
        phase = Phase.BEGINNING;
        admitSourceOr(serve);
    }

    /** There is no PROXY header where one has to be. */
    void headerMalformed(String why) {
        if (malformedHeaders.tryPass()) {
            log.warn("no PROXY header from {}: {}", HostPort.text(incoming.client()), why);
        }
        end(EndReason.PROXY_HEADER_MALFORMED);
    }

    /** The client's connection broke before there was one to a backend. */
    void clientLeft() {
        end(EndReason.CLIENT_RESET);
    }

    /** Ends what has taken too long: the session, or the wait for one backend. */
    @Override
    public void expire(ConnectionLimits limits, long nowNanos) {
        EndReason expired = expired(limits, nowNanos);
        if (expired != null) {
            plumbing.execute(() -> {
                if (expired(limits, nowNanos) != expired) {
                    return;
                }
                if (phase != Phase.CONNECTING && plumbing.hasSentMore()) {
                    lastProgress = nowNanos;
                } else if (expired == EndReason.CONNECT_TIMEOUT && target != null) {
                    plumbing.abortConnect();
                    connectFailed(new ConnectTimeoutException());
                } else {
                    end(expired);
                }
            });
        }
    }

    private @Nullable EndReason expired(ConnectionLimits limits, long nowNanos) {
        Phase phase = this.phase;
        long limit = switch (phase) {
            case HEADER -> headerNanos;
            case QUEUED -> limits.queueTimeout().toNanos();
            case CONNECTING -> limits.connectTimeout().toNanos();
            case BEGINNING, RELAYING -> limits.idleTimeout().toNanos();
            case HALF_CLOSED -> limits.halfClosedTimeout().toNanos();
        };
        if (limit == 0 || nowNanos - lastProgress < limit) {
            return null;
        }
        return switch (phase) {
            case HEADER -> EndReason.PROXY_HEADER_TIMEOUT;
            case QUEUED -> EndReason.QUEUE_TIMEOUT;
            case CONNECTING -> EndReason.CONNECT_TIMEOUT;
            case BEGINNING, RELAYING -> EndReason.IDLE_TIMEOUT;
            case HALF_CLOSED -> EndReason.HALF_CLOSED_TIMEOUT;
        };
    }

    @Override
    public void abort(EndReason reason) {
        plumbing.execute(() -> end(reason));
    }

    /** Resets both connections, at once even when they are ending already for another reason. */
    void end(EndReason reason) {
        if (closed) {
            return;
        }
        if (this.reason == null) {
            this.reason = reason;
        }
        plumbing.abort();
    }

    /** The plumbing has connected to the backend. */
    void connected() {
        if (reason == null && target != null) {
            long now = System.nanoTime();
            targets.connected(target, now - connectingSince);
            lastProgress = now;
            phase = Phase.RELAYING;
            plumbing.relay(ProxyHeader.of(target.proxyProtocol(), incoming));
        }
    }

    /** The plumbing has made the connection the application's. */
    void handedOver() {
        if (target != null) {
            targets.connected(target, System.nanoTime() - connectingSince);
            lastProgress = System.nanoTime();
            phase = Phase.RELAYING;
        }
    }

    /** The plumbing could not connect: the next backend is tried. No byte of the client's was read so far. */
    void connectFailed(Throwable cause) {
        Target failed = target;
        if (failed == null) {
            return;
        }
        target = null;
        targets.release(failed, incoming);
        if (reason != null) {
            return;
        }
        Errno errno = cause instanceof ConnectTimeoutException ? Errno.ETIMEDOUT : Errno.of(cause);
        boolean local = cause instanceof Origin.UnboundException || (errno != null && errno.isLocal());
        targets.connectFailed(failed, local);
        log.debug("connect to {}: {}", failed, Errno.describe(cause));
        addRefused(failed);
        connectToNext(
                local
                        ? EndReason.OUT_OF_RESOURCES
                        : errno == Errno.ETIMEDOUT ? EndReason.CONNECT_TIMEOUT : EndReason.CONNECT_FAILED);
    }

    private void addRefused(Target by) {
        if (refused.isEmpty()) {
            refused = new ArrayList<>(2);
        }
        refused.add(by);
    }

    /** These bytes came from that side. */
    void passed(Side from, long bytes) {
        lastProgress = System.nanoTime();
        loop.passed(from, bytes);
        Target target = this.target;
        if (target != null) {
            (from == Side.CLIENT ? target.bytesIn : target.bytesOut).add(bytes);
        }
    }

    /** So many more bytes wait in this process for one of the sides, or so many less. */
    void kept(int more) {
        if (kept == 0) {
            stalledSince = System.nanoTime();
        }
        int now = kept + more;
        kept = now;
        sessions.kept(more);
    }

    @Override
    public int kept() {
        return kept;
    }

    @Override
    public long stalledSince() {
        return stalledSince;
    }

    /** One side has ended its stream. */
    void halfClosed() {
        lastProgress = System.nanoTime();
        phase = Phase.HALF_CLOSED;
    }

    /** That side's connection broke; the plumbing resets the other one. */
    void lost(Side side) {
        if (reason == null) {
            reason = side == Side.CLIENT ? EndReason.CLIENT_RESET : EndReason.BACKEND_RESET;
        }
    }

    /** Both connections are closed: the one terminal state. */
    void closed() {
        if (closed) {
            return;
        }
        closed = true;
        loop.ended();
        if (phase == Phase.QUEUED) {
            waiting.leave(this);
        }
        Target last = target;
        target = null;
        sessions.ended(this, reason == null ? EndReason.FINISHED : reason);
        if (last != null) {
            targets.release(last, incoming);
        }
    }

    private void connectToNext(EndReason why) {
        EndReason ifNone = why;
        try {
            while (true) {
                long releases = waiting.releases();
                Target next = targets.claim(refused, incoming);
                if (next != null) {
                    Origin origin =
                            Origin.of(sourceAddress, source(), next.address().getAddress());
                    if (origin != null) {
                        connect(next, origin);
                        return;
                    }
                    targets.release(next, incoming);
                    addRefused(next);
                    ifNone = EndReason.SOURCE_FAMILY;
                    continue;
                }
                if (!targets.isFull(refused)) {
                    if (waiting.releases() != releases) {
                        continue;
                    }
                    end(ifNone);
                    return;
                }
                switch (waiting.enter(this, releases)) {
                    case LOOK_AGAIN -> {}
                    case QUEUE_IS_FULL -> {
                        end(EndReason.QUEUE_FULL);
                        return;
                    }
                    case WAITS -> {
                        if (phase != Phase.QUEUED) {
                            lastProgress = System.nanoTime();
                            phase = Phase.QUEUED;
                        } else if (!refused.isEmpty()) {
                            waiting.passOn(this);
                        }
                        return;
                    }
                }
            }
        } catch (RuntimeException e) { // a choice of the application's
            log.error("no backend could be chosen for {}", incoming.client(), e);
            end(EndReason.INTERNAL_ERROR);
        }
    }

    private void connect(Target next, Origin origin) {
        if (phase == Phase.QUEUED) {
            waiting.leave(this);
        }
        target = next;
        connectingSince = System.nanoTime();
        lastProgress = connectingSince;
        phase = Phase.CONNECTING;
        NettyApplication application = next.application();
        if (application == null) {
            plumbing.connect(next.address(), origin);
        } else {
            plumbing.handOver(application, incoming);
        }
    }

    /** It waited, and there may be room now. Any thread. */
    void lookAgain() {
        plumbing.execute(() -> {
            if (reason == null && !closed && target == null) {
                connectToNext(EndReason.NO_BACKEND);
            } else {
                waiting.released(); // it ended meanwhile: the room is another one's
            }
        });
    }
}
