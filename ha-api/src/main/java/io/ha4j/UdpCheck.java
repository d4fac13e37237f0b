package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sends a datagram. An ICMP error (port, host or network unreachable) is a failure. Without an expected reply, silence
 * until the timeout is a success, so that an attempt that goes well takes as long as the timeout: host unreachable
 * comes after the kernel's 3 s of ARP.
 *
 * @param payload what is sent, in hexadecimal digits, at most 1024 bytes; empty for 64 random bytes
 * @param reply what must come back in time; null for nothing
 */
public record UdpCheck(String payload, @Nullable Reply reply, CheckSchedule schedule, CheckRoute route)
        implements NetworkCheck<UdpCheck> {
    private static final int MAX_PAYLOAD = 1024;

    /**
     * A reply.
     *
     * @param pattern how it must begin, in hexadecimal digits, where {@code x} stands for any digit; as far as it and
     *     the reply go
     * @param minLength in bytes, in [0, 65535]
     * @param maxLength in bytes, in [minLength, 65535]
     */
    public record Reply(String pattern, int minLength, int maxLength) {
        public Reply {
            pattern = digits("pattern", "[0-9a-fx]*", pattern);
            if (minLength < 0 || maxLength < minLength || maxLength > 65535) {
                throw new IllegalArgumentException("lengths must be in [0, 65535] and not run backwards, but were "
                        + minLength + " and " + maxLength);
            }
        }
    }

    public UdpCheck {
        payload = digits("payload", "[0-9a-f]*", payload);
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    /** Sends these bytes, in hexadecimal digits. */
    public UdpCheck payload(String hex) {
        return new UdpCheck(hex, reply, schedule, route);
    }

    /** Any reply of at most 255 bytes must come back. */
    public UdpCheck requireReply() {
        return requireReply(new Reply("", 0, 255));
    }

    public UdpCheck requireReply(Reply reply) {
        return new UdpCheck(payload, reply, schedule, route);
    }

    @Override
    public UdpCheck schedule(CheckSchedule schedule) {
        return new UdpCheck(payload, reply, schedule, route);
    }

    @Override
    public UdpCheck route(CheckRoute route) {
        return new UdpCheck(payload, reply, schedule, route);
    }

    @Override
    public String name() {
        return "udp";
    }

    private static String digits(String name, String rule, String value) {
        String digits = requireNonNull(value, name).toLowerCase(Locale.ROOT);
        if (!digits.matches(rule) || digits.length() % 2 != 0 || digits.length() > 2 * MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    name + " must be pairs of hexadecimal digits, at most " + MAX_PAYLOAD + ", but was " + value);
        }
        return digits;
    }
}
