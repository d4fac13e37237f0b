package io.ha4j.lb;

import io.ha4j.GroupEvent;
import io.ha4j.GroupSnapshot;
import io.ha4j.GroupState;
import io.ha4j.HaGroup;
import io.ha4j.Subscription;
import io.ha4j.VirtualAddress;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Follows a group for a balancer. Events only say when to look: what counts is the group's state at that moment. */
final class GroupWatch {
    private final @Nullable HaGroup group;
    private final Set<InetAddress> addresses;
    private final boolean drains; // connections may go on when the group is not active any more
    private volatile boolean held; // as far as the events say

    private GroupWatch(@Nullable HaGroup group, Set<InetAddress> addresses, boolean drains) {
        this.group = group;
        this.addresses = addresses;
        this.drains = drains;
    }

    static GroupWatch of(@Nullable HaGroup group) {
        if (group == null) {
            return new GroupWatch(null, Set.of(), false);
        }
        return of(
                group,
                group.snapshot().addresses().stream()
                        .map(VirtualAddress::address)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    static GroupWatch of(HaGroup group, Set<InetAddress> addresses) {
        GroupSnapshot snapshot = group.snapshot();
        return new GroupWatch(
                group, addresses, !snapshot.connectionDrain().limit().isZero());
    }

    /** The group's addresses; none if there is no group. */
    Set<InetAddress> addresses() {
        return addresses;
    }

    boolean contains(InetAddress address) {
        return addresses.contains(address);
    }

    boolean isActive() {
        return group != null && group.isActive();
    }

    /**
     * Whether a connection to one of the addresses may be served: while they drain, too, as what comes then began before
     * the hand-over, or on this machine.
     */
    boolean mayServe() {
        return isActive() || (drains && held);
    }

    /**
     * Calls one of the first two at once, and then whenever the group became active or stopped being it; perhaps more
     * often than needed. {@code released} is called for every loss of the addresses, even if the group is active again
     * by then.
     */
    Subscription follow(Runnable active, Runnable inactive, Runnable released) {
        HaGroup group = this.group;
        if (group == null) {
            return () -> {};
        }
        Object order = new Object();
        Subscription subscription = group.subscribe(event -> {
            synchronized (order) {
                if (event instanceof GroupEvent.AddressesTaken || event instanceof GroupEvent.AddressesReleased) {
                    held = event instanceof GroupEvent.AddressesTaken;
                }
                if (isLoss(event)) {
                    inactive.run();
                    if (!drains || event instanceof GroupEvent.AddressesReleased) {
                        released.run();
                    }
                }
                if (isLoss(event) || isGain(event)) {
                    look(active, inactive);
                }
            }
        });
        synchronized (order) { // after subscribing, so that no change falls between
            look(active, inactive);
        }
        return subscription;
    }

    private void look(Runnable active, Runnable inactive) {
        (isActive() ? active : inactive).run();
    }

    private static boolean isLoss(GroupEvent event) {
        return event instanceof GroupEvent.AddressesReleased
                || (event instanceof GroupEvent.StateChanged change && change.from() == GroupState.ACTIVE);
    }

    private static boolean isGain(GroupEvent event) {
        return event instanceof GroupEvent.AddressesTaken
                || (event instanceof GroupEvent.StateChanged change && change.to() == GroupState.ACTIVE);
    }
}
