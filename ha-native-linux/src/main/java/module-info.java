/** The Linux host: event loop, raw sockets, netlink, addresses and their announcement. Exports nothing. */
module io.ha4j.linux {
    requires io.ha4j.api;
    requires com.sun.jna;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    provides io.ha4j.spi.HostProvider with
            io.ha4j.linux.LinuxHostProvider;
}
