package io.ha4j.vrrp;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.IpText;
import io.ha4j.spi.StreamChannel;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP port of this node at which backups of its groups connect. Whoever connects has a second to prove that he knows a
 * secret; then his group has the connection. Loop thread only.
 */
final class DeathPort implements StreamChannel.Acceptor {
    /** A group that has this port. */
    interface Group {
        SharedSecret secret();

        /** A backup has proved itself; the group may end it at once. */
        void joined(Guest guest, Standing standing);

        void stands(Guest guest, Standing standing);

        void left(Guest guest);
    }

    static final int STRANGERS_MAX = 16; // who have not proved anything; the oldest makes place
    static final int GUESTS_MAX = 256;
    static final long HANDSHAKE_NS = 1_000_000_000;

    private static final Logger log = LoggerFactory.getLogger(DeathPort.class);
    private static final long REPORT_NS = 30_000_000_000L;

    private final EventLoop loop;
    private final StreamChannel.Place place;
    private final @Nullable Group[] groups = new Group[256]; // by virtual router id
    private final List<Guest> strangers = new ArrayList<>(); // the oldest first
    private final List<Guest> guests = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private final EventLoop.Timer deadline;
    private final DeathCounters counters = new DeathCounters();
    private final Map<DeathCounters.Kind, RateLimit> reports = new EnumMap<>(DeathCounters.Kind.class);
    private Subscription listener;

    int users;

    /** @throws HaException if the kernel refuses */
    DeathPort(Host host, StreamChannel.Place place) {
        this.loop = host.eventLoop();
        this.place = place;
        this.deadline = loop.timer(this::expire);
        this.listener = host.listen(place, this);
    }

    boolean is(StreamChannel.Place other) {
        return place.port() == other.port()
                && place.address().equals(other.address())
                && place.link().index() == other.link().index();
    }

    DeathCounters counters() {
        return counters;
    }

    void group(int virtualRouterId, @Nullable Group group) {
        groups[virtualRouterId] = group;
    }

    /** Goes on through another use of the machine. */
    void moveTo(Host host) {
        listener.close();
        try {
            listener = host.listen(place, this);
        } catch (HaException e) {
            log.warn("nobody can connect any more for death detection: {}", e.getMessage());
            listener = () -> {};
        }
    }

    @Override
    public StreamChannel.@Nullable Receiver accepted(StreamChannel stream) {
        if (guests.size() >= GUESTS_MAX) {
            count(DeathCounters.Kind.REFUSED, IpText.of(stream.remote()), "there are " + GUESTS_MAX + " already");
            return null;
        }
        if (strangers.size() >= STRANGERS_MAX) {
            Guest oldest = strangers.get(0);
            count(DeathCounters.Kind.TIMED_OUT, oldest.name(), "it had to make place for others");
            oldest.close();
        }
        byte[] nonce = new byte[SharedSecret.LENGTH];
        random.nextBytes(nonce);
        Guest guest = new Guest(stream, nonce);
        strangers.add(guest);
        guest.deadlineNs = loop.nanoTime() + HANDSHAKE_NS;
        deadline.arm(strangers.get(0).deadlineNs);
        loop.execute(guest::greet); // when it can be ended
        return guest;
    }

    private void expire() {
        long nowNs = loop.nanoTime();
        while (!strangers.isEmpty() && strangers.get(0).deadlineNs - nowNs <= 0) {
            Guest slow = strangers.get(0);
            count(DeathCounters.Kind.TIMED_OUT, slow.name(), "it did not prove itself within a second");
            slow.close();
        }
        if (!strangers.isEmpty()) {
            deadline.arm(strangers.get(0).deadlineNs);
        }
    }

    private void count(DeathCounters.Kind kind, String who, String why) {
        counters.increment(kind);
        if (reports.computeIfAbsent(kind, it -> new RateLimit(REPORT_NS)).pass(loop.nanoTime())) {
            log.warn(
                    "death detection on {} port {}: {}, {}: {} ({} so far)",
                    IpText.of(place.address()),
                    place.port(),
                    who,
                    kind.words(),
                    why,
                    counters.get(kind));
        }
    }

    /** Closes what is not a group's. */
    void close() {
        deadline.cancel();
        listener.close();
        List.copyOf(strangers).forEach(Guest::close);
    }

    /** Somebody who has connected. */
    final class Guest implements StreamChannel.Receiver, ActiveEnd.Listener {
        private final StreamChannel stream;
        private final ActiveEnd end;
        private long deadlineNs;
        private @Nullable Group group; // once it has proved itself

        private Guest(StreamChannel stream, byte[] nonce) {
            this.stream = stream;
            end = new ActiveEnd(place.address(), stream.remote(), nonce, this::send, this);
        }

        ActiveEnd end() {
            return end;
        }

        String name() {
            return IpText.of(stream.remote());
        }

        private void greet() {
            if (strangers.contains(this)) {
                end.challenge();
            }
        }

        private void send(ByteBuffer frame) {
            try {
                stream.send(frame);
            } catch (HaException e) {
                log.debug("{}", e.getMessage());
                end.end();
                loop.execute(() -> ended(StreamChannel.End.FAILED, "")); // not while it is being told something
            }
        }

        @Override
        public void received(ByteBuffer bytes) {
            end.received(bytes);
        }

        @Override
        public void ended(StreamChannel.End how, String detail) {
            boolean wasStranger = strangers.contains(this);
            Group before = group;
            close();
            if (wasStranger) {
                count(DeathCounters.Kind.UNFINISHED, name(), "it left before it had proved itself");
            } else if (before != null) {
                before.left(this);
            }
        }

        /** In an orderly way, if it knows who says so. */
        void dismiss() {
            end.bye();
            close();
        }

        void close() {
            end.end();
            stream.close();
            strangers.remove(this);
            guests.remove(this);
            group = null;
        }

        @Override
        public @Nullable SharedSecret secret(int virtualRouterId) {
            Group it = groups[virtualRouterId];
            return it == null ? null : it.secret();
        }

        @Override
        public void joined(ActiveEnd same, int virtualRouterId, Standing standing) {
            strangers.remove(this);
            guests.add(this);
            counters.increment(DeathCounters.Kind.ACCEPTED);
            Group it = groups[virtualRouterId];
            group = it;
            if (it != null) {
                it.joined(this, standing);
            }
        }

        @Override
        public void stands(ActiveEnd same, Standing standing) {
            if (group != null) {
                group.stands(this, standing);
            }
        }

        @Override
        public void saidBye(ActiveEnd same) {
            Group before = group;
            close();
            if (before != null) {
                before.left(this);
            }
        }

        @Override
        public void refused(ActiveEnd same, DeathEnd.Refusal refusal, String detail) {
            Group before = group;
            count(DeathCounters.Kind.of(refusal), name(), detail);
            close();
            if (before != null) {
                before.left(this);
            }
        }
    }
}
