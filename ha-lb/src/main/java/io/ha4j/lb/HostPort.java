package io.ha4j.lb;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Addresses as users write them. */
final class HostPort {
    private HostPort() {}

    /** {@code app.example:80}. */
    static String named(InetSocketAddress name) {
        return name.getHostString() + ":" + name.getPort();
    }

    /** {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}; of an application in this process, its name. */
    static String text(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString();
        }
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
