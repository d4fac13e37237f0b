package io.ha4j.vrrp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Packets and addresses as tests write them. */
final class Bytes {
    private Bytes() {}

    /** Hexadecimal digits; blanks between them are for the reader. */
    static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
    }

    static ByteBuffer packet(String... parts) {
        return ByteBuffer.wrap(hex(parts));
    }

    static String hex(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A literal address. */
    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
