package io.ha4j.lb;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header that a connection begins with (HAProxy, doc/proxy-protocol.txt). It keeps nothing between two
 * looks: each gets all bytes that came so far, and what cannot become a header any more is told with the first byte that
 * says so.
 */
final class ProxyHeaderParser {
    /** What a header may take; nginx's bound. A header as HAProxy sends it has at most some hundred bytes. */
    static final int MAX_LENGTH = 4096;

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LINE = 107; // §2.1, with CR LF
    private static final int FIXED_LENGTH = 16; // of version 2
    private static final int CRC32C_TYPE = 0x03;

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final String IPV6 = "[0-9a-fA-F:.]*:[0-9a-fA-F:.]*";
    private static final String PORTS = " (0|[1-9]\\d{0,4}) (0|[1-9]\\d{0,4})";
    private static final Pattern TCP4 = Pattern.compile("PROXY TCP4 (" + IPV4 + ") (" + IPV4 + ")" + PORTS);
    private static final Pattern TCP6 = Pattern.compile("PROXY TCP6 (" + IPV6 + ") (" + IPV6 + ")" + PORTS);
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN(?: .*)?");

    /** What the bytes are. */
    sealed interface Result {}

    /** They are the beginning of a header. */
    record Incomplete() implements Result {}

    /** They are no header; why. */
    record Malformed(String why) implements Result {}

    /**
     * They begin with a header.
     *
     * @param length of the header; what follows is data
     * @param client null when the header names none: the peer itself is meant
     * @param destination null like the client
     */
    record Header(
            int length,
            @Nullable InetSocketAddress client,
            @Nullable InetSocketAddress destination) implements Result {}

    private static final Incomplete INCOMPLETE = new Incomplete();

    private ProxyHeaderParser() {}

    /** Looks at what is between position and limit, and moves neither. */
    static Result parse(ByteBuffer bytes) {
        ByteBuffer received = bytes.slice();
        if (!received.hasRemaining()) {
            return INCOMPLETE;
        }
        if (startsLike(received, TEXT)) {
            return received.remaining() < TEXT.length ? INCOMPLETE : version1(received);
        }
        if (startsLike(received, ProxyHeader.SIGNATURE)) {
            return version2(received);
        }
        return new Malformed("it begins with neither version's signature");
    }

