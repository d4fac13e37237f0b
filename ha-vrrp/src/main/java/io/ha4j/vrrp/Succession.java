package io.ha4j.vrrp;

import java.nio.ByteBuffer;

/**
 * What the active node tells a backup.
 *
 * @param rank 1 for the designated successor, 2 for the one after it; 0 if it is not ranked
 * @param ranked how many are, at most 255
 * @param silent whether the addresses are silent as soon as the active node's process has ended; if not, nobody may take
 *     over early
 */
record Succession(int rank, int ranked, boolean silent) {
    static final int LENGTH = 3;
    static final Succession UNKNOWN = new Succession(0, 0, false);

    private static final int SILENT = 1;

    static Succession get(ByteBuffer from) {
        int rank = from.get() & 0xff;
        int ranked = from.get() & 0xff;
        return new Succession(rank, ranked, (from.get() & SILENT) != 0); // other flags are for later versions
    }

    void put(ByteBuffer to) {
        to.put((byte) rank).put((byte) ranked).put((byte) (silent ? SILENT : 0));
    }
}
