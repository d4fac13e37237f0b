package io.ha4j.spi;

import io.ha4j.AddressLease;
import io.ha4j.Announcements;
import io.ha4j.ConnectionDrain;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the addresses of one group on this machine and takes them away again. Loop thread only.
 *
 * <p>The addresses are leased, so that a process that was killed or is frozen does not keep them: unless signs of life
 * leave the node the kernel does not answer for them, and unless {@link #renew()} is called it removes them, a lifetime
 * in whole seconds later. {@link #lease()} tells what of this the machine can do.
 */
public interface AddressOwner extends AutoCloseable {
    /**
     * What to own.
     *
     * @param group for messages
     * @param interfaceName carries the addresses that name no interface of their own
     * @param lease how long the addresses may answer after the last sign of life
     * @param signOfLife what the kernel can see leave the node as long as it may answer; null if there is no such
     *     thing, and then only {@link #renew()} tells
     * @param permanent whether they may be this machine's own: one that is on it when they are taken, and that ha4j did
     *     not put there, is announced with the others, and otherwise left as it is, whatever happens: no lease, no
     *     guard, never removed nor put back. Any other is owned as usual. If false, such an address is refused
     * @param announcements how the neighbours are told
     * @param routes added after the addresses and removed before them
     * @param virtualLink to be made on top of the interface; it carries the addresses then. Null for none
     * @param accept whether this node may receive packets to the addresses; if not, it only answers for them
     * @param guarded whether the kernel may be made to keep the addresses from answering
     * @param connectionDrain how long connections may outlive an orderly change of the active node; zero for not at all
     */
    record Spec(
            String group,
            String interfaceName,
            List<VirtualAddress> addresses,
            Duration lease,
            @Nullable SignOfLife signOfLife,
            boolean permanent,
            Announcements announcements,
            List<VirtualRoute> routes,
            @Nullable VirtualLink virtualLink,
            boolean accept,
            boolean guarded,
            Duration connectionDrain) {
        public Spec {
            addresses = List.copyOf(addresses);
            routes = List.copyOf(routes);
        }

        /**
         * Guarded and accepted, on the interface itself, not the machine's own, with the usual announcements; without a
         * sign of life, routes or a drain.
         */
        public Spec(String group, String interfaceName, List<VirtualAddress> addresses, Duration lease) {
            this(
                    group,
                    interfaceName,
                    addresses,
                    lease,
                    null,
                    false,
                    Announcements.DEFAULT,
                    List.of(),
                    null,
                    true,
                    true,
                    Duration.ZERO);
        }

        /** The same with another interface for the addresses that name none, or name the one there is now. */
        public Spec on(String otherInterface) {
            Builder other = toBuilder();
            other.interfaceName = otherInterface;
            other.addresses = moved(addresses, interfaceName, otherInterface);
            return other.build();
        }

        /** Begins with what this one says. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        private static List<VirtualAddress> moved(List<VirtualAddress> addresses, String from, String to) {
            return addresses.stream()
                    .map(address -> from.equals(address.interfaceName()) ? address.on(to) : address)
                    .toList();
        }
    }

    /** Says what is other than usual, see {@link Spec} for each. */
    final class Builder {
        private final String group;
        private String interfaceName;
        private List<VirtualAddress> addresses;
        private final Duration lease;
        private @Nullable SignOfLife signOfLife;
        private boolean permanent;
        private Announcements announcements;
        private List<VirtualRoute> routes;
        private @Nullable VirtualLink virtualLink;
        private boolean accept;
        private boolean guarded;
        private Duration connectionDrain;

        private Builder(Spec spec) {
            group = spec.group();
            interfaceName = spec.interfaceName();
            addresses = spec.addresses();
            lease = spec.lease();
            signOfLife = spec.signOfLife();
            permanent = spec.permanent();
            announcements = spec.announcements();
            routes = spec.routes();
            virtualLink = spec.virtualLink();
            accept = spec.accept();
            guarded = spec.guarded();
            connectionDrain = spec.connectionDrain();
        }

        public Builder addresses(List<VirtualAddress> addresses) {
            this.addresses = addresses;
            return this;
        }

        public Builder signOfLife(@Nullable SignOfLife signOfLife) {
            this.signOfLife = signOfLife;
            return this;
        }

        public Builder permanent(boolean permanent) {
            this.permanent = permanent;
            return this;
        }

        public Builder announcements(Announcements announcements) {
            this.announcements = announcements;
            return this;
        }

        public Builder routes(List<VirtualRoute> routes) {
            this.routes = routes;
            return this;
        }

        public Builder virtualLink(@Nullable VirtualLink virtualLink) {
            this.virtualLink = virtualLink;
            return this;
        }

        public Builder accept(boolean accept) {
            this.accept = accept;
            return this;
        }

        public Builder guarded(boolean guarded) {
            this.guarded = guarded;
            return this;
        }

        public Builder connectionDrain(Duration connectionDrain) {
            this.connectionDrain = connectionDrain;
            return this;
        }

        public Spec build() {
            return new Spec(
                    group,
                    interfaceName,
                    addresses,
                    lease,
                    signOfLife,
                    permanent,
                    announcements,
                    routes,
                    virtualLink,
                    accept,
                    guarded,
                    connectionDrain);
        }
    }

    /**
     * Adds the addresses and routes and announces the addresses, now and later as the settings say. Of a great many, the
     * rest follows within milliseconds, between other work; what the kernel refuses of it, {@link #renew()} tells.
     *
     * @throws io.ha4j.HaException if the kernel refuses one of them; the others are taken nevertheless
     */
    void take();

    /**
     * As {@link #take()}, from a node that was active until now and gave up in an orderly way: its connections may go
     * on there, and what arrives for them is passed on to it.
     */
    default void takeFrom(InetAddress predecessor) {
        take();
    }

    /**
     * As {@link #release()}, but not before the connections to the addresses have ended: until then this machine does
     * not answer for them. They can be taken again meanwhile.
     *
     * @param listener told on the loop's thread, and not any more when they were taken again or released by
     *     {@link #release()} or {@link #close()}
     * @return false if connections are not waited for here: then nothing was done
     */
    default boolean drain(DrainListener listener) {
        return false;
    }

    /** Is told how the connections end. */
    interface DrainListener {
        /** How many are left: first, then from time to time when some have ended, and when the time is over. */
        void left(ConnectionDrain drain);

        /** The addresses have been released. */
        void released();
    }

    /** What becomes of connections, held or not. */
    default ConnectionDrain connectionDrain() {
        return ConnectionDrain.OFF;
    }

    /**
     * Extends the lease; puts back what a third party removed. Cheap when called more often than needed.
     *
     * @throws io.ha4j.HaException if the kernel refuses
     */
    void renew();

    /**
     * Announces the addresses as after a contention that was won: now, and once more after a delay. Without effect
     * while such announcements are under way.
     */
    void announce();

    /**
     * Removes the addresses and routes. Without effect when they are not held.
     *
     * @throws io.ha4j.HaException if the kernel refuses one of them; the others are removed nevertheless
     */
    void release();

    /**
     * Makes these the addresses of the group, held or not. When they are held, new ones are added and announced, those
     * that are no longer among them removed, and all others left as they are. One of which only an option has changed
     * is removed and added again.
     *
     * @throws io.ha4j.HaException if an interface does not exist, or one of the new addresses belongs to somebody else:
     *     nothing has changed then; or if the kernel refuses one of them: the others are changed nevertheless, and
     *     {@link #renew()} tries again
     */
    default void change(List<VirtualAddress> addresses) {
        throw new UnsupportedOperationException("change to " + addresses);
    }

    /**
     * Makes these the routes of the group, held or not, as {@link #change} does it with addresses.
     *
     * @throws io.ha4j.HaException if the kernel refuses one of them; the others are changed nevertheless
     */
    default void changeRoutes(List<VirtualRoute> routes) {
        throw new UnsupportedOperationException("change to " + routes);
    }

    /** The routes that are held with the addresses. */
    default List<VirtualRoute> routes() {
        return List.of();
    }

    /** What there is to count, by name, in a stable order. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    /** Whether they were taken and not released. */
    boolean held();

    /** How the lease is enforced, held or not. */
    default AddressLease lease() {
        return new AddressLease(AddressLease.Enforcement.NONE, Duration.ZERO, "");
    }

    /** Releases the addresses and what else is held. Closing twice does nothing more. */
    @Override
    void close();
}
