package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What backends see as the source of a connection: HAProxy and dnsmasq behind the relay say it. The client is in another
 * network than they are, and the relay is their way back to it, with the rules of docs/operations.md.
 */
class SourceAddressIT {
    /** As in docs/operations.md. */
    private static final String RULES = """
            table inet ha4j_source {
                chain prerouting {
                    type filter hook prerouting priority mangle;
                    meta l4proto { tcp, udp, icmp, icmpv6 } socket transparent 1 meta mark set 0x4a
                }
            }
            """;

    private static final List<String> ROUTES = List.of(
            "ip rule add fwmark 0x4a lookup 100",
            "ip route add local default dev lo table 100",
            "ip -6 rule add fwmark 0x4a lookup 100",
            "ip -6 route add local default dev lo table 100");

    private static final int PORTS = 10;

    @RegisterExtension
    final Testbed bed = new Testbed("haproxy", "dnsmasq", "dig", "curl", "nft", "setpriv");

    private LabHost client;
    private LabHost relay;

    @BeforeEach
    void hosts() {
        client = bed.host("client", "10.78.0.254/24", "2001:db8:78::fe/64");
        relay = bed.host("relay", "10.77.0.1/24", "10.78.0.1/24", "2001:db8:77::1/64", "2001:db8:78::1/64");
    }

    private LabHost backend(String name, int number) {
        LabHost host = bed.host(name, "10.77.0." + number + "/24", "2001:db8:77::" + number + "/64");
        host.exec("ip", "route", "add", "default", "via", "10.77.0.1");
        host.exec("ip", "route", "add", "default", "via", "2001:db8:77::1");
        return host;
    }

    /** Answers with the address that the connection comes from. */
    private void startWebServer(LabHost host) {
        String file = bed.write(host.name() + ".cfg", """
                defaults
                    timeout connect 10s
                    timeout client 60s
                    timeout server 60s
                frontend in
                    bind 0.0.0.0:8081
                    bind :::8081 v6only
                    mode http
                    http-request return status 200 content-type text/plain lf-string "%[src]\\n"
                """).toString();
        host.start("haproxy", "-db", "-f", file);
        Wait.until("haproxy listens", () -> host.exec("ss", "-tlnH").contains(":8081 "));
    }

