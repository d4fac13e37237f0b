package io.ha4j.lb;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * A reset that waits for data on its way: as long as the other end goes on taking it, and a second without progress. The
 * kernel says nothing when data arrives, so it is asked now and then. Loop thread only.
 */
final class LastDelivery {
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SocketLeg leg;
    private final EventLoop loop;
    private long acknowledged = -1;
    private long progressAt = System.nanoTime();

    LastDelivery(SocketLeg leg, EventLoop loop) {
        this.leg = leg;
        this.loop = loop;
    }

    void await() {
        poll(FIRST_POLL_NANOS);
    }

    private void poll(long nextNanos) {
        if (leg.isClosed()) {
            return;
        }
        if (leg.hasNothingOnItsWay()) {
            leg.reset();
            return;
        }
        TcpInfo info = leg.info();
        long now = System.nanoTime();
        if (info.acknowledged() != acknowledged) {
            acknowledged = info.acknowledged();
            progressAt = now;
        }
        if ((leg.hasSentAll() && info.isDelivered()) || now - progressAt >= STALLED_NANOS) {
            leg.reset();
            return;
        }
        long delayNanos = Math.min(nextNanos, MAX_POLL_NANOS);
        var unused = loop.schedule(() -> poll(2 * delayNanos), delayNanos, TimeUnit.NANOSECONDS);
    }
}
