package io.ha4j.lb;

import io.ha4j.Persistence;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which backend the clients have got, and how many connections each of them has: the templates of IPVS. In the order in
 * which something last became of them, so that what is to be forgotten is in front. Thread-safe.
 */
final class PersistenceTable {
    /** What is looked at when it is full: a client that has connections is not forgotten. */
    private static final int MAX_LOOKS = 16;

    /** A client: an address, or a network of them. */
    private record Network(long high, long low) {}

    private static final class Entry {
        @Nullable
        Target target;

        int connections;
        long touched;
    }

    private final Persistence settings;
    private final LongSupplier nanoTime;
    private final Map<Network, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    PersistenceTable(Persistence settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    boolean isUsed() {
        return !settings.timeout().isZero();
    }

    /** The backend of a client; null if it is not known. */
    @Nullable
    synchronized Target backendOf(InetAddress client) {
        Network network = network(client);
        Entry entry = entries.get(network);
        if (entry == null) {
            return null;
        }
        long now = nanoTime.getAsLong();
        if (entry.connections == 0 && isOver(entry, now)) {
            entries.remove(network);
            return null;
        }
        entry.touched = now;
        return entry.target;
    }

    /**
     * Counts a connection of a client in, and remembers its backend; a client that there is no room for is not remembered.
     *
     * @param known what {@link #backendOf} has said
     * @return false when another connection of the client has got a backend since then; nothing is done then
     */
    synchronized boolean enter(InetAddress client, @Nullable Target known, Target target) {
        Network network = network(client);
        Entry entry = entries.get(network);
        if ((entry == null ? null : entry.target) != known) {
            return false;
        }
        if (entry == null) {
            if (entries.size() >= settings.maxEntries() && !forgetOne()) {
                return true;
            }
            entry = new Entry();
            entries.put(network, entry);
        }
        entry.target = target;
        entry.connections++;
        entry.touched = nanoTime.getAsLong();
        return true;
    }

    /** Counts a connection of a client out. */
    synchronized void leave(InetAddress client) {
        Entry entry = entries.get(network(client));
        if (entry != null) {
            entry.connections = Math.max(0, entry.connections - 1); // there may have been no room when it was to count
            entry.touched = nanoTime.getAsLong();
        }
    }

    /** Forgets clients that had no connection for the timeout; to be called now and then. */
    synchronized void expire() {
        long now = nanoTime.getAsLong();
        while (!entries.isEmpty()) {
            Map.Entry<Network, Entry> first = entries.entrySet().iterator().next();
            if (!isOver(first.getValue(), now)) {
                return;
            }
            forget(first.getKey(), first.getValue(), now);
        }
    }

    private boolean forgetOne() {
        long now = nanoTime.getAsLong();
        for (int i = 0; i < MAX_LOOKS; i++) {
            Iterator<Map.Entry<Network, Entry>> all = entries.entrySet().iterator();
            Map.Entry<Network, Entry> first = all.next();
            if (forget(first.getKey(), first.getValue(), now)) {
                return true;
            }
        }
        return false;
    }

    /** One that has connections goes to the end instead. */
    private boolean forget(Network network, Entry entry, long now) {
        if (entry.connections == 0) {
            entries.remove(network);
            return true;
        }
        entry.touched = now;
        entries.get(network);
        return false;
    }

    private boolean isOver(Entry entry, long now) {
        return now - entry.touched >= settings.timeout().toNanos();
    }

    synchronized int size() {
        return entries.size();
    }

    private Network network(InetAddress client) {
        byte[] address = client.getAddress();
        if (address.length == 4) {
            int bits = ByteBuffer.wrap(address).getInt() & (-1 << (32 - settings.ipv4Prefix()));
            return new Network(-1, bits); // no IPv6 address of a client begins like that
        }
        ByteBuffer bytes = ByteBuffer.wrap(address);
        int prefix = settings.ipv6Prefix();
        return new Network(bytes.getLong() & mask(Math.min(64, prefix)), bytes.getLong() & mask(prefix - 64));
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : -1L << (64 - bits);
    }
}
