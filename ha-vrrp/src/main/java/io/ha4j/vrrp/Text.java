package io.ha4j.vrrp;

/** How messages write what they have often. */
final class Text {
    private Text() {}

    static String millis(long nanos) {
        return Math.round(nanos / 1e6) + " ms";
    }
}
