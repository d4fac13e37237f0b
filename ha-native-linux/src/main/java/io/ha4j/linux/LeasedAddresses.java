package io.ha4j.linux;

import io.ha4j.AddressLease;
import io.ha4j.ConnectionDrain;
import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of one group, added with a lifetime (valid_lft) that every renewal sets anew: when the renewals stop,
 * the kernel removes them. Measured: a lifetime of 1 s ends 1.0 to 1.1 s after the last renewal, and renewing every
 * 0.5 s never lost it.
 *
 * <p>Where the guard keeps them from answering as soon as signs of life no longer leave, that is the second line, and
 * four times as long as the lease: renewed every other lease, so that no pause the lease allows costs an address, and
 * with few requests. Without the guard it is the lease.
 *
 * <p>An address that somebody else removes is put back as soon as the kernel tells of it, but not one whose lifetime
 * has run out: then this process was gone for too long, and whether it may have the address is for the election to say.
 */
final class LeasedAddresses implements AddressOwner, Resource, AddressRenewals.Renewable {
    private static final Logger log = LoggerFactory.getLogger(LeasedAddresses.class);

    private static final int RENEWALS_PER_LIFETIME = 4;
    private static final int RENEWALS_PER_GUARDED_LIFETIME = 2;
    private static final long RESTORE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Requests between which the loop does other work: the kernel takes up to 0.5 ms for one (IPv6). */
    private static final int ADDRESSES_PER_TURN = 128;

    private static final long TURN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Spec spec;
    private final EventLoop loop;
    private final AddressRequests requests;
    private final AddressClaims claims;
    private final AddressRenewals renewals;
    private final VipGuard guard;
    private final LinkChanges links;
    private final EventLoop.Timer nextTurn;
    private final EventLoop.Timer restoration;
    private final GuardedAddresses guarded;
    private final GroupAnnouncements announcements;
    private final AddressPlaces places;
    private final HeldRoutes routes;
    private final Redirect redirect;
    private final AddressDrain drain;

    private List<LeasedAddress> addresses;
    private List<LeasedAddress> leased; // without those that are this machine's own

    private boolean open = true;
    private boolean held;
    private boolean incomplete; // one of them is missing, as far as we know
    private int pushed; // how many of the leased ones the renewal under way has reached
    private String obstacle = ""; // in the kernel's settings, as of the last take-over
    private @Nullable HaException refusal; // the first of that renewal
    private long pushedNanos;
    private long renewedNanos;
    private long restoredNanos;

    LeasedAddresses(Spec spec, Machine machine) {
        this.spec = spec;
        this.loop = machine.loop();
        this.claims = machine.claims();
        this.renewals = machine.renewals();
        this.guard = machine.guard();
        LinkMonitor monitor = machine.monitor();
        requests = new AddressRequests(
                spec.group(), machine.routes(), monitor, () -> guarded().lifetimeSeconds());
        addresses = leased(spec.addresses());
        leased = addresses;
        claims.change(List.of(), addresses, spec.group());
        guarded = guard.join(spec, addresses);
        places = new AddressPlaces(spec, requests, machine, guarded);
        try {
            guard.requireUnclaimed(addresses, spec.group());
            monitor.poll();
            places.requireUnclaimed(addresses);
            requests.removeLeftovers(addresses, spec.permanent());
            machine.routeLeftovers().remove(spec.group(), spec.routes());
        } catch (RuntimeException e) {
            guarded.close();
            claims.change(addresses, List.of(), spec.group());
            throw e;
        }
        places.settle(addresses); // and makes the device beforehand
        routes = new HeldRoutes(
                loop,
                new RouteRequests(spec.group(), machine.routes(), monitor, GuardedAddresses.wholeSeconds(spec.lease())),
                spec.routes());
        announcements = new GroupAnnouncements(
                spec.group(), spec.announcements(), spec.lease(), loop, machine.announcements(), () -> addresses);
        links = new LinkChanges(monitor, this::removed, this::linkUp);
        links.follow(devices());
        nextTurn = loop.timer(this::pushMore);
        restoration = loop.timer(this::restore);
        redirect = new Redirect(spec, machine, guarded);
        drain = new AddressDrain(spec, machine, guarded, this::extend);
    }

    private List<LeasedAddress> leased(List<VirtualAddress> virtual) {
        return virtual.stream()
                .map(address -> LeasedAddress.of(address, spec.interfaceName()))
                .toList();
    }

    private Set<String> devices() {
        return Stream.concat(
                        addresses.stream().map(LeasedAddress::interfaceName),
                        routes.routes().stream().flatMap(route -> Stream.ofNullable(route.interfaceName())))
                .collect(Collectors.toSet());
    }

