package io.ha4j.standalone.conf;

import io.ha4j.Backend;
import io.ha4j.ProxyProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one {@code real_server} with its checker. */
final class RealServerReader {
    /** The API's. */
    private static final Duration MAX_SLOW_START = Duration.ofDays(1);

    private final Statement server;
    private final Problems problems;
    private final Values values;
    private final CheckSettings settings;
    private int weight = 1;
    private boolean backup;
    private int maxConnections;
    private Duration slowStart = Duration.ZERO;
    private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
    private @Nullable Statement tcpCheck;

    RealServerReader(Statement server, CheckSettings inherited, Problems problems) {
        this.server = server;
        this.problems = problems;
        this.values = new Values(problems);
        this.settings = new CheckSettings(problems, inherited);
    }

    /** Null when it cannot be built; the reasons have been reported. */
    @Nullable
    Backend read() {
        InetSocketAddress address = values.endpoint(server);
        settings.readIn(new Block(server, Vocabulary.REAL_SERVER, problems))
                .on("weight", statement -> {
                    Integer value = values.integer(statement, 0, 65535);
                    weight = value == null ? weight : value;
                })
                .on("lb_kind", this::readKind)
                .on("lvs_method", this::readKind)
                .on("uthreshold", this::readMaximum)
                .onBlock("ha4j", this::readExtension)
                .onBlock("TCP_CHECK", statement -> tcpCheck = statement)
                .read();
        if (address == null) {
            return null;
        }
        Backend backend = new Backend(address, weight, null, backup, maxConnections, slowStart, proxyProtocol);
        return tcpCheck == null
                ? backend
                : backend.check(check(tcpCheck, address).tcp());
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

    private CheckSettings check(Statement statement, InetSocketAddress address) {
        CheckSettings own = new CheckSettings(problems, settings);
        own.readIn(new Block(statement, Vocabulary.TCP_CHECK, problems))
                .on("connect_ip", line -> {
                    String word = values.word(line);
                    InetAddress ip = word == null ? null : values.address(line.line(), "connect_ip", word);
                    if (ip != null && !ip.equals(address.getAddress())) {
                        refuseOther(line);
                    }
                })
                .on("connect_port", line -> {
                    Integer port = values.integer(line, 1, 65535);
                    if (port != null && port != address.getPort()) {
                        refuseOther(line);
                    }
                })
                .read();
        return own;
    }

    private void refuseOther(Statement statement) {
        problems.error(
                statement.line(),
                statement.text() + ": this version of ha4j checks the real server's own " + "address and port only");
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
