package io.ha4j.lb;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes entrances. */
interface Entrances {
    /** @param freeBind whether it may be bound to an address that is not on this machine yet; epoll only */
    Entrance at(InetSocketAddress address, boolean freeBind) throws IOException;
}
