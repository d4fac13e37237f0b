package io.ha4j.standalone.conf;

import io.ha4j.AllChecks;
import io.ha4j.Backend;
import io.ha4j.HealthCheck;
import io.ha4j.ProxyProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one {@code real_server} with its checkers. */
final class RealServerReader {
    /** The API's. */
    private static final Duration MAX_SLOW_START = Duration.ofDays(1);

    private static final List<String> CHECKERS =
            List.of("TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK", "MISC_CHECK");

    private final Statement server;
    private final Problems problems;
    private final Values values;
    private final CheckSettings settings;
    private int weight = 1;
    private boolean backup;
    private int maxConnections;
    private Duration slowStart = Duration.ZERO;
    private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
    private final ScriptUser user;
    private final List<Statement> checkers = new ArrayList<>();

    /** @param user whom scripts run as that name nobody */
    RealServerReader(Statement server, CheckSettings inherited, ScriptUser user, Problems problems) {
        this.user = user;
        this.server = server;
        this.problems = problems;
        this.values = new Values(problems);
        this.settings = new CheckSettings(problems, inherited);
    }

    /** Null when it cannot be built; the reasons have been reported. */
    @Nullable
    Backend read() {
        InetSocketAddress address = values.endpointOrName(server);
        Block block = settings.readInServer(new Block(server, Vocabulary.REAL_SERVER, problems))
                .on("weight", statement -> {
                    Integer value = values.integer(statement, 0, 65535);
                    weight = value == null ? weight : value;
                })
                .on("lb_kind", this::readKind)
                .on("lvs_method", this::readKind)
                .on("uthreshold", this::readMaximum)
                .onBlock("ha4j", this::readExtension);
        for (String keyword : CHECKERS) {
            block.onEach(keyword, checkers::add);
        }
        block.read();
        if (address == null) {
            return null;
        }
        Backend backend = new Backend(address, weight, null, backup, maxConnections, slowStart, proxyProtocol, null);
        List<HealthCheck> checks = new ArrayList<>();
        checkers.forEach(checker -> checks.addAll(check(checker, address.getAddress())));
        if (checks.isEmpty()) {
            return backend;
        }
        return backend.check(checks.size() == 1 ? checks.get(0) : new AllChecks(checks));
    }

    /** None if it is wrong, which has been told. */
    private List<HealthCheck> check(Statement checker, @Nullable InetAddress address) {
        CheckerReader reader = new CheckerReader(checker, settings, address, problems);
        return switch (checker.keyword()) {
            case "HTTP_GET" -> listOf(reader.http(false));
            case "SSL_GET" -> listOf(reader.http(true));
            case "SMTP_CHECK" -> listOf(reader.smtp());
            case "DNS_CHECK" -> listOf(reader.dns());
            case "UDP_CHECK" -> listOf(reader.udp());
            case "MISC_CHECK" -> listOf(reader.misc(user));
            case "TLS_CHECK" -> listOf(reader.tls());
            default -> listOf(reader.tcp());
        };
    }

    private static List<HealthCheck> listOf(@Nullable HealthCheck check) {
        return check == null ? List.of() : List.of(check);
    }

    private static List<HealthCheck> listOf(@Nullable List<HealthCheck> checks) {
        return checks == null ? List.of() : checks;
    }

    /** IPVS gives a real server no more connections than that; it turns them away where ha4j lets them wait. */
    private void readMaximum(Statement statement) {
        Integer value = values.integer(statement, 0, Integer.MAX_VALUE);
        maxConnections = value == null ? maxConnections : value;
    }

    /** What keepalived.conf has no words for. */
    private void readExtension(Statement block) {
        if (!values.nothing(block)) {
            return;
        }
        new Block(block, ExtensionReader.OURS, problems)
                .onEach("TLS_CHECK", checkers::add)
                .on("backup", line -> backup = values.nothing(line))
                .on("send_proxy", line -> {
                    String version = values.choice(line, List.of("v1", "v2"));
                    proxyProtocol = "v1".equals(version) ? ProxyProtocol.V1 : ProxyProtocol.V2;
                })
                .on("slow_start", line -> {
                    Duration value = values.seconds(line, true);
                    if (value != null && value.compareTo(MAX_SLOW_START) > 0) {
                        problems.error(
                                line.line(),
                                "slow_start must be at most " + MAX_SLOW_START.toSeconds() + " seconds, but was "
                                        + line.arguments().get(0));
                    } else if (value != null) {
                        slowStart = value;
                    }
                })
                .read();
    }

    private void readKind(Statement statement) {
        String kind = values.word(statement);
        if (kind != null && !kind.equals("RELAY")) {
            problems.error(
                    statement.line(),
                    statement.text() + " is not supported by this version of ha4j: RELAY is what it has");
        }
    }
}
