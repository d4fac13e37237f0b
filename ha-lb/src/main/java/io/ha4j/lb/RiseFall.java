package io.ha4j.lb;

/**
 * When a row of outcomes makes a backend go up or down. It begins down, and its first success ever brings it up at
 * once; afterwards {@code rise} and {@code fall} apply. Not thread-safe.
 */
final class RiseFall {
    private final int rise;
    private final int fall;
    private boolean up;
    private boolean everUp;
    private int row; // outcomes in a row that speak against the present state

    RiseFall(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    /** Whether it is up, but failed the last time. */
    boolean isInDoubt() {
        return up && row > 0;
    }

    /** Takes an outcome and says whether the backend is up now. */
    boolean outcome(boolean success) {
        row = success == up ? 0 : row + 1;
        int needed = up ? fall : everUp ? rise : 1;
        if (row >= needed) {
            up = success;
            everUp |= success;
            row = 0;
        }
        return up;
    }
}
