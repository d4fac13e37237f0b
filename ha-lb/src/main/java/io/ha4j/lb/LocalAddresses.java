package io.ha4j.lb;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The addresses of this machine. */
final class LocalAddresses {
    private LocalAddresses() {}

    /** Those that a socket on this wildcard address gets packets for. */
    static Set<InetAddress> of(InetAddress wildcard) throws SocketException {
        Set<InetAddress> found = new LinkedHashSet<>();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> isServed(wildcard, address))
                .forEach(found::add);
        return found;
    }

    /** An IPv6 socket gets those of IPv4 clients, too. */
    static boolean isServed(InetAddress wildcard, InetAddress address) {
        return !(wildcard instanceof Inet4Address) || address instanceof Inet4Address;
    }
}
