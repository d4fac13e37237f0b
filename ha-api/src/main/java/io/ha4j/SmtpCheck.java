package io.ha4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Speaks SMTP (RFC 5321): the greeting must be 220, the answer to HELO 250; then comes QUIT.
 *
 * @param heloName how the client calls itself; null for the address that it comes from, in brackets
 */
public record SmtpCheck(@Nullable String heloName, CheckSchedule schedule, CheckRoute route)
        implements NetworkCheck<SmtpCheck> {
    public SmtpCheck {
        if (heloName != null && !heloName.matches("[\\x21-\\x7e]{1,255}")) {
            throw new IllegalArgumentException(
                    "heloName must have 1 to 255 visible ASCII characters, but was '" + heloName + "'");
        }
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    public SmtpCheck heloName(String name) {
        return new SmtpCheck(name, schedule, route);
    }

    @Override
    public SmtpCheck schedule(CheckSchedule schedule) {
        return new SmtpCheck(heloName, schedule, route);
    }

    @Override
    public SmtpCheck route(CheckRoute route) {
        return new SmtpCheck(heloName, schedule, route);
    }

    @Override
    public String name() {
        return "smtp";
    }
}
