package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request and looks at the answer. Redirects are answers like any other and not followed. Where only the
 * status is asked for, the body is not read; else its transfer coding is undone, and it is read to its end. For several
 * pages that must all be well, see {@link HealthCheck#all}.
 *
 * @param method a token of RFC 9110; HEAD with nothing about the body
 * @param path what is asked for, with the query if there is one; begins with {@code /}
 * @param host the virtual host, for the Host header; null for the address and port that are asked
 * @param statuses which status codes are well; one of these
 * @param body what the body must be; null if that does not matter
 * @param maxBody how many bytes of a body are read; a longer one is a failure
 * @param tls null for HTTP without TLS
 */
public record HttpCheck(
        String method,
        String path,
        Version version,
        @Nullable String host,
        List<StatusRange> statuses,
        @Nullable ExpectedBody body,
        int maxBody,
        @Nullable TlsSettings tls,
        CheckSchedule schedule,
        CheckRoute route)
        implements NetworkCheck<HttpCheck> {
    private static final List<StatusRange> SUCCESS = List.of(new StatusRange(200, 299));
    private static final int DEFAULT_MAX_BODY = 1024 * 1024;
    private static final int LONGEST_BODY = 64 * 1024 * 1024;

    /** What the request says. */
    public enum Version {
        /** HTTP/1.0, without a Connection header. */
        HTTP_1_0,
        /** HTTP/1.0 with {@code Connection: close}. */
        HTTP_1_0_CLOSE,
        /** HTTP/1.1 with {@code Connection: close}. */
        HTTP_1_1
    }

    /** Status codes from one to the other, both included, in [100, 999]. */
    public record StatusRange(int first, int last) {
        public StatusRange {
            if (first < 100 || last > 999 || first > last) {
                throw new IllegalArgumentException(
                        "status must be in [100, 999] and not run backwards, but was " + first + "-" + last);
            }
        }

        /** {@code 200} or {@code 200-299}. */
        @Override
        public String toString() {
            return first == last ? String.valueOf(first) : first + "-" + last;
        }
    }

    public HttpCheck {
        if (!requireNonNull(method, "method").matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}")) {
            throw new IllegalArgumentException("method must be a token of at most 32 characters, but was " + method);
        }
        if (!requireNonNull(path, "path").startsWith("/") || path.length() > 2048 || !isVisible(path)) {
            throw new IllegalArgumentException(
                    "path must begin with / and have at most 2048 visible ASCII characters, but was " + path);
        }
        requireNonNull(version, "version");
        if (host != null && (host.isEmpty() || host.length() > 255 || !isVisible(host))) {
            throw new IllegalArgumentException(
                    "host must have 1 to 255 visible ASCII characters, but was '" + host + "'");
        }
        statuses = List.copyOf(statuses);
        if (statuses.isEmpty()) {
            throw new IllegalArgumentException("statuses must name a status code, but was " + statuses);
        }
        if (body != null && method.equals("HEAD")) {
            throw new IllegalArgumentException("body must not be expected of method HEAD, but was " + body);
        }
        if (maxBody < 1 || maxBody > LONGEST_BODY) {
            throw new IllegalArgumentException("maxBody must be in [1, " + LONGEST_BODY + "], but was " + maxBody);
        }
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    static HttpCheck get(String path, @Nullable TlsSettings tls) {
        return new HttpCheck(
                "GET",
                path,
                Version.HTTP_1_1,
                null,
                SUCCESS,
                null,
                DEFAULT_MAX_BODY,
                tls,
                CheckSchedule.DEFAULT,
                CheckRoute.DIRECT);
    }

    /** In place of GET. */
    public HttpCheck method(String method) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    /** In place of HTTP/1.1. */
    public HttpCheck version(Version version) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    public HttpCheck host(String host) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    /** One of these codes, in place of 200 to 299. */
    public HttpCheck status(int... codes) {
        return statuses(Arrays.stream(codes)
                .mapToObj(code -> new StatusRange(code, code))
                .toList());
    }

    /** A code in one of these ranges, in place of 200 to 299. */
    public HttpCheck statuses(List<StatusRange> statuses) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    public HttpCheck body(ExpectedBody body) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    /** In place of 1 MiB; at most 64 MiB. Each attempt that looks for a pattern holds as much as it has read. */
    public HttpCheck maxBody(int bytes) {
        return new HttpCheck(method, path, version, host, statuses, body, bytes, tls, schedule, route);
    }

    /** Over TLS, with these expectations. */
    public HttpCheck tls(TlsSettings tls) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    @Override
    public HttpCheck schedule(CheckSchedule schedule) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    @Override
    public HttpCheck route(CheckRoute route) {
        return new HttpCheck(method, path, version, host, statuses, body, maxBody, tls, schedule, route);
    }

    @Override
    public String name() {
        return tls == null ? "http" : "https";
    }

    private static boolean isVisible(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
