package io.ha4j;

/** What a balancer passes on. */
public enum Protocol {
    /** Connections. */
    TCP,
    /**
     * Datagrams. A session is what one client's address and port send to one address and port of the balancer's, and
     * what comes back; it ends when nothing has passed for the idle timeout. It stays with its backend until that one is
     * removed, down, or refuses (ICMP): then the next datagram goes to another one. All datagrams of one balancer are
     * passed on by one event loop. What cannot be passed on at once is dropped and counted; with {@link Transport#NIO},
     * empty datagrams to a backend are, too, which the JDK does not send.
     */
    UDP
}
