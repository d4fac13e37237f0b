package io.ha4j;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in a group. Listeners get the events of one group in their order, one at a time. */
public sealed interface GroupEvent {
    /** The group's name. */
    String group();

    /** Wall-clock time at which it happened. */
    Instant at();

    /** Why a group went from one state to another. */
    enum Reason {
        /** The group was started. */
        STARTED,
        /** The group is being closed. */
        STOPPED,
        /** No active node was heard for the Active_Down_Interval. */
        NO_ADVERTISEMENT,
        /** The active node gave up with a priority-0 advertisement. */
        PEER_RELEASED,
        /** The process of the active node has ended, and this node is its successor; see {@link DeathDetection}. */
        PEER_DIED,
        /** This node has a higher priority than the active one it heard, and preempts. */
        PREEMPTED_PEER,
        /** A node with a higher priority advertises. */
        HIGHER_PRIORITY,
        /** A node with the same priority and a higher address advertises. */
        HIGHER_ADDRESS,
        /**
         * This active node was away, suspended, stopped or starved, for so long that another one may have taken over:
         * it has said nothing and listens first.
         */
        LATE_WAKE_UP,
        /** The interface went down or lost its carrier. */
        LINK_DOWN,
        /** The interface is back. */
        LINK_UP,
        /**
         * Something the group tracks has failed, the group was suspended ({@link HaGroup#suspend}), or another member of
         * its {@link SyncGroup} is in fault.
         */
        CHECK_FAILED,
        /** Everything the group tracks is well again, and it is not suspended. */
        CHECK_RECOVERED,
        /** This node handed over on purpose ({@link HaGroup#handOver()}), and the successor was heard. */
        HANDED_OVER,
        /** A hand-over ended without a successor: the node has stayed active. */
        NO_SUCCESSOR,
        /** Another member of its {@link SyncGroup} follows another node. */
        SYNC_GROUP
    }

    /**
     * The group changed its state.
     *
     * @param peer the node whose advertisement was the cause; null where there was none
     * @param detail one readable sentence about the cause
     */
    record StateChanged(
            String group,
            Instant at,
            GroupState from,
            GroupState to,
            Reason reason,
            @Nullable Peer peer,
            String detail) implements GroupEvent {}

    /** The addresses are on their interfaces and have been announced. */
    record AddressesTaken(String group, Instant at, List<VirtualAddress> addresses) implements GroupEvent {}

    /**
     * Another node is active, and connections to the addresses go on here ({@link HaGroup.Builder#connectionDrain});
     * the addresses are released when they have ended. Raised first when they were counted, at most every five seconds
     * while they become fewer, and with no time left when they are cut off.
     */
    record ConnectionsDraining(String group, Instant at, ConnectionDrain drain) implements GroupEvent {}

    /** The addresses have been removed from their interfaces. */
    record AddressesReleased(String group, Instant at, List<VirtualAddress> addresses) implements GroupEvent {}

    /** The kernel refused to add or remove an address; it is tried again while the group stays active. */
    record AddressFailed(String group, Instant at, String detail) implements GroupEvent {}

    /** The kernel refused to send an advertisement; the next one is tried at its time. Raised at a limited rate. */
    record AdvertisementFailed(String group, Instant at, String detail) implements GroupEvent {}

    /** This backup heard the active node give up. */
    record PriorityZeroReceived(String group, Instant at, InetAddress from) implements GroupEvent {}

    /** This node told the others that it gives up. */
    record PriorityZeroSent(String group, Instant at) implements GroupEvent {}

    /**
     * While active, a node with lower rank advertised; it was answered with an advertisement (version 3) and the
     * addresses were announced again. Raised at a limited rate.
     */
    record LowerPriorityHeard(String group, Instant at, Peer peer) implements GroupEvent {}

    /**
     * A malformed advertisement, or one that has been on its way through a router, was dropped by a receive check.
     * Raised at a limited rate; the counters are exact.
     *
     * @param counter the counter of RFC 6527 or RFC 2787 that was incremented
     */
    record AdvertisementRejected(String group, Instant at, InetAddress from, String counter, String detail)
            implements GroupEvent {}

    /**
     * A node advertises otherwise than this one is set up. Raised when it is heard first, and while it lasts every ten
     * minutes, those apart that are said to be told once; {@link GroupSnapshot#mismatches()} has those that are not over.
     */
    record MismatchHeard(String group, Instant at, Mismatch mismatch) implements GroupEvent {}

    /** A hand-over found no successor in time; this node has kept the addresses and is active as before. */
    record HandOverFailed(String group, Instant at, String detail) implements GroupEvent {}

    /**
     * A hook of the application has ended, or is no longer waited for.
     *
     * @param detail what it threw, or where it hangs; empty when it is done
     */
    record HookEnded(
            String group, Instant at, GroupHook.Moment moment, GroupHook.Outcome outcome, Duration took, String detail)
            implements GroupEvent {}

    /**
     * A check that the group tracks says something else than before, or something for the first time.
     *
     * @param detail why, as a phrase
     * @param priority what this node stands with now
     */
    record CheckChanged(String group, Instant at, String check, boolean up, String detail, int priority)
            implements GroupEvent {}

    /** The group has other settings now, and is in the state it was in. */
    record Reconfigured(String group, Instant at, List<VirtualAddress> addresses, int priority) implements GroupEvent {}
}
