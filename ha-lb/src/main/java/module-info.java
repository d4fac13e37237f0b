/** The balancer: relay on Netty, schedulers, health checkers. Exports nothing. */
module io.ha4j.lb {
    requires io.ha4j.api;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    provides io.ha4j.spi.BalancerProvider with
            io.ha4j.lb.RelayProvider;
}
