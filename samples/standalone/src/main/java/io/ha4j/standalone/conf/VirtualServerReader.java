package io.ha4j.standalone.conf;

import io.ha4j.Backend;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one {@code virtual_server}. */
final class VirtualServerReader {
    /** A backend may have a quarter more than its share. */
    private static final double DEFAULT_EPSILON = 0.25;

    /** By keepalived's names, and by ours where it has none. */
    private static final Map<String, Scheduler> SCHEDULERS = Stream.concat(
                    Stream.of(Scheduler.Standard.values()),
                    Stream.of(Scheduler.PEAK_EWMA, Scheduler.boundedLoad(DEFAULT_EPSILON)))
            .collect(Collectors.toMap(
                    Scheduler::keyword, Function.identity(), (first, second) -> first, LinkedHashMap::new));

    private static final List<String> LATER_SCHEDULERS = List.of("lblc", "fo", "ovf", "lblcr", "twos");

    private final Statement server;
    private final Problems problems;
    private final Values values;
    private final CheckSettings settings;
    private final Protocol protocol; // what follows depends on it, wherever it stands
    private final ExtensionReader extension;
    private final PersistenceReader persistenceReader;
    private final ScriptUser user;
    private String algorithm = "wlc"; // keepalived's default, by its log: no scheduler set, setting default 'wlc'
    private @Nullable Integer kindLine;
    private @Nullable Integer protocolLine;
    private @Nullable Integer algorithmLine;
    private @Nullable Statement sorryServer;
    private final List<Statement> realServers = new ArrayList<>();

    /** @param user whom scripts run as that name nobody */
    VirtualServerReader(Statement server, ScriptUser user, Problems problems) {
        this.user = user;
        this.server = server;
        this.problems = problems;
        this.values = new Values(problems);
        this.settings = new CheckSettings(problems, null);
        this.protocol = server.statements().stream().anyMatch(it -> it.words().equals(List.of("protocol", "UDP")))
                ? Protocol.UDP
                : Protocol.TCP;
        this.extension = new ExtensionReader(protocol, problems);
        this.persistenceReader = new PersistenceReader(problems);
    }

    /** Null when it cannot be built; the reasons have been reported. */
    @Nullable
    VirtualServer read() {
        InetSocketAddress address = address();
        settings.readInServer(new Block(server, Vocabulary.VIRTUAL_SERVER, problems))
                .on("lb_algo", this::readAlgorithm)
                .on("lvs_sched", this::readAlgorithm)
                .on("lb_kind", this::readKind)
                .on("lvs_method", this::readKind)
                .on("protocol", this::readProtocol)
                .onBlock("ha4j", extension::read)
                .on("persistence_timeout", persistenceReader::readTimeout)
                .on("persistence_granularity", persistenceReader::readGranularity)
                .on("sorry_server", statement -> sorryServer = statement)
                .onEach("real_server", realServers::add)
                .read();
        if (kindLine == null) {
            problems.error(
                    server.line(),
                    server.text() + " has no lb_kind, and keepalived's default is NAT: this "
                            + "version of ha4j has RELAY");
        }
        if (protocolLine == null) {
            problems.warning(server.line(), server.text() + " has no protocol: ha4j takes TCP, keepalived UDP");
        }
        Persistence persistence = persistenceReader.of(address, extension.maxPersistentClients());
        List<Backend> backends = backends();
        if (address != null && extension.source().client()) {
            warnOfOtherFamily(address, backends);
        }
        if (realServers.isEmpty()) {
            problems.error(server.line(), server.text() + " has no real_server");
        }
        return address == null
                ? null
                : new VirtualServer(
                        server.line(),
                        protocol,
                        address,
                        SCHEDULERS.getOrDefault(algorithm, Scheduler.WEIGHTED_LEAST_CONNECTIONS),
                        extension.limits(),
                        extension.passiveChecks(),
                        extension.trustedProxies(),
                        persistence,
                        extension.resolveInterval(),
                        extension.source(),
                        backends);
    }

