package io.ha4j.vrrp;

/** The way out for advertisements. What goes wrong is reported by the port. */
interface TransportPort {
    /**
     * Sends one advertisement.
     *
     * @param priority 0 to give up, else this node's
     * @return whether it was sent; if not, the transport has said why
     */
    boolean advertise(int priority);

    /**
     * As the other one with this node's priority, but it may wait for what other virtual routers send now.
     *
     * @param whenSent called when it was sent
     */
    default void advertise(int priority, Runnable whenSent) {
        if (advertise(priority)) {
            whenSent.run();
        }
    }
}