    private LabProcess startNameServer(LabHost host) {
        LabProcess process = host.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--pid-file",
                "--user=root",
                "--log-queries",
                "--log-facility=-",
                "--txt-record=who.test,here");
        process.awaitLine("started", Wait.LIMIT);
        return process;
    }

    private static String server(String protocol, String address, int port, String source, String... realServers) {
        return """
                virtual_server %s %d {
                    lb_algo rr
                    lb_kind RELAY
                    protocol %s
                    ha4j {
                        source %s
                    }
                %s
                }
                """.formatted(
                        address,
                        port,
                        protocol,
                        source,
                        List.of(realServers).stream()
                                .map(realServer -> "    real_server " + realServer + " {\n    }")
                                .collect(Collectors.joining("\n")));
    }

    @Test
    void backendsSeeTheClientAndItGetsTheirAnswers() {
        LabHost backend = backend("backend", 11);
        startWebServer(backend);
        LabProcess names = startNameServer(backend);
        relay.exec("nft", "-f", bed.write("source.nft", RULES).toString());
        ROUTES.forEach(route -> relay.exec(route.split(" ")));
        relay.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
        BalancerProcess balancer = BalancerProcess.start(
                bed,
                relay,
                server("TCP", "10.78.0.1", 80, "client", "10.77.0.11 8081")
                        + server("TCP", "2001:db8:78::1", 80, "client", "2001:db8:77::11 8081")
                        + server("UDP", "10.78.0.1", 53, "client", "10.77.0.11 53")
                        + server("UDP", "2001:db8:78::1", 53, "client", "2001:db8:77::11 53")
                        + server("UDP", "10.78.0.1", 54, "client", "10.77.0.11 54")
                        + server("UDP", "2001:db8:78::1", 54, "client", "2001:db8:77::11 54"));

        int connections = 50;
        for (String url : List.of("http://10.78.0.1/", "http://[2001:db8:78::1]/")) {
            String answers =
                    client.exec("curl", "-sS", "-m", "10", "-H", "Connection: close", url + "?[1-" + connections + "]");
            assertThat(answers.lines())
                    .as(url)
                    .hasSize(connections)
                    .containsOnly(url.contains("10.78") ? "10.78.0.254" : "2001:db8:78::fe");
        }
        for (int server = 0; server < 2; server++) {
            int index = server;
            Wait.untilEqual(
                    (long) connections,
                    () -> balancer.server(index).at("/ended/finished").asLong());
        }
        for (String server : List.of("10.78.0.1", "2001:db8:78::1")) {
            String answer =
                    client.exec("dig", "+short", "+notcp", "+tries=3", "+time=3", "@" + server, "who.test", "TXT");
            assertThat(answer).as(server).contains("\"here\"");
        }
        names.awaitLine("query[TXT] who.test from 10.78.0.254", Wait.LIMIT);
        names.awaitLine("query[TXT] who.test from 2001:db8:78::fe", Wait.LIMIT);
        for (int server = 4; server < 6; server++) { // nobody is there: ICMP says so
            client.exec(
                    "bash", "-c", "echo anybody > /dev/udp/" + (server == 4 ? "10.78.0.1" : "2001:db8:78::1") + "/54");
            int index = server;
            Wait.untilEqual(
                    1L,
                    () -> balancer.server(index)
                            .at("/realServers/0/connectFailures")
                            .asLong());
        }
        assertThat(balancer.server(0).at("/source").asString()).isEqualTo("client");
    }

    /** Each backend can have as many connections from one address as there are ports, and another one does not matter. */
    @Test
    void oneAddressHasAllPortsForEachBackend() {
        startWebServer(backend("a", 11));
        startWebServer(backend("b", 12));
        relay.exec("sh", "-c", "echo '20000 %d' > /proc/sys/net/ipv4/ip_local_port_range".formatted(20000 + PORTS - 1));
        BalancerProcess balancer = BalancerProcess.start(
                bed, relay, server("TCP", "10.78.0.1", 80, "10.77.0.1", "10.77.0.11 8081", "10.77.0.12 8081"));

        String opened = IntStream.rangeClosed(1, 2 * PORTS + 1)
                .mapToObj(i -> "exec {fd}<>/dev/tcp/10.78.0.1/80; ")
                .collect(Collectors.joining());
        client.start("bash", "-c", opened + "sleep 60");

        Wait.untilEqual(
                1L, () -> balancer.server(0).at("/ended/out_of_resources").asLong());
        Wait.untilEqual(
                2L * PORTS, () -> balancer.server(0).at("/activeConnections").asLong());
        for (int backend = 0; backend < 2; backend++) {
            String path = "/realServers/" + backend;
            Wait.untilEqual(
                    (long) PORTS,
                    () -> balancer.server(0).at(path + "/totalConnections").asLong());
            assertThat(balancer.server(0).at(path + "/connectFailures").asLong())
                    .as("the ports are this machine's affair")
                    .isZero();
        }
        assertThat(balancer.server(0).at("/source").asString()).isEqualTo("10.77.0.1");
    }

    @Test
    void withoutThePrivilegeItDoesNotStartAndSaysWhy() {
        String file = bed.write("relay.conf", server("TCP", "10.78.0.1", 80, "client", "10.77.0.11 8081"))
                .toString();
        List<String> command = Jvm.ha4j("run", "-f", file, "--admin", "unix:" + bed.file("relay.sock"));
        LabProcess without = bed.start(relay, List.of("setpriv", "--bounding-set=-net_admin,-net_raw"), command);
        assertThat(without.waitFor(Wait.LIMIT)).contains(1);
        assertThat(without.tail(20))
                .contains("the client's address cannot be the source of balancer ")
                .contains("setsockopt(IP_TRANSPARENT): EPERM (operation not permitted)")
                .contains("CAP_NET_ADMIN or CAP_NET_RAW");

        LabProcess with = bed.start(relay, List.of("setpriv", "--bounding-set=-net_admin"), command);
        with.awaitLine("Started in", Wait.LIMIT);
    }
}
