package io.ha4j.vrrp;

import io.ha4j.Peer;

/** The virtual addresses on this node. What goes wrong is reported by the port and not seen here. */
interface AddressesPort {
    /** Whether the addresses may be taken now; if not, {@link VrrpStateMachine#ready} is called when they may. */
    default boolean prepare() {
        return true;
    }

    void take();

    /** As {@link #take}, from this node, which was active until now and gave up in an orderly way. */
    default void takeFrom(Peer predecessor) {
        take();
    }

    void renew();

    void announce();

    void release();

    /** As {@link #release}, in an orderly way: another node is active, and connections may go on here. */
    default void handOver() {
        release();
    }
}
