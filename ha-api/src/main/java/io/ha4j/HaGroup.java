package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** Adds a listener for later events; see {@link Builder#onEvent}. */
    Subscription subscribe(Consumer<? super GroupEvent> listener);

    /**
     * Leaves the group. An active node first tells the others (priority 0) and keeps answering until the successor is
     * heard, at most about one advertisement interval; then the addresses are removed. Returns when that is done.
     * Closing twice does nothing more.
     */
    @Override
    void close();

    /** Collects the settings of a group. Not thread-safe. */
    final class Builder {
        private final String name;
        private @Nullable Election election;
        private final List<VirtualAddress> addresses = new ArrayList<>();
        private final List<VirtualRoute> routes = new ArrayList<>();
        private Announcements announcements = Announcements.DEFAULT;
        private final List<Track> tracked = new ArrayList<>();
        private final List<Consumer<? super GroupEvent>> listeners = new ArrayList<>();

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

        /** How the neighbours are told where the addresses are; {@link Announcements#DEFAULT} by default. */
        public Builder announcements(Announcements announcements) {
            this.announcements = requireNonNull(announcements, "announcements");
            return this;
        }

        /**
         * While this check is down, the node is in {@link GroupState#FAULT} and another one takes over. A check that
         * is polled counts as down until it has been looked at for the first time.
         *
         * @throws IllegalArgumentException if it is a {@link TcpCheck}, which is for backends
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
         * @throws IllegalArgumentException if it is not, or if the check is a {@link TcpCheck}
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
         * without delaying the protocol. What it throws is logged.
         */
        public Builder onEvent(Consumer<? super GroupEvent> listener) {
            listeners.add(requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Checks the settings, opens what the group needs and begins as a backup; an owner of the addresses (priority
         * 255) begins as the active node.
         *
         * @throws IllegalArgumentException if the settings contradict one another
         * @throws HaUnavailableException if this process cannot run groups; see {@link HaGroup#unavailabilityCause()}
         * @throws HaException if the system stands in the way: no such interface, no address on it, a virtual address
         *     that is already in use on this node; nothing is left behind
         */
        public HaGroup start() {
            if (election == null) {
                throw new IllegalArgumentException("election of group " + name + " must be given, but was not");
            }
            requireWeightless(election);
            requireAddresses();
            List<VirtualAddress> ordered = addresses.stream()
                    .sorted(Comparator.comparing(VirtualAddress::advertised).reversed()) // stable
                    .toList();
            ElectedGroup group =
                    new ElectedGroup(name, election, new Possessions(ordered, routes, announcements), Providers.host());
            listeners.forEach(group::subscribe);
            group.start(List.copyOf(tracked));
            return group;
        }

        /** As in keepalived: what owns the addresses has priority 255 and no other. */
        private void requireWeightless(Election election) {
            boolean owner = election instanceof VirtualRouter router && router.isOwner();
            tracked.stream().filter(it -> owner && it.weight() != 0).findFirst().ifPresent(it -> {
                throw new IllegalArgumentException("weight of " + it.check().name() + " in group " + name
                        + " must be 0, as priority 255 cannot change, but was " + it.weight());
            });
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
    }
}
