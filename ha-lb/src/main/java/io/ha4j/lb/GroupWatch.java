package io.ha4j.lb;

import io.ha4j.GroupEvent;
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

    GroupWatch(@Nullable HaGroup group, Set<InetAddress> addresses) {
        this.group = group;
        this.addresses = addresses;
    }

    static GroupWatch of(@Nullable HaGroup group) {
        if (group == null) {
            return new GroupWatch(null, Set.of());
        }
        return new GroupWatch(
                group,
                group.snapshot().addresses().stream()
                        .map(VirtualAddress::address)
                        .collect(Collectors.toUnmodifiableSet()));
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
     * Calls one of them at once, and then whenever the group gained or lost its addresses; perhaps more often than
     * needed. {@code released} is called for every loss, even if the group is active again by then.
     */
    Subscription follow(Runnable active, Runnable released) {
        HaGroup group = this.group;
        if (group == null) {
            return () -> {};
        }
        Object order = new Object();
        Subscription subscription = group.subscribe(event -> {
            synchronized (order) {
                if (isLoss(event)) {
                    released.run();
                }
                if (isLoss(event) || isGain(event)) {
                    look(active, released);
                }
            }
        });
        synchronized (order) { // after subscribing, so that no change falls between
            look(active, released);
        }
        return subscription;
    }

    private void look(Runnable active, Runnable released) {
        (isActive() ? active : released).run();
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
