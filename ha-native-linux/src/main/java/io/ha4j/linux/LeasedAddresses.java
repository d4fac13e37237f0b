package io.ha4j.linux;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of one group, added with a lifetime (valid_lft) that every renewal sets anew: when the renewals stop,
 * the kernel removes them. One batch of netlink requests for all of them, once in a quarter of the lifetime: measured,
 * a lifetime of 1 s ends 1.0 to 1.1 s after the last renewal, and renewing every 0.5 s never lost it.
 *
 * <p>That is the second line: before it, the guard keeps them from answering as soon as signs of life no longer leave.
 *
 * <p>An address that somebody else removes is put back as soon as the kernel tells of it, but not one whose lifetime
 * has run out: then this process was gone for too long, and whether it may have the address is for the election to say.
 */
final class LeasedAddresses implements AddressOwner, Resource {
    private static final Logger log = LoggerFactory.getLogger(LeasedAddresses.class);

    private static final int RENEWALS_PER_LIFETIME = 4;
    private static final int ANNOUNCEMENTS = 5; // keepalived's garp_master_repeat
    private static final long SECOND_ANNOUNCEMENT_NANOS = TimeUnit.SECONDS.toNanos(5); // garp_master_delay
    private static final long RESTORE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Spec spec;
    private final EventLoop loop;
    private final AddressRequests requests;
    private final Announcer announcer;
    private final List<LeasedAddress> addresses;
    private final long lifetimeNanos;
    private final Subscription removals;
    private final EventLoop.Timer secondAnnouncement;
    private final EventLoop.Timer restoration;
    private final AddressClaims owned;
    private final GuardedAddresses guarded;

    private boolean open = true;
    private boolean held;
    private boolean incomplete; // one of them is missing, as far as we know
    private long renewedNanos;
    private long restoredNanos;

    LeasedAddresses(
            Spec spec,
            EventLoop loop,
            LinkMonitor monitor,
            NetlinkClient client,
            Announcer announcer,
            AddressClaims owned,
            VipGuard guard) {
        this.spec = spec;
        this.loop = loop;
        this.announcer = announcer;
        this.owned = owned;
        int lifetimeSeconds = lifetimeSeconds(spec.lease());
        lifetimeNanos = TimeUnit.SECONDS.toNanos(lifetimeSeconds);
        requests = new AddressRequests(spec.group(), client, monitor, lifetimeSeconds);
        addresses = spec.addresses().stream()
                .map(address -> LeasedAddress.of(address, spec.interfaceName()))
                .toList();
        claim();
        try {
            monitor.poll();
            requests.removeLeftovers(addresses);
        } catch (RuntimeException e) {
            addresses.forEach(address -> owned.giveUp(address));
            throw e;
        }
        guarded = guard.join(spec, addresses, lifetimeSeconds);
        removals = monitor.watchRemovals(this::removed);
        secondAnnouncement = loop.timer(this::announceRepeatedly);
        restoration = loop.timer(this::restore);
    }

    private static int lifetimeSeconds(Duration lease) {
        long seconds = lease.getSeconds() + (lease.getNano() > 0 ? 1 : 0);
        return (int) Math.max(1, Math.min(seconds, Integer.MAX_VALUE));
    }

    private void claim() {
        List<LeasedAddress> claimed = new ArrayList<>();
        try {
            for (LeasedAddress address : addresses) {
                owned.claim(address, spec.group());
                claimed.add(address);
            }
        } catch (RuntimeException e) {
            claimed.forEach(address -> owned.giveUp(address));
            throw e;
        }
    }

    @Override
    public void take() {
        held = true;
        try {
            push();
        } finally {
            announceRepeatedly();
            secondAnnouncement.arm(loop.nanoTime() + SECOND_ANNOUNCEMENT_NANOS);
        }
    }

    @Override
    public void renew() {
        if (!held) {
            return;
        }
        if (incomplete) {
            push();
            announce();
        } else if (loop.nanoTime() - renewedNanos >= lifetimeNanos / RENEWALS_PER_LIFETIME) {
            push();
        }
    }

    private void push() {
        incomplete = true; // until all went well
        long now = loop.nanoTime(); // before, so that what we believe ends no later than what the kernel grants
        guarded.cover(); // first, so that they never answer without
        requests.add(addresses);
        renewedNanos = now;
        incomplete = false;
    }

    private void removed(AddressMessage message) {
        if (!held || addresses.stream().noneMatch(address -> address.matches(message))) {
            return;
        }
        incomplete = true;
        if (requests.isDown(message.linkIndex())) {
            return; // the kernel removes IPv6 addresses from a link that is set down
        }
        long now = loop.nanoTime();
        if (now - renewedNanos >= lifetimeNanos) {
            log.warn(
                    "{}: the kernel removed {}, which was not renewed for {} ms",
                    spec.group(),
                    IpText.of(message.address()),
                    TimeUnit.NANOSECONDS.toMillis(now - renewedNanos));
            return;
        }
        log.warn("{}: somebody removed {}, putting it back", spec.group(), IpText.of(message.address()));
        // Not faster, in case somebody means it.
        restoration.arm(Math.max(now, restoredNanos + RESTORE_INTERVAL_NANOS));
    }

    private void restore() {
        restoredNanos = loop.nanoTime();
        if (held && incomplete) {
            try {
                push();
            } catch (HaException e) {
                log.warn("{}: cannot put back what was removed: {}", spec.group(), e.getMessage());
            }
            announce();
        }
    }

    private void announceRepeatedly() {
        for (int i = 0; i < ANNOUNCEMENTS; i++) {
            announce();
        }
    }

    @Override
    public void announce() {
        for (LeasedAddress address : addresses) {
            @Nullable LinkMessage link = requests.linkOf(address);
            if (link != null) {
                announcer.announce(link, address.address());
            }
        }
    }

    @Override
    public void release() {
        if (!held) {
            return;
        }
        held = false;
        secondAnnouncement.cancel();
        restoration.cancel();
        requests.remove(addresses);
        guarded.uncover(); // not when the kernel refused: then they are still there
    }

    @Override
    public AddressLease lease() {
        return guarded.lease();
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            try {
                release();
            } catch (HaException e) {
                log.warn("{}: {}; it expires by itself", spec.group(), e.getMessage());
            }
            removals.close();
            guarded.close();
            addresses.forEach(address -> owned.giveUp(address));
        }
    }
}
