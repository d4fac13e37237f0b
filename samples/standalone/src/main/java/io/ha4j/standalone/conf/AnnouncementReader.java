package io.ha4j.standalone.conf;

import io.ha4j.Announcements;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads how addresses are announced: {@code garp_master_delay} and its like of an instance, or the {@code vrrp_garp_…}
 * of global_defs. What a file does not say is keepalived's default, but for the refresh: it is on.
 */
final class AnnouncementReader {
    private static final int REPEAT_MAX = 100;
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration SPACING_MAX = Duration.ofSeconds(10);

    private final Values values;
    private @Nullable Integer repeat;
    private @Nullable Duration delay;
    private @Nullable Integer contentionRepeat;
    private @Nullable Duration contentionDelay;
    private @Nullable Duration refresh;
    private @Nullable Integer refreshRepeat;
    private @Nullable Duration arpSpacing;
    private @Nullable Duration neighbourSpacing;
    private boolean minimal;

    AnnouncementReader(Problems problems) {
        this.values = new Values(problems);
    }

    /** Makes the block read the keywords of a vrrp_instance. */
    Block onInstance(Block block) {
        return on(block, "garp_");
    }

    /** Makes the block read the keywords of global_defs. */
    Block onGlobal(Block block) {
        return on(block, "vrrp_garp_")
                .on("vrrp_garp_interval", it -> arpSpacing = values.seconds(it, Duration.ZERO, SPACING_MAX))
                .on("vrrp_gna_interval", it -> neighbourSpacing = values.seconds(it, Duration.ZERO, SPACING_MAX))
                .on("vrrp_min_garp", it -> minimal = it.arguments().isEmpty() || values.flag(it));
    }

    private Block on(Block block, String prefix) {
        return block.on(prefix + "master_delay", it -> delay = values.seconds(it, Duration.ZERO, LONGEST))
                .on(prefix + "master_repeat", it -> repeat = values.integer(it, 1, REPEAT_MAX))
                .on(prefix + "lower_prio_delay", it -> contentionDelay = values.seconds(it, Duration.ZERO, LONGEST))
                .on(prefix + "lower_prio_repeat", it -> contentionRepeat = values.integer(it, 0, REPEAT_MAX))
                .on(prefix + "master_refresh", it -> refresh = values.seconds(it, Duration.ZERO, LONGEST))
                .on(prefix + "master_refresh_repeat", it -> refreshRepeat = values.integer(it, 1, REPEAT_MAX));
    }

    /** For all instances: what follows a contention is what follows a takeover, unless it is given. */
    Announcements global() {
        Announcements usual = Announcements.DEFAULT;
        if (minimal) {
            usual = usual.whenTaken(1, Duration.ZERO);
        }
        int taken = or(repeat, usual.repeat());
        Duration again = or(delay, usual.delay());
        return over(usual.afterContention(taken, again));
    }

    /** What was read, and the rest of these. */
    Announcements over(Announcements usual) {
        return usual.whenTaken(or(repeat, usual.repeat()), or(delay, usual.delay()))
                .afterContention(
                        or(contentionRepeat, usual.contentionRepeat()), or(contentionDelay, usual.contentionDelay()))
                .refresh(or(refresh, usual.refreshInterval()), or(refreshRepeat, usual.refreshRepeat()))
                .spacing(or(arpSpacing, usual.arpSpacing()), or(neighbourSpacing, usual.neighbourSpacing()));
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