    private GuardedAddresses guarded() {
        return guarded;
    }

    private long lifetimeNanos() {
        return TimeUnit.SECONDS.toNanos(guarded.lifetimeSeconds());
    }

    private boolean isDue() {
        int renewals = guarded.isWeak() ? RENEWALS_PER_LIFETIME : RENEWALS_PER_GUARDED_LIFETIME;
        return loop.nanoTime() - renewedNanos >= lifetimeNanos() / renewals;
    }

    @Override
    public void take() {
        requests.catchUp(); // a link that came up until now did not come back
        boolean first = !held;
        held = true;
        if (drain.isOn()) {
            places.returnFromDrain(leased);
        }
        guarded.unmute();
        announcements.alive();
        own(addresses);
        if (first) {
            places.settle(leased);
        }
        try {
            push();
        } finally {
            drain.end(); // not before: the connections here go on
            announcements.taken();
        }
        loop.execute(this::lookAtSettings); // nobody waits for it
    }

    private void lookAtSettings() {
        String found = held ? ArpAnswers.obstacle(addresses) : "";
        if (!found.isEmpty() && !found.equals(obstacle)) {
            log.warn("{}: {}", spec.group(), found);
        }
        obstacle = found;
    }

    @Override
    public void takeFrom(InetAddress predecessor) {
        redirect.open(predecessor, leased, drain.connections()); // before the addresses answer here
        take();
    }

    @Override
    public boolean drain(DrainListener listener) {
        if (!held || !drain.begin(leased, listener::left, () -> drained(listener))) {
            return false;
        }
        announcements.released();
        if (places.displacesToDrain(leased)) {
            try {
                push();
            } catch (HaException e) {
                log.warn("{}: {}", spec.group(), e.getMessage()); // it is tried again
            }
        }
        return true;
    }

    private void drained(DrainListener listener) {
        try {
            release();
        } catch (HaException e) {
            log.warn("{}: {}; it expires by itself", spec.group(), e.getMessage());
        }
        listener.released();
    }

    @Override
    public ConnectionDrain connectionDrain() {
        return drain.snapshot(redirect.predecessor(), redirect.obstacle());
    }

    /** Those of them that are this machine's own stay out of everything but the announcements. */
    private void own(List<LeasedAddress> all) {
        if (spec.permanent()) {
            leased = requests.withoutForeign(all);
            guarded.change(leased);
        } else {
            leased = all;
        }
    }

    @Override
    public void renew() {
        if (held() && pushed >= leased.size()) {
            announcements.alive();
            if (extend()) {
                announcements.contended();
            }
        }
    }

    /** Whether something had to be put back. */
    private boolean extend() {
        if (!held || pushed < leased.size()) {
            return false;
        }
        boolean whole = !incomplete;
        if (!whole) {
            push();
        } else if (isDue()) {
            if (leased.size() > ADDRESSES_PER_TURN || places.displaces(leased)) {
                push();
            } else {
                guarded.cover();
                renewedNanos = loop.nanoTime(); // before, as there
                renewals.request(this);
            }
        }
        routes.renew();
        return !whole;
    }

    @Override
    public List<AddressMessage> toRenew() {
        return held ? places.renewals(leased) : List.of();
    }

    @Override
    public void notRenewed(HaException why) {
        log.debug("{}: {}", spec.group(), why.getMessage());
        incomplete = true; // the next renewal tries again, and says what is wrong
    }

    private void push() {
        incomplete = true; // until all went well
        pushedNanos = loop.nanoTime(); // before, so that what we believe ends no later than what the kernel grants
        pushed = 0;
        refusal = null;
        guarded.cover(); // first, so that they never answer without
        boolean unused = places.displaces(leased);
        pushMore();
        if (refusal != null) {
            throw refusal;
        }
    }

    private void pushMore() {
        if (!held) {
            return;
        }
        int to = Math.min(pushed + ADDRESSES_PER_TURN, leased.size());
        attempt(() -> places.add(leased.subList(pushed, to)));
        pushed = to;
        if (pushed < leased.size()) {
            nextTurn.arm(loop.nanoTime() + TURN_PAUSE_NANOS);
            return;
        }
        attempt(places::removeDisplaced);
        attempt(routes::hold);
        renewedNanos = pushedNanos;
        incomplete = refusal != null;
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (HaException e) {
            refusal = refusal == null ? e : refusal;
        }
    }

