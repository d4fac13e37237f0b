package io.ha4j.linux;

import io.ha4j.Announcements;
import io.ha4j.spi.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * When the addresses of one group are announced. Loop thread only.
 *
 * <p>Nothing is announced when no sign of life left the node for as long as the lease: then this process was away, another node may have the addresses now, and that is for the election to find out.
 */
final class GroupAnnouncements {
    private final Announcements settings;
    private final EventLoop loop;
    private final AnnouncementQueue queue;
    private final Supplier<List<LeasedAddress>> addresses;
    private final AnnouncementQueue.Sender sender;
    private final EventLoop.Timer again;
    private final EventLoop.Timer refresh;
    private int roundsAgain;

    /** @param addresses those of the moment */
    GroupAnnouncements(
            String group,
            Announcements settings,
            Duration lease,
            EventLoop loop,
            AnnouncementQueue queue,
            Supplier<List<LeasedAddress>> addresses) {
        this.settings = settings;
        this.loop = loop;
        this.queue = queue;
        this.addresses = addresses;
        sender = new AnnouncementQueue.Sender(
                group,
                lease.toNanos(),
                settings.arpSpacing().toNanos(),
                settings.neighbourSpacing().toNanos());
        again = loop.timer(() -> queue.announce(sender, addresses.get(), roundsAgain));
        refresh = loop.timer(this::refresh);
    }

    /** A sign of life leaves now. */
    void alive() {
        sender.alive(loop.nanoTime());
    }

    void taken() {
        queue.cancel(sender);
        announceTwice(settings.repeat(), settings.delay().toNanos());
        armRefresh();
    }

    /** Hosts may have heard another node last. What is on its way already answers that, too. */
    void contended() {
        if (!queue.isBusy(sender)) {
            announceTwice(
                    settings.contentionRepeat(), settings.contentionDelay().toNanos());
        }
    }

    /** These have come, or have come back. */
    void added(List<LeasedAddress> some) {
        queue.announce(sender, some, settings.repeat());
    }

    void released() {
        again.cancel();
        refresh.cancel();
        queue.cancel(sender);
    }

    private void announceTwice(int rounds, long delayNanos) {
        queue.announce(sender, addresses.get(), rounds);
        if (delayNanos > 0 && rounds > 0) {
            roundsAgain = rounds;
            again.arm(loop.nanoTime() + delayNanos);
        }
    }

    private void refresh() {
        queue.announce(sender, addresses.get(), settings.refreshRepeat());
        armRefresh();
    }

    private void armRefresh() {
        if (!settings.refreshInterval().isZero()) {
            refresh.arm(loop.nanoTime() + settings.refreshInterval().toNanos());
        }
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("sentAnnouncements", sender.sent());
        counters.put("deferredAnnouncements", sender.deferred());
        return counters;
    }
}
