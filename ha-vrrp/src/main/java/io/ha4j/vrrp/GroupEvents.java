package io.ha4j.vrrp;

import io.ha4j.ConnectionDrain;
import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.HaException;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import io.ha4j.spi.Link;
import java.net.InetAddress;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the group, and the log, what happened. What a peer or a failing kernel could repeat with every packet is raised
 * at a limited rate. Loop thread only.
 */
final class GroupEvents {
    private static final Logger log = LoggerFactory.getLogger(GroupEvents.class);
    private static final long SECOND = 1_000_000_000;
    private static final long REPEAT_NS = 30 * SECOND;

    private final String group;
    private List<VirtualAddress> addresses;
    private final Consumer<GroupEvent> listener;
    private final EventLoop loop;
    private final Mismatches mismatches;
    private final Map<Rejection, RateLimit> rejections = new EnumMap<>(Rejection.class);
    private final RateLimit sendFailures = new RateLimit(REPEAT_NS);
    private final RateLimit addressFailures = new RateLimit(REPEAT_NS);
    private final RateLimit contentions = new RateLimit(SECOND);

    /** @param loop for its clock */
    GroupEvents(String group, List<VirtualAddress> addresses, Consumer<GroupEvent> listener, EventLoop loop) {
        this.group = group;
        this.addresses = List.copyOf(addresses);
        this.listener = listener;
        this.loop = loop;
        this.mismatches = new Mismatches(loop);
    }

    void stateChanged(
            Instant at, GroupState from, GroupState to, GroupEvent.Reason reason, @Nullable Peer peer, String detail) {
        log.info("group {}: {} -> {}: {}", group, from, to, detail);
        listener.accept(new GroupEvent.StateChanged(group, at, from, to, reason, peer, detail));
    }

    void reconfigure(List<VirtualAddress> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    void addressesTaken() {
        listener.accept(new GroupEvent.AddressesTaken(group, Instant.now(), addresses));
    }

    void addressesReleased() {
        listener.accept(new GroupEvent.AddressesReleased(group, Instant.now(), addresses));
    }

    void connectionsDraining(ConnectionDrain drain) {
        listener.accept(new GroupEvent.ConnectionsDraining(group, Instant.now(), drain));
    }

    void addressFailed(HaException cause) {
        if (addressFailures.pass(loop.nanoTime())) {
            log.warn("group {}: {}", group, cause.getMessage());
            listener.accept(new GroupEvent.AddressFailed(group, Instant.now(), text(cause)));
        }
    }

    void sendFailed(HaException cause) {
        if (sendFailures.pass(loop.nanoTime())) {
            log.warn("group {}: {}", group, cause.getMessage());
            listener.accept(new GroupEvent.AdvertisementFailed(group, Instant.now(), text(cause)));
        }
    }

    void handOverFailed(String detail) {
        log.warn("group {}: {}", group, detail);
        listener.accept(new GroupEvent.HandOverFailed(group, Instant.now(), detail));
    }

    /** Only the owner of an address can come to that, on a link that has no other one. */
    void advertisesFromVirtualAddress(InetAddress source, Link link) {
        log.warn(
                "group {}: {} has no address but the virtual {}, so advertisements leave from that: a Linux node that has"
                        + " taken it over drops them and stays active; give {} another address",
                group,
                link.name(),
                IpText.of(source),
                link.name());
    }

    void priorityZeroSent() {
        listener.accept(new GroupEvent.PriorityZeroSent(group, Instant.now()));
    }

    void priorityZeroReceived(InetAddress from) {
        listener.accept(new GroupEvent.PriorityZeroReceived(group, Instant.now(), from));
    }

    void lowerPriorityHeard(Peer peer) {
        if (contentions.pass(loop.nanoTime())) {
            log.info("group {}: {} advertises too, although it ranks lower", group, peer);
            listener.accept(new GroupEvent.LowerPriorityHeard(group, Instant.now(), peer));
        }
    }

    void wokeLate(long lateNs) {
        log.info(
                "group {}: was away and is {} late; listens once more before it takes over",
                group,
                Text.millis(lateNs));
    }

    /** Whether {@link #rejected} would be more than a count now. */
    boolean reports(Rejection rejection) {
        return rejections
                .computeIfAbsent(rejection, it -> new RateLimit(REPEAT_NS))
                .pass(loop.nanoTime());
    }

    void rejected(Rejection rejection, InetAddress from, String detail) {
        log.warn("group {}: dropped an advertisement of {}: {}", group, IpText.of(from), detail);
        listener.accept(new GroupEvent.AdvertisementRejected(
                group, Instant.now(), from, rejection.counter().label(), detail));
    }

    /** Notes a mismatch; whether {@link #mismatch} is to be called for it now. */
    boolean tells(Mismatch.Kind kind, InetAddress from) {
        return mismatches.seen(kind, from, 0);
    }

    void mismatch(Mismatch.Kind kind, InetAddress from, String detail) {
        Mismatch mismatch = mismatches.tell(kind, from, 0, detail);
        log.warn("group {}: {}", group, mismatch);
        listener.accept(new GroupEvent.MismatchHeard(group, Instant.now(), mismatch));
    }

    /** Those that are not over. */
    List<Mismatch> mismatches() {
        return mismatches.snapshot();
    }

    /** One that was logged once for all groups of the link. */
    void mismatchOnLink(Mismatch mismatch) {
        listener.accept(new GroupEvent.MismatchHeard(group, Instant.now(), mismatch));
    }

    private static String text(HaException cause) {
        return String.valueOf(cause.getMessage());
    }
}
