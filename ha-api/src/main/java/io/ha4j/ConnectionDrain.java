package io.ha4j;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of TCP connections that end on this node when another one becomes active
 * ({@link HaGroup.Builder#connectionDrain}).
 *
 * @param limit how long they may go on; zero where they are cut off at once
 * @param connections how many go on here at addresses that were handed over, {@link #UNKNOWN} while they are not counted
 * @param left how much longer they may; zero when this node drains nothing
 * @param predecessor to which this active node passes the segments of connections that are not its own; null for none
 * @param obstacle why they would be cut off nevertheless; empty if nothing stands in the way
 */
public record ConnectionDrain(
        Duration limit,
        int connections,
        Duration left,
        @Nullable InetAddress predecessor,
        String obstacle) {
    /** A number of connections that is not known. */
    public static final int UNKNOWN = -1;

    /** Connections are cut off. */
    public static final ConnectionDrain OFF = new ConnectionDrain(Duration.ZERO, 0, Duration.ZERO, null, "");

    /** Whether connections of this node go on at addresses that it does not answer for any more. */
    public boolean isDraining() {
        return !left.isZero();
    }

    /** {@code off}; {@code 30 s}; {@code 30 s: 12 connections left, for 25 s at most}. */
    @Override
    public String toString() {
        if (limit.isZero()) {
            return "off";
        }
        String text = seconds(limit);
        if (!obstacle.isEmpty()) {
            text += ", but not now: " + obstacle;
        }
        if (isDraining()) {
            text += ": " + connectionsLeft();
        }
        if (predecessor != null) {
            text += ": passes on the connections of " + IpText.of(predecessor);
        }
        return text;
    }

    /** {@code 12 connections left, for 25 s at most}. */
    public String connectionsLeft() {
        return count() + " left" + (connections == 0 ? "" : ", for " + seconds(left) + " at most");
    }

    /** {@code 12 connections}. */
    public String count() {
        return switch (connections) {
            case UNKNOWN -> "an unknown number of connections";
            case 1 -> "1 connection";
            default -> connections + " connections";
        };
    }

    private static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000 ? millis + " ms" : (millis + 500) / 1000 + " s";
    }
}
