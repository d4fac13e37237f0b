package io.ha4j.it;

import java.util.List;

/** The text of a virtual_server that relays round robin. */
final class BalancerConfig {
    private BalancerConfig() {}

    /** With a check every second. */
    static String checked(String address, int port, List<String> backends) {
        return text(address, port, backends, "TCP_CHECK {\n connect_timeout 1\n }");
    }

    /** Without checks: all backends count as up. */
    static String unchecked(String address, int port, List<String> backends) {
        return text(address, port, backends, "");
    }

    private static String text(String address, int port, List<String> backends, String checker) {
        StringBuilder text = new StringBuilder("""
                virtual_server %s %d {
                    delay_loop 1
                    lb_algo rr
                    lb_kind RELAY
                    protocol TCP
                """.formatted(address, port));
        for (String backend : backends) {
            text.append("    real_server ")
                    .append(backend)
                    .append(" {\n")
                    .append(checker)
                    .append("\n    }\n");
        }
        return text.append("}\n").toString();
    }
}
