package io.ha4j.standalone;

import io.ha4j.Protocol;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import io.ha4j.standalone.conf.VirtualServer;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/** How addresses are written. */
final class Text {
    private Text() {}

    /** {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}; of a name {@code app.example:80}. */
    static String endpoint(InetSocketAddress endpoint) {
        if (endpoint.isUnresolved()) {
            return endpoint.getHostString() + ":" + endpoint.getPort();
        }
        return endpoint(endpoint.getAddress(), endpoint.getPort());
    }

    private static String endpoint(InetAddress address, int port) {
        String host = IpText.of(address);
        return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
    }

    /** As keepalived writes a service in its log: {@code [10.0.0.1]:tcp:80}. */
    static String service(Protocol protocol, InetSocketAddress endpoint) {
        return "[" + IpText.of(endpoint.getAddress()) + "]:" + protocol.name().toLowerCase(Locale.ROOT) + ":"
                + endpoint.getPort();
    }

    static String service(VirtualServer.Service service) {
        return service(service.protocol(), service.address());
    }

    /** {@code virtual_server 10.0.0.1:53 UDP}, and without the protocol where that is TCP. */
    static String name(VirtualServer server) {
        return "virtual_server " + endpoint(server.address())
                + (server.protocol() == Protocol.TCP ? "" : " " + server.protocol());
    }

    /**
     * The interface that an address of a group is on.
     *
     * @param all the group's addresses; the first tells the family of the virtual router
     */
    static String carrier(VirtualAddress address, VirtualRouter router, List<VirtualAddress> all) {
        String own = address.interfaceName();
        if (own != null && !own.equals(router.interfaceName())) {
            return own;
        }
        VirtualMac mac = router.virtualMac();
        return mac == null
                ? router.interfaceName()
                : mac.interfaceName(router.id(), !all.get(0).isIpv4());
    }

    /** A scope as ip-address(8) names it. */
    static String scope(int scope) {
        return switch (scope) {
            case VirtualAddress.GLOBAL -> "global";
            case VirtualAddress.SITE -> "site";
            case VirtualAddress.LINK -> "link";
            case VirtualAddress.HOST -> "host";
            default -> String.valueOf(scope);
        };
    }
}
