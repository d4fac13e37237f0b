package io.ha4j.lb;

import io.ha4j.ProxyProtocol;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What is sent to a backend before a client's bytes (HAProxy, doc/proxy-protocol.txt). */
final class ProxyHeader {
    static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;
    private static final byte[] NONE = {};

    private ProxyHeader() {}

    /** Empty where nothing is to be sent. */
    static byte[] of(ProxyProtocol protocol, Incoming incoming) {
        return switch (protocol) {
            case NONE -> NONE;
            case V1 -> version1(incoming.client(), incoming.destination());
            case V2 -> version2(incoming.client(), incoming.destination());
        };
    }

    private static byte[] version1(InetSocketAddress source, InetSocketAddress destination) {
        String family = source.getAddress() instanceof Inet4Address ? "TCP4" : "TCP6";
        String line = isOneFamily(source, destination)
                ? "PROXY " + family + " " + text(source.getAddress()) + " " + text(destination.getAddress()) + " "
                        + source.getPort() + " " + destination.getPort() + "\r\n"
                : "PROXY UNKNOWN\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] version2(InetSocketAddress source, InetSocketAddress destination) {
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        boolean known = isOneFamily(source, destination);
        int length = known ? 2 * from.length + 4 : 0;
        ByteBuffer header = ByteBuffer.allocate(16 + length)
                .put(SIGNATURE)
                .put(VERSION_2_PROXY)
                .put(!known ? 0 : from.length == 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .putShort((short) length);
        if (known) {
            header.put(from).put(to).putShort((short) source.getPort()).putShort((short) destination.getPort());
        }
        return header.array();
    }

    // A dual-stack socket of the JDK's may name its two ends differently.
    private static boolean isOneFamily(InetSocketAddress a, InetSocketAddress b) {
        return a.getAddress() instanceof Inet4Address == b.getAddress() instanceof Inet4Address;
    }

    /** Without the zone of a link-local address. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = address instanceof Inet6Address ? text.indexOf('%') : -1;
        return zone < 0 ? text : text.substring(0, zone);
    }
}
