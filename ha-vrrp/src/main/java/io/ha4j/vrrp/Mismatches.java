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

        @Nullable
        String detail; // null until it was told

        long seenNs;
        long toldNs;
        long count;

        Entry(Mismatch.Kind kind, InetAddress from, int subject) {
            this.kind = kind;
            this.from = from;
            this.subject = subject;
        }

        boolean is(Mismatch.Kind kind, InetAddress from, int subject) {
            return this.kind == kind && this.subject == subject && this.from.equals(from);
        }

        boolean isDue(long nowNs) {
            boolean once = kind == Mismatch.Kind.CHECKSUM_FORM || kind == Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER;
            return detail == null || (!once && nowNs - toldNs >= REPEAT_NS);
        }

        Mismatch told(String detail, long nowNs) {
            return new Mismatch(kind, from, detail, firstSeen, Instant.now().minusNanos(nowNs - seenNs), count);
        }
    }

    private final EventLoop loop;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Mismatch.Kind, RateLimit> rates = new EnumMap<>(Mismatch.Kind.class);

    /** @param loop for its clock */
    Mismatches(EventLoop loop) {
        this.loop = loop;
        for (Mismatch.Kind kind : Mismatch.Kind.values()) {
            rates.put(kind, new RateLimit(SECOND));
        }
    }

    /**
     * Notes one.
     *
     * @param subject tells apart what one node can have several of; else 0
     * @return whether it is time to {@link #tell} of it
     */
    boolean seen(Mismatch.Kind kind, InetAddress from, int subject) {
        long nowNs = loop.nanoTime();
        Entry entry = find(kind, from, subject);
        if (entry == null || nowNs - entry.seenNs >= FORGET_NS) {
            entries.remove(entry);
            entry = add(kind, from, subject);
        }
        entry.seenNs = nowNs;
        entry.count++;
        RateLimit rate = rates.get(kind);
        return entry.isDue(nowNs) && rate != null && rate.pass(nowNs);
    }

    /** What is to be told of one that has just been seen. */
    Mismatch tell(Mismatch.Kind kind, InetAddress from, int subject, String detail) {
        Entry found = find(kind, from, subject);
        Entry entry = found == null ? add(kind, from, subject) : found;
        entry.detail = detail;
        entry.toldNs = loop.nanoTime();
        return entry.told(detail, entry.toldNs);
    }

    private Entry add(Mismatch.Kind kind, InetAddress from, int subject) {
        makeRoom();
        Entry entry = new Entry(kind, from, subject);
        entries.add(entry);
        return entry;
    }

    private @Nullable Entry find(Mismatch.Kind kind, InetAddress from, int subject) {
        for (int i = 0; i < entries.size(); i++) { // without an iterator: this may be the way of each packet
            if (entries.get(i).is(kind, from, subject)) {
                return entries.get(i);
            }
        }
        return null;
    }

    /** One that nobody was told of goes, or the one that was not seen for the longest time. */
    private void makeRoom() {
        if (entries.size() >= MAX) {
            long nowNs = loop.nanoTime();
            entries.stream()
                    .max(Comparator.<Entry, Boolean>comparing(entry -> entry.detail == null)
                            .thenComparingLong(entry -> nowNs - entry.seenNs))
                    .ifPresent(entries::remove);
        }
    }

    /** Those that were told and are not forgotten, the oldest first. */
    List<Mismatch> snapshot() {
        long nowNs = loop.nanoTime();
        entries.removeIf(entry -> nowNs - entry.seenNs >= FORGET_NS);
        List<Mismatch> told = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.detail != null) {
                told.add(entry.told(entry.detail, nowNs));
            }
        }
        return told;
    }
}
