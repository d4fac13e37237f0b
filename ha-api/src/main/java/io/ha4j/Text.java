package io.ha4j;

import java.math.BigDecimal;
import java.time.Duration;

/** How values are written for people. */
final class Text {
    private Text() {}

    /** {@code 0.25 s}. */
    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