    /** Not where clients of both families come, or are named by proxies. */
    private void warnOfOtherFamily(InetSocketAddress address, List<Backend> backends) {
        if (address.getAddress().isAnyLocalAddress()
                || !extension.trustedProxies().networks().isEmpty()) {
            return;
        }
        boolean ipv4 = address.getAddress() instanceof Inet4Address;
        for (Backend backend : backends) {
            InetAddress ip = backend.address().getAddress();
            if (ip != null && ip instanceof Inet4Address != ipv4) {
                problems.warning(
                        server.line(),
                        "real_server " + IpText.of(ip) + " gets no connections with source client, as " + server.text()
                                + " is of the other address family");
            }
        }
    }

    private @Nullable InetSocketAddress address() {
        List<String> arguments = server.arguments();
        if (!arguments.isEmpty() && List.of("fwmark", "group").contains(arguments.get(0))) {
            problems.error(
                    server.line(), "virtual_server " + arguments.get(0) + " is not supported by this version of ha4j");
            return null;
        }
        return values.endpoint(server);
    }

    private List<Backend> backends() {
        Map<InetSocketAddress, Integer> lines = new HashMap<>();
        List<Backend> backends = new ArrayList<>();
        for (Statement statement : realServers) {
            Backend backend = new RealServerReader(statement, settings, user, problems).read();
            if (backend == null) {
                continue;
            }
            if (protocol == Protocol.UDP && backend.proxyProtocol() != ProxyProtocol.NONE) {
                problems.error(statement.line(), statement.text() + " must not have send_proxy with protocol UDP");
            }
            Integer before = lines.putIfAbsent(backend.address(), statement.line());
            if (before != null) {
                problems.error(statement.line(), statement.text() + " is in line " + before + " already");
            } else {
                backends.add(effective(backend, statement));
            }
        }
        InetSocketAddress sorry = sorryServer == null ? null : values.endpoint(sorryServer);
        if (sorryServer != null && sorry != null) {
            Integer before = lines.get(sorry);
            if (before == null) {
                backends.add(Backend.of(sorry).asBackup());
            } else {
                problems.error(sorryServer.line(), sorryServer.text() + " is the real_server of line " + before);
            }
        }
        return backends;
    }

    /** In IPVS, these know no weights but 0. */
    private Backend effective(Backend backend, Statement statement) {
        if (!List.of("rr", "lc").contains(algorithm) || backend.weight() <= 1) {
            return backend;
        }
        problems.warning(
                statement.line(),
                "weight " + backend.weight() + " has no effect with lb_algo " + algorithm + "; w" + algorithm
                        + " respects it");
        return backend;
    }

    private void readAlgorithm(Statement statement) {
        if (algorithmLine != null) {
            problems.error(statement.line(), "lb_algo was given in line " + algorithmLine + " already");
        }
        algorithmLine = statement.line();
        String word = values.word(statement);
        if (word == null) {
            return;
        }
        if (SCHEDULERS.containsKey(word)) {
            algorithm = word;
        } else {
            String rule = LATER_SCHEDULERS.contains(word)
                    ? " is not supported by this version of ha4j: it has "
                    : " is no scheduler; this version of ha4j has ";
            problems.error(
                    statement.line(), statement.keyword() + " " + word + rule + String.join(", ", SCHEDULERS.keySet()));
        }
    }

    private void readKind(Statement statement) {
        if (kindLine != null) {
            problems.error(statement.line(), "lb_kind was given in line " + kindLine + " already");
        }
        kindLine = statement.line();
        String kind =
                statement.arguments().isEmpty() ? "" : statement.arguments().get(0);
        if (List.of("NAT", "DR", "TUN").contains(kind)) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " " + kind + " is not supported by this version of "
                            + "ha4j: RELAY is what it has (connections are relayed in user space)");
        } else {
            values.choice(statement, List.of("RELAY"));
        }
    }

    private void readProtocol(Statement statement) {
        protocolLine = statement.line();
        String word = values.choice(statement, List.of("TCP", "UDP", "SCTP"));
        if ("SCTP".equals(word)) {
            problems.error(statement.line(), "protocol SCTP is not supported by this version of ha4j: TCP and UDP are");
        }
    }
}
