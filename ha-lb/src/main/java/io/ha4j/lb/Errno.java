package io.ha4j.lb;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's error numbers that a TCP socket meets (Linux, {@code asm-generic/errno.h}), found again in what Netty
 * and the JDK make of them.
 */
enum Errno {
    EPERM(1, "operation not permitted"),
    EACCES(13, "permission denied"),
    ENFILE(23, "too many open files in system"),
    EMFILE(24, "too many open files"),
    EPIPE(32, "broken pipe"),
    EADDRINUSE(98, "address already in use"),
    EADDRNOTAVAIL(99, "cannot assign requested address"),
    ENETUNREACH(101, "network is unreachable"),
    ECONNRESET(104, "connection reset"),
    ENOBUFS(105, "no buffer space available"),
    ETIMEDOUT(110, "connection timed out"),
    ECONNREFUSED(111, "connection refused"),
    EHOSTUNREACH(113, "no route to host");

    // Netty's epoll transport writes "connect(..) failed with error(-111): Connection refused".
    private static final Pattern NUMBER = Pattern.compile("error\\(-(\\d+)\\)");

    private static final String SETSOCKOPT = "setsockopt() failed: ";

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** {@code EADDRINUSE (address already in use)}. */
    String withText() {
        return name() + " (" + text + ")";
    }

    /** The error behind a failure; null when it is none of these. */
    static @Nullable Errno of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Errno found = ofOne(cause);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** What went wrong, in one line: the error's name where it is known, else what the exception says. */
    static String describe(Throwable failure) {
        Errno errno = of(failure);
        if (errno != null) {
            return errno.name();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Whether this machine ran out of something, so that the other end is not to blame. */
    boolean isLocal() {
        return switch (this) {
            case EMFILE, ENFILE, ENOBUFS, EADDRNOTAVAIL, EADDRINUSE -> true;
            default -> false;
        };
    }

    private static @Nullable Errno ofOne(Throwable cause) {
        if (cause instanceof Errors.NativeIoException nativeFailure) {
            return ofNumber(-nativeFailure.expectedErr());
        }
        if (cause instanceof PortUnreachableException) { // what both make of it on a UDP socket
            return ECONNREFUSED;
        }
        if (cause instanceof NoRouteToHostException) { // what Netty makes of EHOSTUNREACH and of ENETUNREACH
            return EHOSTUNREACH;
        }
        if (cause instanceof PortUnreachableException) { // of a connected datagram socket
            return ECONNREFUSED;
        }
        String message = cause.getMessage();
        if (message == null || cause instanceof ConnectTimeoutException) {
            return null;
        }
        Matcher matcher = NUMBER.matcher(message);
        if (matcher.find()) {
            return ofNumber(Integer.parseInt(matcher.group(1)));
        }
        return ofText(message);
    }

    private static @Nullable Errno ofNumber(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return errno;
            }
        }
        return null;
    }

    // The JDK passes on what strerror(3) says, in the C locale; Netty's setsockopt writes "setsockopt() failed: "
    // before it.
    private static @Nullable Errno ofText(String message) {
        int begin = message.startsWith(SETSOCKOPT) ? SETSOCKOPT.length() : 0;
        for (Errno errno : values()) {
            if (message.regionMatches(true, begin, errno.text, 0, errno.text.length())) {
                return errno;
            }
        }
        return null;
    }
}
