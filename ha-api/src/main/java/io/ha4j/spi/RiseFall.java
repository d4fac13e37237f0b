package io.ha4j.spi;

/**
 * When a row of outcomes makes a check go up or down. It begins down, and its first success ever brings it up at once;
 * afterwards {@code rise} and {@code fall} apply. Not thread-safe.
 */
public final class RiseFall {
    private final int rise;
    private final int fall;
    private boolean up;
    private boolean everUp;
    private int row; // outcomes in a row that speak against the present state

    /** @param rise successes in a row, at least 1; {@code fall} is the same for failures */
    public RiseFall(int rise, int fall) {
        this(rise, fall, false);
    }

    /** @param initiallyUp whether it begins up instead, as if there had been a success */
    public RiseFall(int rise, int fall, boolean initiallyUp) {
        this.rise = rise;
        this.fall = fall;
        up = initiallyUp;
        everUp = initiallyUp;
    }

    public boolean isUp() {
        return up;
    }

    /** Whether it is up, but failed the last time. */
    public boolean isInDoubt() {
        return up && row > 0;
    }

    /** Takes an outcome and says whether it is up now. */
    public boolean outcome(boolean success) {
        row = success == up ? 0 : row + 1;
        if (row >= needed()) {
            up = success;
            everUp |= success;
            row = 0;
        }
        return up;
    }

    /** {@code , 1 of 3} when it takes more such outcomes to change; else empty. */
    public String progress() {
        return row == 0 ? "" : ", " + row + " of " + needed();
    }

    private int needed() {
        return up ? fall : everUp ? rise : 1;
    }
}
