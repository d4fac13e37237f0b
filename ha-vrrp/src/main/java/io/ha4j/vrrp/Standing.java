package io.ha4j.vrrp;

import java.nio.ByteBuffer;

/**
 * How a backup stands for the succession.
 *
 * @param priority in [0, 255]
 * @param eligible whether it would take over at once
 */
record Standing(int priority, boolean eligible) {
    static final int LENGTH = 2;

    private static final int ELIGIBLE = 1;

    static Standing get(ByteBuffer from) {
        int priority = from.get() & 0xff;
        return new Standing(priority, (from.get() & ELIGIBLE) != 0); // other flags are for later versions
    }

    void put(ByteBuffer to) {
        to.put((byte) priority).put((byte) (eligible ? ELIGIBLE : 0));
    }
}
