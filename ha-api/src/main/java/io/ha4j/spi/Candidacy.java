package io.ha4j.spi;

import io.ha4j.Election;
import io.ha4j.GroupEvent;
import io.ha4j.GroupSnapshot;
import io.ha4j.HandOver;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** This node's part in one election. Loop thread only. */
public interface Candidacy {
    /**
     * What to stand for.
     *
     * @param group for events and messages
     * @param addresses what the active node holds; those that are advertised come first, and there is one at least
     * @param addressOwner takes and releases them; owned, and in the end closed, by the candidacy
     * @param events told of everything that happens, on the loop's thread
     * @param preparation asked each time before this node becomes active; null if there is nothing to prepare
     */
    record Spec(
            String group,
            Election election,
            List<VirtualAddress> addresses,
            Host host,
            AddressOwner addressOwner,
            Consumer<GroupEvent> events,
            @Nullable Preparation preparation) {
        /** Without a preparation. */
        public Spec(
                String group,
                Election election,
                List<VirtualAddress> addresses,
                Host host,
                AddressOwner addressOwner,
                Consumer<GroupEvent> events) {
            this(group, election, addresses, host, addressOwner, events, null);
        }

        /** The same with another election and other addresses. */
        public Spec with(Election election, List<VirtualAddress> addresses) {
            return new Spec(group, election, addresses, host, addressOwner, events, preparation);
        }

        /** Those that are in the advertisements. */
        public List<VirtualAddress> advertised() {
            return addresses.stream().filter(VirtualAddress::advertised).toList();
        }
    }

    /** What is to be done before this node becomes active. */
    @FunctionalInterface
    interface Preparation {
        /**
         * Begins it and returns at once; loop thread only.
         *
         * @param whenReady to be run once, on any thread, within a bounded time
         */
        void prepare(Runnable whenReady);
    }

    /** Begins to take part. */
    void start();

    /** Something the group tracks has failed: give up and stay out until {@link #recover()}. */
    void fail(String why);

    /** Takes part again. Without effect when it did not fail. */
    void recover();

    /**
     * Stands with another priority from now on. If this node is active the others are told at once; if it now outranks
     * the active one it takes over as its preemption says.
     *
     * @throws IllegalArgumentException if the election has no such priority; the message says what it has
     * @throws IllegalStateException if this node owns the addresses, so that its priority is fixed
     */
    void priority(int priority);

    /**
     * Goes on with these settings without leaving its state: addresses, routes and how it preempts may differ, the priority is
     * for {@link #priority}. Preempts again, if it has handed over.
     *
     * @throws IllegalArgumentException if more differs, or the addresses do not fit; nothing has changed
     * @throws io.ha4j.HaException if the addresses cannot be changed; nothing has changed
     */
    void reconfigure(Election election, List<VirtualAddress> addresses, List<VirtualRoute> routes);

    /**
     * Hands over to another node, as {@link io.ha4j.HaGroup#handOver()} says. The outcome is told on the loop's thread,
     * within a bounded time.
     */
    void handOver(Consumer<HandOver> whenDone);

    /** Preempts again after a hand-over. */
    void resume();

    /** What keeps it out other than {@link #fail}, such as a link that is down; null if nothing does. */
    @Nullable
    String obstacle();

    /** Whether it is a backup of a node that it hears and would not preempt. */
    boolean follows();

    /** When a backup is due to become active, unless it hears another node; of the loop's clock. */
    long dueNanos();

    /** Gives up at once and goes on as a backup. Without effect if it is not active, or is handing over. */
    void giveUp(String why);

    GroupSnapshot snapshot();

    /**
     * Ends the candidacy in an orderly way and closes what it owns. The task runs on the loop's thread when that is
     * done, within a bounded time.
     */
    void stop(Runnable whenStopped);
}
