package io.ha4j.lb;

import java.net.InetSocketAddress;

/** A client as a proxy has named it, and the address that it connected to there. */
record NamedClient(InetSocketAddress client, InetSocketAddress destination) implements Incoming {}
