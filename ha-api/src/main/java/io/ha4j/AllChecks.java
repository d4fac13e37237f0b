package io.ha4j;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Several checks of a backend, which is up while all of them are. Each keeps its own schedule. If some of them say a
 * weight, the least of these counts.
 *
 * @param checks at least one, none of them an {@link InterfaceCheck} or one of these
 */
public record AllChecks(List<HealthCheck> checks) implements HealthCheck {
    public AllChecks {
        checks = List.copyOf(checks);
        if (checks.isEmpty()
                || checks.stream().anyMatch(check -> check instanceof AllChecks || check instanceof InterfaceCheck)) {
            throw new IllegalArgumentException(
                    "checks must be at least one, and each a NetworkCheck or a LocalCheck, but were " + checks);
        }
    }

    @Override
    public String name() {
        return checks.stream().map(HealthCheck::name).collect(Collectors.joining("+"));
    }
}
