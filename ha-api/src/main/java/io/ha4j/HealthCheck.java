package io.ha4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A way to know whether something works. A check is only a description; it runs while a group or a balancer uses it,
 * and equal checks run once, whoever uses them.
 *
 * <p>A backend can have every kind but {@link InterfaceCheck}; a group tracks that and every {@link LocalCheck}.
 *
 * <pre>{@code
 * HealthCheck.https("/health").tls(TlsSettings.UNVERIFIED.verify("www.example.org"))
 *         .host("www.example.org").status(200, 204).body(ExpectedBody.matching("\"ok\""))
 *         .interval(Duration.ofSeconds(2)).fall(2)
 * }</pre>
 */
public sealed interface HealthCheck permits NetworkCheck, LocalCheck, InterfaceCheck, AllChecks {
    /** How events, logs and the status call it. */
    String name();

    /** A TCP connection must be accepted: every second, 1 s timeout, 2 successes to be up, 3 failures to be down. */
    static TcpCheck tcp() {
        return new TcpCheck(CheckSchedule.DEFAULT, CheckRoute.DIRECT);
    }

    /** A TLS handshake must be completed, with any certificate; times as {@link #tcp()}. */
    static TlsCheck tls() {
        return new TlsCheck(TlsSettings.UNVERIFIED, CheckSchedule.DEFAULT, CheckRoute.DIRECT);
    }

    /** GET of this path must be answered with a status of 200 to 299; times as {@link #tcp()}. */
    static HttpCheck http(String path) {
        return HttpCheck.get(path, null);
    }

    /** As {@link #http}, over TLS with any certificate. */
    static HttpCheck https(String path) {
        return HttpCheck.get(path, TlsSettings.UNVERIFIED);
    }

    /** A mail server must greet and take HELO; times as {@link #tcp()}. */
    static SmtpCheck smtp() {
        return new SmtpCheck(null, CheckSchedule.DEFAULT, CheckRoute.DIRECT);
    }

    /** A DNS question must be answered with NOERROR; times as {@link #tcp()}. */
    static DnsCheck dns(DnsCheck.Type type, String domain) {
        return new DnsCheck(type, domain, CheckSchedule.DEFAULT, CheckRoute.DIRECT);
    }

    /** A datagram of 64 random bytes must not be refused; times as {@link #tcp()}. */
    static UdpCheck udp() {
        return new UdpCheck("", null, CheckSchedule.DEFAULT, CheckRoute.DIRECT);
    }

    /** All of these must be up. */
    static AllChecks all(HealthCheck... checks) {
        return new AllChecks(List.of(checks));
    }

    /** A check that the application flips itself; it begins up. */
    static HealthSwitch inProcess(String name) {
        return new HealthSwitch(name);
    }

    /**
     * A command must end with exit code 0: every second, 1 s timeout, one success to be up, one failure to be down.
     *
     * @param command the program and its arguments; no shell reads them
     */
    static ScriptCheck script(String name, String... command) {
        return new ScriptCheck(name, List.of(command), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
    }

    /** A file must be there. */
    static FileCheck fileExists(String name, Path file) {
        return new FileCheck(name, file, FileCheck.Measure.EXISTENCE, FileCheck.DEFAULT_INTERVAL);
    }

    /** A file holds a number, which a group multiplies by the weight that it tracks it with; 0 is well. */
    static FileCheck fileValue(String name, Path file) {
        return new FileCheck(name, file, FileCheck.Measure.VALUE, FileCheck.DEFAULT_INTERVAL);
    }

    /**
     * At least one process must run.
     *
     * @param command the process's name, as {@code ps -o comm} shows it; or, with arguments, its whole command line
     */
    static ProcessCheck process(String name, String... command) {
        return new ProcessCheck(
                name,
                List.of(command),
                command.length == 1 ? ProcessCheck.Match.NAME : ProcessCheck.Match.EXACT,
                1,
                Integer.MAX_VALUE,
                Duration.ZERO,
                Duration.ZERO,
                ProcessCheck.DEFAULT_INTERVAL);
    }

    /** A network interface must be up and have a carrier. */
    static InterfaceCheck networkInterface(String interfaceName) {
        return new InterfaceCheck(interfaceName);
    }
}