    private static boolean startsLike(ByteBuffer received, byte[] signature) {
        for (int i = 0; i < Math.min(signature.length, received.limit()); i++) {
            if (received.get(i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    // ---- version 1

    private static Result version1(ByteBuffer received) {
        for (int i = TEXT.length; i < Math.min(MAX_LINE, received.limit()); i++) {
            byte c = received.get(i);
            if (c == '\r') {
                if (i + 1 == MAX_LINE) {
                    break;
                }
                if (i + 1 == received.limit()) {
                    return INCOMPLETE;
                }
                return received.get(i + 1) == '\n' ? line(received, i) : new Malformed("version 1: CR without LF");
            }
            if (c < ' ' || c == 0x7f) { // all above ASCII are negative
                return new Malformed("version 1: byte 0x" + Integer.toHexString(c & 0xff));
            }
        }
        return received.limit() < MAX_LINE ? INCOMPLETE : new Malformed("version 1: no end within 107 bytes");
    }

    private static Result line(ByteBuffer received, int end) {
        byte[] ascii = new byte[end];
        received.get(0, ascii);
        String line = new String(ascii, StandardCharsets.US_ASCII);
        int length = end + 2;
        if (UNKNOWN.matcher(line).matches()) {
            return new Header(length, null, null);
        }
        Matcher tcp4 = TCP4.matcher(line);
        Matcher found = tcp4.matches() ? tcp4 : TCP6.matcher(line);
        if (found == tcp4 || found.matches()) {
            byte[] client = NetUtil.createByteArrayFromIpAddressString(found.group(1));
            byte[] destination = NetUtil.createByteArrayFromIpAddressString(found.group(2));
            int clientPort = Integer.parseInt(found.group(3));
            int destinationPort = Integer.parseInt(found.group(4));
            if (client != null && destination != null && Math.max(clientPort, destinationPort) <= 0xffff) {
                return new Header(length, address(client, clientPort), address(destination, destinationPort));
            }
        }
        return new Malformed("version 1: '" + line + "'");
    }

    // ---- version 2

    private static Result version2(ByteBuffer received) {
        int limit = received.limit();
        if (limit <= 12) {
            return INCOMPLETE;
        }
        int versionAndCommand = received.get(12) & 0xff;
        if (versionAndCommand != 0x20 && versionAndCommand != 0x21) {
            return new Malformed("version 2: version and command 0x" + Integer.toHexString(versionAndCommand));
        }
        if (limit < FIXED_LENGTH) {
            return INCOMPLETE;
        }
        int length = FIXED_LENGTH + (received.getShort(14) & 0xffff);
        if (length > MAX_LENGTH) {
            return new Malformed("version 2: " + length + " bytes, more than " + MAX_LENGTH);
        }
        boolean local = versionAndCommand == 0x20; // its family is to be ignored: §2.2
        int family = received.get(13) & 0xff;
        int addressLength = local ? 0 : addressLength(family);
        if (addressLength < 0) {
            return new Malformed("version 2: address family and protocol 0x" + Integer.toHexString(family));
        }
        if (FIXED_LENGTH + addressLength > length) {
            return new Malformed("version 2: " + (length - FIXED_LENGTH) + " bytes for addresses of " + addressLength);
        }
        if (limit < length) {
            return INCOMPLETE;
        }
        if (local || family == 0) {
            return new Header(length, null, null);
        }
        byte[] header = new byte[length];
        received.get(0, header);
        String wrong = checkTlvs(header, FIXED_LENGTH + addressLength);
        if (wrong != null) {
            return new Malformed("version 2: " + wrong);
        }
        return family == 0x11 || family == 0x21 ? addresses(header, addressLength) : new Header(length, null, null);
    }

    /** Of what §2.2 lists; −1 for all others. */
    private static int addressLength(int familyAndProtocol) {
        return switch (familyAndProtocol) {
            case 0x00 -> 0;
            case 0x11, 0x12 -> 12;
            case 0x21, 0x22 -> 36;
            case 0x31, 0x32 -> 216; // unix sockets
            default -> -1;
        };
    }

    private static Header addresses(byte[] header, int addressLength) {
        int octets = addressLength / 2 - 2;
        int second = FIXED_LENGTH + octets;
        ByteBuffer ports = ByteBuffer.wrap(header, second + octets, 4);
        return new Header(
                header.length,
                address(Arrays.copyOfRange(header, FIXED_LENGTH, second), ports.getShort() & 0xffff),
                address(Arrays.copyOfRange(header, second, second + octets), ports.getShort() & 0xffff));
    }

    /** What is wrong with them; null when nothing is. */
    private static @Nullable String checkTlvs(byte[] header, int from) {
        ByteBuffer tlvs = ByteBuffer.wrap(header, from, header.length - from);
        while (tlvs.hasRemaining()) {
            if (tlvs.remaining() < 3) {
                return "a TLV of " + tlvs.remaining() + " bytes";
            }
            int type = tlvs.get();
            int length = tlvs.getShort() & 0xffff;
            if (length > tlvs.remaining()) {
                return "a TLV of " + length + " bytes where " + tlvs.remaining() + " are left";
            }
            if (type == CRC32C_TYPE
                    && (length != 4 || tlvs.getInt(tlvs.position()) != crc32c(header, tlvs.position()))) {
                return "a wrong checksum";
            }
            tlvs.position(tlvs.position() + length);
        }
        return null;
    }

    /** Over the whole header, with zeros where the checksum is. */
    private static int crc32c(byte[] header, int checksumAt) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, checksumAt);
        crc.update(new byte[4]);
        crc.update(header, checksumAt + 4, header.length - checksumAt - 4);
        return (int) crc.getValue();
    }

    private static InetSocketAddress address(byte[] octets, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + octets.length + " bytes", e);
        }
    }
}
