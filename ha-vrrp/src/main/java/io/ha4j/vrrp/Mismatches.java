package io.ha4j.vrrp;

import io.ha4j.Mismatch;
import io.ha4j.spi.EventLoop;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes lately had otherwise than this one. Anybody on the network can make one up, so there is room for a few
 * only, and a kind is told once per second at most. Noting one that is known allocates nothing. Loop thread only.
 */
final class Mismatches {
    static final int MAX = 32;
    static final long FORGET_NS = 600_000_000_000L;
    private static final long REPEAT_NS = 600_000_000_000L;
    private static final long SECOND = 1_000_000_000;

    private static final class Entry {
        final Mismatch.Kind kind;
        final InetAddress from;
        final int subject;
        final Instant firstSeen = Instant.now();
        String detail;
        long seenNs;
        long count;
        boolean told;
        long toldNs;

        Entry(Mismatch.Kind kind, InetAddress from, int subject, String detail) {
            this.kind = kind;
            this.from = from;
            this.subject = subject;
            this.detail = detail;
        }

        boolean is(Mismatch.Kind kind, InetAddress from, int subject) {
            return this.kind == kind && this.subject == subject && this.from.equals(from);
        }

        boolean due(long nowNs) {
            boolean once = kind == Mismatch.Kind.CHECKSUM_FORM || kind == Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER;
            return !told || (!once && nowNs - toldNs >= REPEAT_NS);
        }

        Mismatch at(long nowNs) {
            return new Mismatch(kind, from, detail, firstSeen, Instant.now().minusNanos(nowNs - seenNs), count);
        }
    }

    private final EventLoop loop;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Mismatch.Kind, RateLimit> rates = new EnumMap<>(Mismatch.Kind.class);

    /** @param loop for its clock */
    Mismatches(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Notes one.
     *
     * @param subject tells apart what one node can have several of; else 0
     * @return the mismatch, if it is time to tell of it; null if not
     */
    @Nullable
    Mismatch seen(Mismatch.Kind kind, InetAddress from, int subject, String detail) {
        long nowNs = loop.nanoTime();
        Entry entry = find(kind, from, subject);
        if (entry != null && nowNs - entry.seenNs >= FORGET_NS) {
            entries.remove(entry);
            entry = null;
        }
        if (entry == null) {
            makeRoom();
            entry = new Entry(kind, from, subject, detail);
            entries.add(entry);
        }
        entry.detail = detail;
        entry.seenNs = nowNs;
        entry.count++;
        if (!entry.due(nowNs) || !rate(kind).pass(nowNs)) {
            return null;
        }
        entry.told = true;
        entry.toldNs = nowNs;
        return entry.at(nowNs);
    }

    private @Nullable Entry find(Mismatch.Kind kind, InetAddress from, int subject) {
        for (int i = 0; i < entries.size(); i++) { // without an iterator: this may be the way of each packet
            if (entries.get(i).is(kind, from, subject)) {
                return entries.get(i);
            }
        }
        return null;
    }

    /** The one that was not seen for the longest time goes. */
    private void makeRoom() {
        if (entries.size() >= MAX) {
            long nowNs = loop.nanoTime();
            entries.stream()
                    .max(Comparator.comparingLong(entry -> nowNs - entry.seenNs))
                    .ifPresent(entries::remove);
        }
    }

    private RateLimit rate(Mismatch.Kind kind) {
        RateLimit rate = rates.get(kind);
        if (rate == null) {
            rate = new RateLimit(SECOND);
            rates.put(kind, rate);
        }
        return rate;
    }

    /** Those that are not forgotten, the oldest first. */
    List<Mismatch> snapshot() {
        long nowNs = loop.nanoTime();
        entries.removeIf(entry -> nowNs - entry.seenNs >= FORGET_NS);
        return entries.stream().map(entry -> entry.at(nowNs)).toList();
    }
}
