package io.ha4j.lb;

import java.net.InetSocketAddress;

/** What is known of a new connection when its backend is chosen. */
interface Incoming {
    /** The client's address. */
    InetSocketAddress client();

    /** The address that the client connected to; asks the kernel, so only where it matters. */
    InetSocketAddress destination();
}
