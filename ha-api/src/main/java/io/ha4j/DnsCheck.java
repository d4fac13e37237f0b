package io.ha4j;

import static java.util.Objects.requireNonNull;

/**
 * Asks a DNS question over UDP (RFC 1035); the answer must be NOERROR, whatever is in it.
 *
 * @param type of the record that is asked for
 * @param domain the name that is asked for; {@code .} for the root
 */
public record DnsCheck(Type type, String domain, CheckSchedule schedule, CheckRoute route)
        implements NetworkCheck<DnsCheck> {
    /** Types of records, with their numbers. */
    public enum Type {
        A(1),
        NS(2),
        CNAME(5),
        SOA(6),
        MX(15),
        TXT(16),
        AAAA(28);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public DnsCheck {
        requireNonNull(type, "type");
        // RFC 1035 §2.3.4: labels of at most 63 octets, 255 together
        if (!requireNonNull(domain, "domain").equals(".")
                && (domain.length() > 253 || !domain.matches("([!-\\-/-~]{1,63}\\.)*[!-\\-/-~]{1,63}\\.?"))) {
            throw new IllegalArgumentException("domain must be . or labels of 1 to 63 visible ASCII characters,"
                    + " at most 253 together, but was " + domain);
        }
        requireNonNull(schedule, "schedule");
        requireNonNull(route, "route");
    }

    @Override
    public DnsCheck schedule(CheckSchedule schedule) {
        return new DnsCheck(type, domain, schedule, route);
    }

    @Override
    public DnsCheck route(CheckRoute route) {
        return new DnsCheck(type, domain, schedule, route);
    }

    @Override
    public String name() {
        return "dns";
    }
}
