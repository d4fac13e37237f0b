package io.ha4j.standalone.conf;

import io.ha4j.CheckRoute;
import io.ha4j.DnsCheck;
import io.ha4j.HealthCheck;
import io.ha4j.NetworkCheck;
import io.ha4j.TlsSettings;
import io.ha4j.UdpCheck;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one checker of a {@code real_server}: {@code TCP_CHECK}, {@code HTTP_GET} and so on. */
final class CheckerReader {
    private static final Duration HTTP_DELAY = Duration.ofSeconds(3); // keepalived.conf(5), delay_before_retry
    private static final int DNS_RETRY = 3;

    private final Statement checker;
    private final Problems problems;
    private final Values values;
    private final CheckSettings settings;
    private final @Nullable InetAddress address;
    private @Nullable InetAddress connectAddress;
    private int connectPort;
    private @Nullable InetAddress source;
    private @Nullable Statement sourcePort;

    /** @param address the real server's; null when it is given by name */
    CheckerReader(Statement checker, CheckSettings inherited, @Nullable InetAddress address, Problems problems) {
        this.checker = checker;
        this.problems = problems;
        this.values = new Values(problems);
        this.settings = new CheckSettings(problems, inherited);
        this.address = address;
    }

    HealthCheck tcp() {
        network().read();
        return at(HealthCheck.tcp(), 1, Duration.ofSeconds(1));
    }

    /** Not one of keepalived's. */
    @Nullable
    HealthCheck tls() {
        TlsReader tls = new TlsReader(problems);
        tls.readIn(network().on("server_name", line -> tls.serverName(values.word(line))))
                .read();
        TlsSettings wanted = tls.settings(checker);
        return wanted == null ? null : at(HealthCheck.tls().tls(wanted), 1, Duration.ofSeconds(1));
    }

    @Nullable
    HealthCheck smtp() {
        String[] name = new String[1];
        network().on("helo_name", line -> name[0] = values.word(line)).read();
        return legal(() -> at(
                name[0] == null ? HealthCheck.smtp() : HealthCheck.smtp().heloName(name[0]), 1, Duration.ofSeconds(1)));
    }

    @Nullable
    HealthCheck dns() {
        String[] asked = {"SOA", "."};
        List<String> types =
                Stream.of(DnsCheck.Type.values()).map(DnsCheck.Type::name).toList();
        network()
                .on("type", line -> asked[0] = or(values.choice(line, types), asked[0]))
                .on("name", line -> asked[1] = or(values.word(line), asked[1]))
                .read();
        return legal(
                () -> at(HealthCheck.dns(DnsCheck.Type.valueOf(asked[0]), asked[1]), DNS_RETRY, settings.delayLoop()));
    }

    @Nullable
    HealthCheck udp() {
        UdpReader udp = new UdpReader(problems);
        udp.readIn(network()).read();
        UdpCheck check = udp.check();
        return check == null ? null : at(check, 1, Duration.ofSeconds(1));
    }

    /** One check for each url; null if one of them is wrong. */
    @Nullable
    List<HealthCheck> http(boolean ssl) {
        HttpReader http = new HttpReader(ssl, problems);
        http.readIn(network()).read();
        return http.checks(checker, settings.virtualHost(), check -> at(check, 1, HTTP_DELAY));
    }

    /** @param user whom the script runs as, unless it says otherwise */
    @Nullable
    HealthCheck misc(ScriptUser user) {
        MiscReader misc = new MiscReader(user, problems);
        misc.readIn(settings.readIn(new Block(checker, Vocabulary.CHECKER, problems)))
                .read();
        return legal(() -> misc.check(checker, settings));
    }

    private Block network() {
        return settings.readIn(new Block(checker, Vocabulary.CHECKER, problems))
                .on("connect_ip", line -> connectAddress = address(line))
                .on("connect_port", line -> connectPort = or(values.integer(line, 1, 65535), connectPort))
                .on("bindto", line -> source = address(line))
                .on("bind_port", line -> sourcePort = line);
    }

    private @Nullable InetAddress address(Statement line) {
        String word = values.word(line);
        return word == null ? null : values.address(line.line(), line.keyword(), word);
    }

    private <C extends NetworkCheck<C>> C at(C check, int defaultRetry, Duration defaultDelay) {
        return check.route(route()).schedule(settings.schedule(defaultRetry, defaultDelay));
    }

    private CheckRoute route() {
        Integer port = sourcePort == null ? Integer.valueOf(0) : values.integer(sourcePort, 1, 65535);
        InetAddress from = source;
        if (sourcePort != null && from == null) {
            problems.error(sourcePort.line(), "bind_port needs a bindto beside it");
        }
        InetAddress to = connectAddress == null ? address : connectAddress;
        if (from != null && to != null && from instanceof Inet4Address != to instanceof Inet4Address) {
            problems.error(
                    checker.line(),
                    "bindto of " + checker.keyword() + " is of another family than what is connected to");
        }
        return new CheckRoute(
                connectAddress, connectPort, from == null || port == null ? null : new InetSocketAddress(from, port));
    }

    /** What the API refuses is told with the line of the checker. */
    private @Nullable HealthCheck legal(Supplier<@Nullable HealthCheck> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException e) {
            problems.error(checker.line(), checker.keyword() + ": " + e.getMessage());
            return null;
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
