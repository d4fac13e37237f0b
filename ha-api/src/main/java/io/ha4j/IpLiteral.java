package io.ha4j;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Literal addresses only: {@link InetAddress#getByName} would ask the DNS for anything else. */
final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)"; // of 300.1.1.1 the DNS would be asked
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\\w.-]+)?");

    private IpLiteral() {}

    static InetAddress parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException("address must be a literal IPv4 or IPv6 address, but was " + text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address must be a literal IPv4 or IPv6 address, but was " + text, e);
        }
    }
}
