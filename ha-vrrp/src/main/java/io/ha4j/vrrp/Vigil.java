package io.ha4j.vrrp;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.IpText;
import io.ha4j.spi.StreamChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup's connection to the active node, and what its end means. The active node's process is dead when three things
 * come together: the connection ended without a farewell, nobody listens at the port any more, and no advertisement was
 * heard since. A connection that is broken, but can be made again, was only that; and where nothing answers, the machine
 * or the network is gone, and the Active_Down_Timer decides. Loop thread only.
 */
final class Vigil implements StreamChannel.Receiver, BackupEnd.Listener {
    /** Is told of a death. */
    interface Mourner {
        /** The process of that active node has ended; this is the last that it has told. */
        void died(InetAddress active, Succession succession);
    }

    private static final Logger log = LoggerFactory.getLogger(Vigil.class);
    private static final long MS = 1_000_000;
    private static final long ANSWER_NS = 1000 * MS; // a connection that takes longer is of no use
    private static final long DOUBT_NS = 1000 * MS; // a process that dies does not take longer to close its sockets
    private static final long PATIENCE_NS = MS; // with the first connection while it doubts; twice that with each more
    private static final int LOOKS_AT_ONCE = 8;
    private static final long LOOK_AGAIN_NS = MS;
    private static final long REST_MIN_NS = 500 * MS;
    private static final long REST_MAX_NS = 10_000 * MS;

    private final String group;
    private final Host host;
    private final EventLoop loop;
    private final int virtualRouterId;
    private final int port;
    private final SharedSecret secret;
    private final DeathCounters counters;
    private final Mourner mourner;
    private final EventLoop.Timer timer;
    private final SecureRandom random = new SecureRandom();
    private final RateLimit reports = new RateLimit(30_000 * MS);

    private @Nullable InetAddress active; // whom it watches; null while there is nobody
    private Standing standing = new Standing(0, false);
    private StreamChannel.@Nullable Place from;
    private @Nullable StreamChannel stream;
    private @Nullable BackupEnd end; // of this stream
    private boolean joined;
    private Succession succession = Succession.UNKNOWN; // as told last

    private boolean doubts; // the connection ended, and why is not known yet
    private long doubtsUntilNs;
    private int looks; // while it doubts
    private long patienceNs; // then
    private long restsUntilNs; // no attempt before
    private long restNs;
    private String obstacle = "no active node was heard yet";

    Vigil(
            String group,
            Host host,
            int virtualRouterId,
            int port,
            SharedSecret secret,
            DeathCounters counters,
            Mourner mourner) {
        this.group = group;
        this.host = host;
        this.loop = host.eventLoop();
        this.virtualRouterId = virtualRouterId;
        this.port = port;
        this.secret = secret;
        this.counters = counters;
        this.mourner = mourner;
        this.timer = loop.timer(this::expired);
    }

    /** The active node whom this backup is connected with; null if with nobody. */
    @Nullable
    InetAddress watched() {
        return joined ? active : null;
    }

    Succession succession() {
        return joined ? succession : Succession.UNKNOWN;
    }

    /** Why it is not connected, as a phrase. */
    String obstacle() {
        return obstacle;
    }

    /** This node advertises; whatever the connection says, it lives. */
    void heard(InetAddress address) {
        if (doubts && address.equals(active)) {
            believe();
        }
    }

    /** Its process lives. */
    private void believe() {
        doubts = false;
        if (stream != null) {
            timer.arm(loop.nanoTime() + ANSWER_NS);
        }
    }

    /**
     * Watches this active node, from here, as one that stands so.
     *
     * @param address of the node that this backup follows, or would preempt
     */
    void look(InetAddress address, StreamChannel.Place from, Standing standing) {
        long nowNs = loop.nanoTime();
        this.from = from;
        this.standing = standing;
        if (!address.equals(active)) {
            leave();
            active = address;
            restNs = 0;
            restsUntilNs = nowNs;
        }
        if (stream == null && restsUntilNs - nowNs <= 0) {
            connect();
        } else if (end != null) {
            end.stand(standing);
        }
    }

