package io.ha4j.standalone.conf;

import io.ha4j.VirtualRoute;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of {@code virtual_routes}: {@code [TYPE] [to] DESTINATION[/PREFIX]} and, before or after it, what it
 * leads to.
 */
final class RouteReader {
    private static final Map<String, VirtualRoute.Type> TYPES = Map.of(
            "unicast",
            VirtualRoute.Type.UNICAST,
            "blackhole",
            VirtualRoute.Type.BLACKHOLE,
            "unreachable",
            VirtualRoute.Type.UNREACHABLE,
            "prohibit",
            VirtualRoute.Type.PROHIBIT);

    private static final Map<String, Integer> TABLES = Map.of("default", 253, "main", 254, "local", 255);
    private static final Set<String> MULTIPATH = Set.of("nexthop", "or");
    private static final Set<String> UNSUPPORTED = Set.of(
            "throw",
            "local",
            "multicast",
            "broadcast",
            "anycast",
            "nat",
            "tos",
            "dsfield",
            "realms",
            "onlink",
            "mtu",
            "hoplimit",
            "advmss",
            "rtt",
            "rttvar",
            "reordering",
            "window",
            "cwnd",
            "ssthresh",
            "rto_min",
            "initcwnd",
            "initrwnd",
            "features",
            "quickack",
            "congctl",
            "pref",
            "fastopen_no_cookie",
            "vrf",
            "encap",
            "ttl-propagate",
            "weight",
            "append",
            "track_group",
            "expires");

    private final Problems problems;
    private final Values values;

    RouteReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /** The sound ones; what is wrong with the others is reported. */
    List<VirtualRoute> read(List<Statement> lines) {
        List<VirtualRoute> routes = new ArrayList<>();
        for (Statement line : lines) {
            VirtualRoute route = line.block() == null ? new Line(line).read() : null;
            if (line.block() != null) {
                problems.error(line.line(), line.text() + " takes no block");
            }
            if (route != null) {
                if (routes.contains(route)) {
                    problems.error(line.line(), "route " + route + " is given twice");
                }
                routes.add(route);
            }
        }
        return routes;
    }

    private final class Line {
        private final Statement line;
        private VirtualRoute.Type type = VirtualRoute.Type.UNICAST;
        private @Nullable String destination;
        private @Nullable InetAddress gateway;
        private @Nullable InetAddress source;
        private @Nullable String device;
        private @Nullable Integer scope;
        private int table = VirtualRoute.MAIN_TABLE;
        private int metric;
        private boolean sound = true;

        Line(Statement line) {
            this.line = line;
        }

        @Nullable
        VirtualRoute read() {
            Iterator<String> words = line.words().iterator();
            while (sound && words.hasNext()) {
                word(words.next(), words);
            }
            if (sound && destination == null) {
                wrong("the route '" + line.text() + "' has no destination");
            }
            return sound ? build() : null;
        }

        private void word(String word, Iterator<String> rest) {
            if (TYPES.containsKey(word)) {
                type = TYPES.get(word);
            } else if (word.equals("no_track")) {
                problems.warning(
                        line.line(), "no_track has no effect in ha4j: a route that somebody removes is put back");
            } else if (MULTIPATH.contains(word)) {
                wrong("routes with several next hops are not supported by this version of ha4j");
            } else if (UNSUPPORTED.contains(word)) {
                wrong(word + " of a route is not supported by this version of ha4j");
            } else if (Set.of(
                            "to",
                            "via",
                            "gw",
                            "src",
                            "dev",
                            "oif",
                            "scope",
                            "table",
                            "metric",
                            "priority",
                            "preference",
                            "protocol",
                            "proto")
                    .contains(word)) {
                if (rest.hasNext()) {
                    option(word, rest.next());
                } else {
                    wrong(word + " needs a value");
                }
            } else if (destination == null) {
                destination = word;
            } else {
                wrong("unknown option '" + word + "' of the route to " + destination
                        + (word.matches("[0-9].*") ? "; each route needs a line of its own" : ""));
            }
        }

        private void option(String option, String value) {
            switch (option) {
                case "to" -> destination = value;
                case "via", "gw" -> gateway = address(option, value);
                case "src" -> source = address(option, value);
                case "dev", "oif" -> device = value;
                case "scope" -> {
                    scope = AddressReader.scope(problems, line.line(), value);
                    sound &= scope != null;
                }
                case "table" -> table = TABLES.containsKey(value) ? TABLES.get(value) : number("table", value, 1);
                case "protocol", "proto" ->
                    problems.warning(
                            line.line(),
                            option + " has no effect in ha4j, which marks its routes with a protocol of its own (164)");
                default -> metric = number(option, value, 0);
            }
        }

        private @Nullable InetAddress address(String option, String value) {
            // keepalived accepts a family before the gateway; nobody writes it.
            InetAddress address = values.address(line.line(), option + " of a route", value);
            sound &= address != null;
            return address;
        }

        private int number(String name, String value, int min) {
            Integer number = values.integer(line.line(), name + " of a route", value, min, Integer.MAX_VALUE);
            sound &= number != null;
            return number == null ? 0 : number;
        }

        private void wrong(String message) {
            sound = false;
            problems.error(line.line(), message);
        }

        private @Nullable VirtualRoute build() {
            boolean ipv6 = gateway != null && !(gateway instanceof Inet4Address);
            String network = "default".equals(destination) ? ipv6 ? "::/0" : "0.0.0.0/0" : destination;
            try {
                VirtualRoute.Destination to = VirtualRoute.to(String.valueOf(network));
                return new VirtualRoute(
                        type, to.address(), to.prefixLength(), gateway, device, source, scope, table, metric);
            } catch (IllegalArgumentException e) {
                wrong("route to " + destination + (gateway == null ? "" : " via " + IpText.of(gateway)) + ": "
                        + e.getMessage());
                return null;
            }
        }
    }
}
