package io.ha4j.standalone.conf;

import io.ha4j.Backend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Reads one {@code real_server} with its checker. */
final class RealServerReader {
    private final Statement server;
    private final Problems problems;
    private final Values values;
    private final CheckSettings settings;
    private int weight = 1;
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
                .onBlock("TCP_CHECK", statement -> tcpCheck = statement)
                .read();
        if (address == null) {
            return null;
        }
        Backend backend = new Backend(address, weight, null);
        return tcpCheck == null
                ? backend
                : backend.check(check(tcpCheck, address).tcp());
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