    private void removed(AddressMessage message) {
        if (!held || leased.stream().noneMatch(address -> places.isOn(address, message))) {
            return;
        }
        boolean first = !incomplete;
        incomplete = true;
        if (requests.isDown(message.linkIndex())) {
            return; // the kernel removes IPv6 addresses from a link that is set down
        }
        long now = loop.nanoTime();
        if (now - renewedNanos >= lifetimeNanos()) {
            log.warn(
                    "{}: the kernel removed {}, which was not renewed for {} ms",
                    spec.group(),
                    IpText.of(message.address()),
                    TimeUnit.NANOSECONDS.toMillis(now - renewedNanos));
            return;
        }
        if (first) { // of many, one is told
            log.warn("{}: somebody removed {}, putting it back", spec.group(), IpText.of(message.address()));
        }
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
            if (held()) {
                announcements.contended();
            }
        }
    }

    private void linkUp(String name) {
        if (!held) {
            return;
        }
        try {
            push(); // all: IPv6 ones went with the link, and of others nobody tells what became of their routes
            routes.refresh();
        } catch (HaException e) {
            log.warn("{}: {} is back, but: {}", spec.group(), name, e.getMessage());
        }
        if (held()) {
            announcements.added(addresses.stream()
                    .filter(address -> address.interfaceName().equals(name))
                    .toList());
        }
    }

    @Override
    public void announce() {
        if (!drain.isOn()) {
            announcements.contended();
        }
    }

    @Override
    public void release() {
        if (!held) {
            return;
        }
        held = false;
        drain.end();
        announcements.released();
        nextTurn.cancel();
        restoration.cancel();
        refusal = null;
        attempt(routes::release);
        attempt(() -> places.remove(leased));
        attempt(places::removeDisplaced);
        if (refusal != null) {
            throw refusal;
        }
        guarded.uncover(); // not when the kernel refused: then they are still there
    }

    @Override
    public void change(List<VirtualAddress> virtual) {
        drain.finish(); // what it covers would be others
        List<LeasedAddress> next = leased(virtual);
        List<LeasedAddress> before = addresses;
        List<LeasedAddress> added = without(next, before);
        claims.change(before, next, spec.group());
        try {
            guard.requireUnclaimed(added, spec.group());
            places.requireUnclaimed(added);
            requests.removeLeftovers(AddressRequests.withoutAny(added, before), spec.permanent());
        } catch (HaException e) {
            claims.change(next, before, spec.group());
            throw e;
        }
        addresses = next;
        links.follow(devices());
        if (held) {
            changeHeld(next, added);
        } else {
            leased = next;
            guarded.change(next);
            places.settle(next);
        }
        guarded.dropped(before);
    }

    private void changeHeld(List<LeasedAddress> next, List<LeasedAddress> added) {
        List<LeasedAddress> had = leased;
        leased = spec.permanent() ? requests.withoutForeign(next) : next;
        nextTurn.cancel(); // of a renewal under way; incomplete says that it was not finished
        pushed = leased.size();
        guarded.change(leased); // first, so that they never answer without
        List<LeasedAddress> gone = without(had, leased);
        places.settleAdded(without(leased, had));
        List<LeasedAddress> inTheWay = places.replaced(gone, added);
        refusal = null;
        attempt(() -> places.remove(inTheWay));
        attempt(() -> places.add(without(leased, had)));
        attempt(() -> places.remove(without(gone, inTheWay)));
        places.retain(leased);
        attempt(routes::refresh);
        announcements.added(added);
        if (refusal != null) {
            incomplete = true;
            throw refusal;
        }
    }

    private static List<LeasedAddress> without(List<LeasedAddress> some, List<LeasedAddress> others) {
        Set<LeasedAddress> known = new HashSet<>(others);
        return some.stream().filter(address -> !known.contains(address)).toList();
    }

    @Override
    public void changeRoutes(List<VirtualRoute> next) {
        routes.change(List.copyOf(next), held);
        links.follow(devices());
    }

    @Override
    public List<VirtualRoute> routes() {
        return routes.routes();
    }

    @Override
    public Map<String, Long> counters() {
        return announcements.counters();
    }

    @Override
    public AddressLease lease() {
        if (held && leased.isEmpty()) {
            return new AddressLease(
                    AddressLease.Enforcement.NONE, Duration.ZERO, "the addresses are this machine's own");
        }
        AddressLease lease = places.lease(leased);
        return obstacle.isEmpty()
                ? lease
                : new AddressLease(
                        lease.enforcement(),
                        lease.duration(),
                        lease.remark().isEmpty() ? obstacle : lease.remark() + "; " + obstacle);
    }

    @Override
    public boolean held() {
        return held && !drain.isOn();
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
            links.close();
            drain.end();
            redirect.close();
            guarded.close();
            claims.change(addresses, List.of(), spec.group());
        }
    }
}
