package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in a group of nodes of which exactly one, the active one, holds the virtual addresses.
 *
 * <pre>{@code
 * try (HaGroup group = HaGroup.builder("web")
 *         .election(VirtualRouter.on("eth0").id(51).priority(150).build())
 *         .address("10.0.0.100/24")
 *         .onEvent(System.out::println)
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>A group runs from {@link Builder#start()} to {@link #close()}. All groups of a process share one event-loop
 * thread; listeners run on another one. Thread-safe.
 */
public interface HaGroup extends AutoCloseable {
    /** Begins a group; the name appears in events, logs and snapshots. */
    static Builder builder(String name) {
        return new Builder(name);
    }

    /** Whether this process can run groups: Linux, CAP_NET_ADMIN and CAP_NET_RAW. */
    static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /** Why it cannot and how to change that; null when it can. */
    static @Nullable Throwable unavailabilityCause() {
        return Providers.hostUnavailabilityCause();
    }

    String name();

    GroupState state();

    default boolean isActive() {
        return state() == GroupState.ACTIVE;
    }

    GroupSnapshot snapshot();

    /**
     * Changes the priority of this node while the group runs. An active node advertises it at once, and stays active
     * until a higher one takes over; a backup that outranks the active node now preempts it as the election's settings
     * say, after at most an Active_Down_Interval and the preemption delay. What
     * tracked checks add and subtract comes on top; {@link GroupSnapshot#priority()} shows the result.
     *
     * @param priority in [1, 254]
     * @throws IllegalArgumentException if it is not
     * @throws IllegalStateException if the group is closed, or this node owns the addresses (priority 255)
     */
    void priority(int priority);

    /**
     * Hands the addresses over to another node on purpose: the hooks of {@link Builder#beforeRelease} run; the others are
     * told (priority 0), and this node keeps answering until the successor is heard, at most about one advertisement
     * interval; then it releases the addresses and goes on as a backup that does not preempt, whatever its priority,
     * until the active node is gone, {@link #resume()} is called or the group is reconfigured. When nobody takes over,
     * this node stays active.
     *
     * @return completes within the deadlines of the hooks and one and a half intervals; exceptionally with an
     *     {@link IllegalStateException} when this node owns the addresses (priority 255)
     */
    CompletableFuture<HandOver> handOver();

    /**
     * Takes this node out for maintenance. An active node first hands over as {@link #handOver()} does, an owner of the
     * addresses (priority 255) gives up at once; then the node is in {@link GroupState#FAULT}, with this reason, until
     * {@link #resume()} or {@link #close()}. That is so even when nobody took over, and then nobody has the addresses:
     * {@link #handOver()} would have kept them. Whatever the checks say, and a reconfiguration, change nothing about it.
     *
     * @param why for events, logs and snapshots, as a phrase
     * @return completes, within the time of a hand-over, when the node is out; says what became of the hand-over,
     *     {@link HandOver.Outcome#NOT_ACTIVE} where there was nothing to hand over
     * @throws IllegalArgumentException if the text is blank
     */
    CompletableFuture<HandOver> suspend(String why);

    /**
     * Ends what {@link #handOver()} and {@link #suspend} left behind: this node takes part again, and preempts if its
     * settings say so. Else without effect.
     */
    void resume();

    /** Adds a listener for later events; see {@link Builder#onEvent}. */
    Subscription subscribe(Consumer<? super GroupEvent> listener);

    /**
     * Leaves the group. An active node first tells the others (priority 0) and keeps answering until the successor is
     * heard, at most about one advertisement interval; then the addresses are removed, with
     * {@link Builder#connectionDrain} when the connections to them have ended. Returns when that is done and the hooks
     * have ended; at once when the thread is interrupted.
     * Closing twice does nothing more.
     */
    @Override
    void close();

    /** Collects the settings of a group. Not thread-safe. */
    final class Builder {
        private static final Duration CONNECTION_DRAIN_MAX = Duration.ofHours(1);

        private final String name;
        private @Nullable Election election;
        private final List<VirtualAddress> addresses = new ArrayList<>();
        private final List<VirtualRoute> routes = new ArrayList<>();
        private Announcements announcements = Announcements.DEFAULT;
        private boolean kernelGuard = true;
        private Duration connectionDrain = Duration.ZERO;
        private final List<Track> tracked = new ArrayList<>();
        private final List<Consumer<? super GroupEvent>> listeners = new ArrayList<>();
        private final List<Hooks.Hook> hooks = new ArrayList<>();
        private Duration listenerDeadline = EventDispatcher.DEADLINE;
        private Duration hookDeadline = Hooks.DEADLINE;
        private @Nullable SyncGroup sync;

        private Builder(String name) {
            this.name = requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name must not be blank");
            }
        }

        /** How the active node is found. There is no default. */
        public Builder election(Election election) {
            this.election = requireNonNull(election, "election");
            return this;
        }

        /**
         * Adds an address, {@code ADDRESS[/PREFIX]}.
         *
         * @throws IllegalArgumentException if the text is not a literal address with a valid prefix
         */
        public Builder address(String address) {
            return address(VirtualAddress.of(address));
        }

        /** Adds an address; at most 255 of a group can be advertised, any number can be excluded from that. */
        public Builder address(VirtualAddress address) {
            addresses.add(requireNonNull(address, "address"));
            return this;
        }

        /**
         * Adds an address that moves with the others but is not in the advertisements, {@code ADDRESS[/PREFIX]}: it may
         * be of the other family.
         *
         * @throws IllegalArgumentException if the text is not a literal address with a valid prefix
         */
        public Builder excludedAddress(String address) {
            return address(VirtualAddress.of(address).excluded());
        }

        /** Adds a route that moves with the addresses: added after them, removed before them. */
        public Builder route(VirtualRoute route) {
            routes.add(requireNonNull(route, "route"));
            return this;
        }

        /**
         * Makes it a member of a sync group: active together with its other members or not at all.
         *
         * @see SyncGroup
         */
        public Builder sync(SyncGroup sync) {
            this.sync = requireNonNull(sync, "sync");
            return this;
        }

        /** How the neighbours are told where the addresses are; {@link Announcements#DEFAULT} by default. */
        public Builder announcements(Announcements announcements) {
            this.announcements = requireNonNull(announcements, "announcements");
            return this;
        }

        /**
         * Whether nftables guards the addresses, so that they answer only while this node advertises; it does by
         * default. Without it, a node that freezes keeps them until their lifetime ends, and so does one that dies, unless
         * they can be on a device that goes with the process (IPv4 only); see {@link GroupSnapshot#lease()}. There is no
         * {@link #connectionDrain} then. What an earlier run's guard has left is removed all the same. The system
         * property {@code ha4j.guard=off} refuses the guard for all groups of a process, {@code ha4j.tun=off} the device.
         */
        public Builder kernelGuard(boolean guarded) {
            this.kernelGuard = guarded;
            return this;
        }

        /**
         * Lets TCP connections that end on this node, in this process or another, outlive an orderly change of the
         * active node: after {@link HaGroup#handOver()}, {@link HaGroup#close()}, or when a node of a higher rank
         * preempts this one, those that are open go on until they end, for this time at most, while new ones go to
         * the new active node. Only then the addresses are released here, and {@link HaGroup#close()} returns; until
         * then this node does not answer for them. By default they are cut off at once.
         *
         * <p>All nodes of the group need it: the new active node passes the segments of connections that it does not
         * know on to its predecessor, for this time at most. It covers the addresses on the group's own interface that
         * are of the family of its advertisements, with a virtual MAC address all of these but link-local ones. It needs
         * the kernel guard, and goes with accept mode only: without, no connection ends at the addresses.
         *
         * @param limit zero for none; one hour at most
         * @throws IllegalArgumentException if it is negative or longer
         */
        public Builder connectionDrain(Duration limit) {
            if (requireNonNull(limit, "limit").isNegative() || limit.compareTo(CONNECTION_DRAIN_MAX) > 0) {
                throw new IllegalArgumentException("connectionDrain must be in [0, 1 h], but was " + limit);
            }
            this.connectionDrain = limit;
            return this;
        }

        /**
         * While this check is down, the node is in {@link GroupState#FAULT} and another one takes over. A check that
         * is polled counts as down until it has been looked at for the first time.
         *
         * @throws IllegalArgumentException if it is neither a {@link LocalCheck} nor an {@link InterfaceCheck}
         */
        public Builder track(HealthCheck check) {
            return track(check, 0);
        }

        /**
         * Lets a check change the priority, as keepalived does: a weight above 0 is added while the check is up, one
         * below 0 is added (the priority falls) while it is down. {@link FileCheck.Measure#VALUE} adds value × weight.
         * The sum of all stays in [1, 254]. With weight 0 as {@link #track(HealthCheck)}.
         *
         * @param weight in [-254, 254]; of a value, any
         * @throws IllegalArgumentException if it is not, or if the check is neither a {@link LocalCheck} nor an
         *     {@link InterfaceCheck}
         */
        public Builder track(HealthCheck check, int weight) {
            tracked.add(new Track(check, weight, false));
            return this;
        }

        /**
         * As {@link #track(HealthCheck, int)} with up and down exchanged: a weight above 0 is subtracted while the
         * check is up, one below 0 is subtracted (the priority rises) while it is down, and with 0 the node is in
         * {@link GroupState#FAULT} while the check is up.
         */
        public Builder trackReversed(HealthCheck check, int weight) {
            tracked.add(new Track(check, weight, true));
            return this;
        }

        /**
         * Adds a listener. It gets this group's events in order, one at a time, on a thread of its own; it may block
         * without delaying the protocol or another listener. What it throws is logged. One that is busy for longer than
         * {@link #listenerDeadline} is reported in the log by its {@code toString()}; what comes behind waits, and what
         * would be more than 10,000 events is lost, which is logged, too.
         */
        public Builder onEvent(Consumer<? super GroupEvent> listener) {
            listeners.add(requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * After how long a busy listener is reported in the log; 5 s by default.
         *
         * @throws IllegalArgumentException if it is not above 0
         */
        public Builder listenerDeadline(Duration deadline) {
            this.listenerDeadline = positive("listenerDeadline", deadline);
            return this;
        }

        /**
         * How long each hook that is added after this may take; 1 s by default.
         *
         * @throws IllegalArgumentException if it is not above 0
         */
        public Builder hookDeadline(Duration deadline) {
            this.hookDeadline = positive("hookDeadline", deadline);
            return this;
        }

        /**
         * Adds a hook that runs when this node is about to become active. Until it has ended, at the latest at its
         * deadline, the node neither advertises nor takes the addresses: it delays the take-over. If it hears an active
         * node meanwhile that it would not preempt, it stays a backup. Not run where the node owns the addresses
         * and is active as soon as it starts.
         */
        public Builder beforeActive(GroupHook hook) {
            return add(GroupHook.Moment.BEFORE_ACTIVE, hook);
        }

        /** Adds a hook that runs when the addresses have been taken and announced. */
        public Builder afterActive(GroupHook hook) {
            return add(GroupHook.Moment.AFTER_ACTIVE, hook);
        }

        /**
         * Adds a hook that runs in an active node before a hand-over on purpose ({@link #handOver()}, {@link #close()}),
         * to drain; meanwhile the node stays active, at the latest until the deadline. When the node has to give up at
         * once, for a failed check or a higher priority, it is not run.
         */
        public Builder beforeRelease(GroupHook hook) {
            return add(GroupHook.Moment.BEFORE_RELEASE, hook);
        }

        /** Adds a hook that runs when the addresses have been released, for whatever reason. */
        public Builder afterRelease(GroupHook hook) {
            return add(GroupHook.Moment.AFTER_RELEASE, hook);
        }

        private Builder add(GroupHook.Moment moment, GroupHook hook) {
            hooks.add(new Hooks.Hook(moment, requireNonNull(hook, "hook"), hookDeadline));
            return this;
        }

        private static Duration positive(String name, Duration duration) {
            if (requireNonNull(duration, name).isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(name + " must be above 0, but was " + duration);
            }
            return duration;
        }

        /**
         * Checks the settings, opens what the group needs and begins as a backup; an owner of the addresses (priority
         * 255) begins as the active node.
         *
         * @throws IllegalArgumentException if the settings contradict one another, or its sync group is complete
         * @throws HaUnavailableException if this process cannot run groups; see {@link HaGroup#unavailabilityCause()}
         * @throws HaException if the system stands in the way: no such interface, no address on it, a virtual address
         *     that is already in use on this node; nothing is left behind
         */
        public HaGroup start() {
            Election election = checkedElection();
            ElectedGroup group =
                    new ElectedGroup(name, election, possessions(), Providers.host(), hooks, listenerDeadline, sync);
            listeners.forEach(group::subscribe);
            group.start(List.copyOf(tracked));
            return group;
        }

        /**
         * Gives a running group these settings without an election: addresses, routes, tracked checks, priority,
         * preemption and its delay. Its state stays what it is; addresses that it keeps answer throughout. A check that the group has
         * already keeps what it said, and a new one counts as well until it says something. Listeners, hooks and the
         * sync group remain those that the group was started with, and none may be given here. After {@link HaGroup#handOver()} the group
         * preempts again.
         *
         * @throws IllegalArgumentException if the settings contradict one another, or something else differs, which
         *     would make another group of it: the message names it; nothing has changed
         * @throws IllegalStateException if the group is closed
         * @throws HaException if a new address is in use by somebody else, or the kernel refuses; nothing has changed
         */
        public void reconfigure(HaGroup group) {
            if (!(group instanceof ElectedGroup running) || !group.name().equals(name)) {
                throw new IllegalArgumentException(
                        "group must be the one of the name " + name + " that was started, but was " + group.name());
            }
            if (!listeners.isEmpty() || !hooks.isEmpty()) {
                throw new IllegalArgumentException(
                        "listeners and hooks of group " + name + " cannot change while it runs, but were given");
            }
            if (sync != null) {
                throw new IllegalArgumentException("the sync group of group " + name
                        + " cannot change while it runs, but " + sync.name() + " was given");
            }
            running.reconfigure(checkedElection(), possessions(), List.copyOf(tracked));
        }

        private Election checkedElection() {
            if (election == null) {
                throw new IllegalArgumentException("election of group " + name + " must be given, but was not");
            }
            requireAddresses();
            requireWeightless(election);
            return election;
        }

        /** Those addresses that are advertised come first. */
        private Possessions possessions() {
            List<VirtualAddress> ordered = addresses.stream()
                    .sorted(Comparator.comparing(VirtualAddress::advertised).reversed()) // stable
                    .toList();
            return new Possessions(ordered, routes, announcements, kernelGuard, connectionDrain);
        }

        private void requireAddresses() {
            long advertised =
                    addresses.stream().filter(VirtualAddress::advertised).count();
            if (advertised == 0 || advertised > 255) { // Count IPvX Addr is 8 bits, RFC 9568 §5.2.5
                throw new IllegalArgumentException(
                        "advertised addresses of group " + name + " must be 1 to 255, but were " + advertised);
            }
            Set<InetAddress> distinct = new HashSet<>();
            for (VirtualAddress address : addresses) {
                if (!distinct.add(address.address())) {
                    throw new IllegalArgumentException(
                            "addresses of group " + name + " must differ from one another, but "
                                    + IpText.of(address.address()) + " was given twice");
                }
            }
        }

        /** As in keepalived: what owns the addresses has priority 255 and no other. */
        private void requireWeightless(Election election) {
            boolean owner = election instanceof VirtualRouter router && router.isOwner();
            if (owner && sync != null) {
                throw new IllegalArgumentException("priority of " + name + " must be below 255 in sync group "
                        + sync.name() + ": an owner of the addresses would be active whatever the others are");
            }
            tracked.stream().filter(it -> owner && it.weight() != 0).findFirst().ifPresent(it -> {
                throw new IllegalArgumentException("weight of " + it.check().name() + " in group " + name
                        + " must be 0, as priority 255 cannot change, but was " + it.weight());
            });
        }
    }
}
