package io.ha4j;

import static java.util.Objects.requireNonNull;

/** Connects to the backend, completes a TLS handshake and closes the connection again. */
public record TlsCheck(TlsSettings tls, CheckSchedule schedule, CheckRoute route) implements NetworkCheck<TlsCheck> {
    public TlsCheck {
        requireNonNull(tls, "tls");
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    /** In place of {@link TlsSettings#UNVERIFIED}. */
    public TlsCheck tls(TlsSettings tls) {
        return new TlsCheck(tls, schedule, route);
    }

    @Override
    public TlsCheck schedule(CheckSchedule schedule) {
        return new TlsCheck(tls, schedule, route);
    }

    @Override
    public TlsCheck route(CheckRoute route) {
        return new TlsCheck(tls, schedule, route);
    }

    @Override
    public String name() {
        return "tls";
    }
}
