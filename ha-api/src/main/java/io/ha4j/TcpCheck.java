package io.ha4j;

import static java.util.Objects.requireNonNull;

/** Connects to the backend and closes the connection again. */
public record TcpCheck(CheckSchedule schedule, CheckRoute route) implements NetworkCheck<TcpCheck> {
    public TcpCheck {
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    @Override
    public TcpCheck schedule(CheckSchedule schedule) {
        return new TcpCheck(schedule, route);
    }

    @Override
    public TcpCheck route(CheckRoute route) {
        return new TcpCheck(schedule, route);
    }

    @Override
    public String name() {
        return "tcp";
    }
}