    /** This node watches nobody any more, for now. */
    void leave() {
        BackupEnd leaving = end;
        if (leaving != null) {
            leaving.bye();
        }
        close();
        active = null;
        doubts = false;
        obstacle = "no active node was heard yet";
    }

    private void close() {
        timer.cancel();
        joined = false;
        if (end != null) {
            end.end();
            end = null;
        }
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    private void connect() {
        InetAddress to = active;
        StreamChannel.Place place = from;
        if (to == null || place == null) {
            return;
        }
        byte[] nonce = new byte[SharedSecret.LENGTH];
        random.nextBytes(nonce);
        SharedSecret.Subject subject = new SharedSecret.Subject(virtualRouterId, to, place.address());
        end = new BackupEnd(secret, subject, nonce, standing, this::send, this);
        try {
            stream = host.connect(place, to, port, this);
            timer.arm(loop.nanoTime() + (doubts ? patienceNs : ANSWER_NS));
        } catch (HaException e) {
            doubts = false;
            rest(String.valueOf(e.getMessage()));
        }
    }

    private void send(ByteBuffer frame) {
        StreamChannel to = stream;
        if (to == null) {
            return;
        }
        try {
            to.send(frame);
        } catch (HaException e) { // its end is on its way, and says more
            log.debug("{}", e.getMessage());
        }
    }

    private void expired() {
        if (stream == null) {
            if (doubts) {
                connect();
            }
        } else if (!joined && doubts && doubtsUntilNs - loop.nanoTime() > 0) {
            // A kernel may have taken it for a process that it is just about to end: the next one is refused.
            close();
            patienceNs *= 2;
            connect();
        } else if (!joined) {
            doubts = false;
            rest("no answer");
        }
    }

    /** Until the next advertisement after a while. */
    private void rest(String why) {
        close();
        obstacle = why;
        restNs = Math.min(REST_MAX_NS, Math.max(REST_MIN_NS, 2 * restNs));
        restsUntilNs = loop.nanoTime() + restNs;
    }

    @Override
    public void received(ByteBuffer bytes) {
        BackupEnd mine = end;
        if (mine != null) {
            mine.received(bytes);
        }
    }

    @Override
    public void ended(StreamChannel.End how, String detail) {
        boolean wasJoined = joined;
        close();
        if (wasJoined) {
            counters.increment(DeathCounters.Kind.LOST);
            doubts = true;
            doubtsUntilNs = loop.nanoTime() + DOUBT_NS;
            looks = 0;
            patienceNs = PATIENCE_NS;
            connect();
        } else if (!doubts) {
            rest(detail);
        } else if (how == StreamChannel.End.REFUSED) {
            dead();
        } else if (how != StreamChannel.End.FAILED && doubtsUntilNs - loop.nanoTime() > 0) {
            // Made before the kernel came to the listening socket of the dying process, which resets it.
            looks++;
            if (looks <= LOOKS_AT_ONCE) {
                connect();
            } else {
                timer.arm(loop.nanoTime() + LOOK_AGAIN_NS);
            }
        } else {
            doubts = false;
            rest(detail);
        }
    }

    private void dead() {
        InetAddress who = active;
        doubts = false;
        rest("its process has ended");
        counters.increment(DeathCounters.Kind.DEATHS);
        if (who != null) {
            mourner.died(who, succession);
        }
    }

    @Override
    public void alive() {
        if (doubts) {
            believe();
            log.info("group {}: the connection to {} broke, its process lives", group, name());
        }
    }

    @Override
    public void joined() {
        joined = true;
        succession = Succession.UNKNOWN;
        restNs = 0;
        obstacle = "";
        timer.cancel();
    }

    @Override
    public void told(Succession succession) {
        this.succession = succession;
    }

    @Override
    public void saidBye() {
        rest("it has taken leave");
    }

    @Override
    public void refused(DeathEnd.Refusal refusal, String detail) {
        counters.increment(DeathCounters.Kind.of(refusal));
        if (reports.pass(loop.nanoTime())) {
            log.warn("group {}: no death detection with {} port {}: {}", group, name(), port, detail);
        }
        doubts = false;
        rest(detail);
    }

    private String name() {
        return active == null ? "nobody" : IpText.of(active);
    }
}
