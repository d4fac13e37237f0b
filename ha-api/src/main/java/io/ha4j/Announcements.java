package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the neighbours are told where the addresses are: by gratuitous ARP and unsolicited neighbour advertisements, in
 * rounds of one packet for each address. The defaults are keepalived's, but for the refresh, which is off there:
 * a host or switch that missed the rounds of a takeover (a port that came up late, a full queue) would go on sending to
 * the old node until its own entry ends, for minutes. One round a minute bounds that, well below the 300 s that switches
 * usually remember a MAC address, and costs a packet a minute for each address.
 *
 * @param repeat rounds when the addresses are taken, in [1, 100]
 * @param delay how long after that as many rounds follow once more, in [0, 1 day]; 0 for never
 * @param contentionRepeat rounds after a node of lower rank advertised, in [0, 100]: its announcements may have been
 *     the last ones that hosts heard
 * @param contentionDelay how long after that as many rounds follow once more, in [0, 1 day]; 0 for never
 * @param refreshInterval how often the addresses are announced while they are held, in [0, 1 day]; 0 for never
 * @param refreshRepeat rounds each time, in [1, 100]
 * @param arpSpacing least time between two ARP packets on one interface, in [0, 10 s]
 * @param neighbourSpacing least time between two neighbour advertisements on one interface, in [0, 10 s]
 */
public record Announcements(
        int repeat,
        Duration delay,
        int contentionRepeat,
        Duration contentionDelay,
        Duration refreshInterval,
        int refreshRepeat,
        Duration arpSpacing,
        Duration neighbourSpacing) {
    private static final int REPEAT_MAX = 100;
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration SPACING_MAX = Duration.ofSeconds(10);

    /** 5 rounds and 5 more after 5 s, also after a contention; a round every 60 s; no spacing. */
    public static final Announcements DEFAULT = new Announcements(
            5,
            Duration.ofSeconds(5),
            5,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            1,
            Duration.ZERO,
            Duration.ZERO);

    public Announcements {
        requireRange("repeat", repeat, 1);
        requireRange("contentionRepeat", contentionRepeat, 0);
        requireRange("refreshRepeat", refreshRepeat, 1);
        requireAtMost("delay", delay, LONGEST);
        requireAtMost("contentionDelay", contentionDelay, LONGEST);
        requireAtMost("refreshInterval", refreshInterval, LONGEST);
        requireAtMost("arpSpacing", arpSpacing, SPACING_MAX);
        requireAtMost("neighbourSpacing", neighbourSpacing, SPACING_MAX);
    }

    private static void requireRange(String name, int value, int min) {
        if (value < min || value > REPEAT_MAX) {
            throw new IllegalArgumentException(
                    name + " must be in [" + min + ", " + REPEAT_MAX + "], but was " + value);
        }
    }

    private static void requireAtMost(String name, Duration value, Duration max) {
        if (requireNonNull(value, name).isNegative() || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + " must be in [0 s, " + max.toSeconds() + " s], but was " + value);
        }
    }

    /**
     * The same with these rounds when the addresses are taken.
     *
     * @param delay after which as many follow; zero for never
     */
    public Announcements whenTaken(int repeat, Duration delay) {
        return new Announcements(
                repeat,
                delay,
                contentionRepeat,
                contentionDelay,
                refreshInterval,
                refreshRepeat,
                arpSpacing,
                neighbourSpacing);
    }

    /**
     * The same with these rounds after a node of lower rank advertised.
     *
     * @param repeat 0 for none
     * @param delay after which as many follow; zero for never
     */
    public Announcements afterContention(int repeat, Duration delay) {
        return new Announcements(
                this.repeat, this.delay, repeat, delay, refreshInterval, refreshRepeat, arpSpacing, neighbourSpacing);
    }

    /**
     * The same with these rounds while the addresses are held.
     *
     * @param interval zero for never
     */
    public Announcements refresh(Duration interval, int repeat) {
        return new Announcements(
                this.repeat, delay, contentionRepeat, contentionDelay, interval, repeat, arpSpacing, neighbourSpacing);
    }

    /** The same with this least time between two packets on one interface. */
    public Announcements spacing(Duration arp, Duration neighbour) {
        return new Announcements(
                repeat, delay, contentionRepeat, contentionDelay, refreshInterval, refreshRepeat, arp, neighbour);
    }
}
