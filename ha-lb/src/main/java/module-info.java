/**
 * The balancer: relay on Netty, schedulers, health checkers. Exports only what an application on Netty needs in order to
 * be a backend itself.
 */
module io.ha4j.lb {
    requires transitive io.ha4j.api;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;

    exports io.ha4j.lb.netty;

    provides io.ha4j.spi.BalancerProvider with
            io.ha4j.lb.RelayProvider;
}
