package io.ha4j.linux;

import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The announcements of all groups, on their way to the links. Each link takes a few at a time, so that those of many
 * addresses neither hold up the loop nor overflow a queue; what a full queue refuses is tried again. The rounds of the
 * groups that share a link alternate: nobody's first waits for another's last. Loop thread only.
 */
final class AnnouncementQueue {
    private static final Logger log = LoggerFactory.getLogger(AnnouncementQueue.class);

    private static final int BURST = 64; // packets of one link in one go: below 1 ms
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int REFUSALS_MAX = 500; // in a row, of one link: for 5 s nothing went out

    /** Whose announcements; it counts them. */
    static final class Sender {
        private final String name;
        private final long leaseNanos;
        private final long arpNanos;
        private final long neighbourNanos;
        private long aliveNanos; // when the last sign of life left
        private long sent;
        private long deferred;

        /**
         * @param name for messages
         * @param leaseNanos how long after its last sign of life it may say anything
         * @param arpNanos least time between two packets on a link
         */
        Sender(String name, long leaseNanos, long arpNanos, long neighbourNanos) {
            this.name = name;
            this.leaseNanos = leaseNanos;
            this.arpNanos = arpNanos;
            this.neighbourNanos = neighbourNanos;
        }

        /** A sign of life leaves now. */
        void alive(long nowNanos) {
            aliveNanos = nowNanos;
        }

        /** Whether this process was away for so long that another node may have the addresses. */
        boolean isAway(long nowNanos) {
            return nowNanos - aliveNanos >= leaseNanos;
        }

        private long spacingNanos(InetAddress address) {
            return address instanceof Inet4Address ? arpNanos : neighbourNanos;
        }

        long sent() {
            return sent;
        }

        /** How often a full queue made one wait. */
        long deferred() {
            return deferred;
        }
    }

    /** The addresses of one sender on one link, in as many rounds. */
    private static final class Rounds {
        private final Sender sender;
        private final List<InetAddress> addresses;
        private int left;
        private int next;

        Rounds(Sender sender, List<InetAddress> addresses, int rounds) {
            this.sender = sender;
            this.addresses = addresses;
            this.left = rounds;
        }
    }

    private static final class Lane {
        private final ArrayDeque<Rounds> waiting = new ArrayDeque<>();
        private long notBeforeNanos;
        private int refusals;
    }

    private final EventLoop loop;
    private final LinkMonitor monitor;
    private final Announcer announcer;
    private final EventLoop.Timer timer;
    private final Map<String, Lane> lanes = new LinkedHashMap<>(); // by interface

    AnnouncementQueue(EventLoop loop, LinkMonitor monitor, Announcer announcer) {
        this.loop = loop;
        this.monitor = monitor;
        this.announcer = announcer;
        timer = loop.timer(this::run);
    }

    /** Announces these in that many rounds; the first of them at once, if nothing else is on its way. */
    void announce(Sender sender, List<LeasedAddress> addresses, int rounds) {
        if (rounds < 1) {
            return;
        }
        Map<String, List<InetAddress>> byLink = new LinkedHashMap<>();
        for (LeasedAddress address : addresses) {
            byLink.computeIfAbsent(address.interfaceName(), it -> new ArrayList<>())
                    .add(address.address());
        }
        byLink.forEach((name, list) -> {
            Lane lane = lanes.get(name);
            if (lane == null) {
                lane = new Lane();
                lane.notBeforeNanos = loop.nanoTime();
                lanes.put(name, lane);
            }
            lane.waiting.add(new Rounds(sender, list, rounds));
        });
        run();
    }

    /** Forgets what this sender still has to say. */
    void cancel(Sender sender) {
        lanes.values().forEach(lane -> lane.waiting.removeIf(rounds -> rounds.sender == sender));
    }

    boolean isBusy(Sender sender) {
        return lanes.values().stream()
                .anyMatch(lane -> lane.waiting.stream().anyMatch(rounds -> rounds.sender == sender));
    }

    private void run() {
        long now = loop.nanoTime();
        long earliest = Long.MAX_VALUE; // from now
        for (Iterator<Map.Entry<String, Lane>> it = lanes.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<String, Lane> entry = it.next();
            Lane lane = entry.getValue();
            if (lane.notBeforeNanos - now <= 0) {
                send(entry.getKey(), lane, now);
            }
            if (!lane.waiting.isEmpty()) {
                earliest = Math.min(earliest, lane.notBeforeNanos - now);
            } else if (lane.notBeforeNanos - now <= 0) {
                it.remove(); // else it is kept for the spacing to what comes next
            }
        }
        if (earliest != Long.MAX_VALUE) {
            timer.arm(now + earliest);
        }
    }

    private void send(String linkName, Lane lane, long now) {
        LinkMessage link = monitor.table().byName(linkName);
        if (link == null || !Announcer.hasNeighbours(link)) {
            lane.waiting.clear(); // they are announced anew when it comes back
            return;
        }
        lane.waiting.removeIf(rounds -> rounds.sender.isAway(now));
        boolean asked =
                false; // whether this node is a router, which IPv6 tells: a file that takes a millisecond at first
        boolean router = false;
        for (int i = 0; i < BURST && !lane.waiting.isEmpty(); i++) {
            Rounds rounds = lane.waiting.element();
            InetAddress address = rounds.addresses.get(rounds.next);
            if (!asked && address instanceof Inet6Address) {
                asked = true;
                router = Announcer.forwards(linkName);
            }
            if (announcer.announce(link, address, router) == Announcer.Outcome.LATER) {
                refused(link, lane, rounds, now);
                return;
            }
            lane.refusals = 0;
            rounds.sender.sent++;
            advance(lane, rounds);
            long spacing = rounds.sender.spacingNanos(address);
            if (spacing > 0) {
                lane.notBeforeNanos = now + spacing;
                return;
            }
        }
        if (!lane.waiting.isEmpty()) {
            lane.notBeforeNanos = now + PAUSE_NANOS;
        }
    }

    private static void advance(Lane lane, Rounds rounds) {
        if (++rounds.next == rounds.addresses.size()) {
            lane.waiting.remove();
            rounds.next = 0;
            if (--rounds.left > 0) {
                lane.waiting.add(rounds);
            }
        }
    }

    private static void refused(LinkMessage link, Lane lane, Rounds rounds, long now) {
        rounds.sender.deferred++;
        lane.notBeforeNanos = now + RETRY_NANOS;
        if (++lane.refusals == REFUSALS_MAX) {
            log.warn(
                    "{}: gave up announcing {} on {}: its queue has been full for {} ms",
                    rounds.sender.name,
                    IpText.of(rounds.addresses.get(rounds.next)),
                    link.name(),
                    TimeUnit.NANOSECONDS.toMillis(REFUSALS_MAX * RETRY_NANOS));
            lane.waiting.clear();
            lane.refusals = 0;
        }
    }

    void close() {
        timer.cancel();
        lanes.clear();
    }
}
