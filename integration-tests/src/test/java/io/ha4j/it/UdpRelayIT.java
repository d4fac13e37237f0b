package io.ha4j.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DNS through the relay: dig before it, which takes answers from the address that it asked only, dnsmasq behind it. */
class UdpRelayIT {
    /** Answers of more than a datagram's worth over Ethernet, so that they come in fragments. */
    private static final int LONG_ANSWER = 3000;

    @RegisterExtension
    final Testbed bed = new Testbed("dig", "dnsmasq", "curl");

    private final Map<String, LabProcess> servers = new HashMap<>();
    private LabHost client;
    private LabHost relay;

    @BeforeEach
    void hosts() {
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::fe/64");
        relay = bed.host("relay", "10.77.0.1/24", "10.77.0.3/24", "2001:db8:77::1/64");
        for (String name : List.of("a", "b")) {
            String address = "10.77.0." + (name.equals("a") ? 11 : 12);
            servers.put(name, startServer(bed.host(name, address + "/24"), name));
        }
    }

    private LabProcess startServer(LabHost host, String name) {
        // No text of a TXT record is longer than 255 bytes.
        List<String> command = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--pid-file",
                "--user=root",
                "--edns-packet-max=4096",
                "--local-ttl=0",
                "--log-facility=-",
                "--txt-record=who.test," + name));
        StringBuilder texts = new StringBuilder("--txt-record=long.test");
        for (int i = 0; i < LONG_ANSWER / 250; i++) {
            texts.append(',').append((char) ('a' + i)).append("x".repeat(249));
        }
        command.add(texts.toString());
        LabProcess process = host.start("dnsmasq@" + name, command, line -> {});
        process.awaitLine("started", Wait.LIMIT);
        return process;
    }

    private static String config(String address, String... names) {
        StringBuilder text = new StringBuilder();
        for (String protocol : List.of("UDP", "TCP")) {
            text.append("""
                    virtual_server %s 53 {
                        delay_loop 1
                        lb_algo rr
                        lb_kind RELAY
                        protocol %s
                        ha4j {
                            idle_timeout 20
                        }
                    """.formatted(address, protocol));
            for (String name : names) {
                text.append("    real_server 10.77.0.%d 53 {\n    }\n".formatted(name.equals("a") ? 11 : 12));
            }
            text.append("}\n");
        }
        return text.toString();
    }

    private String dig(String... arguments) {
        List<String> command = new ArrayList<>(List.of("dig", "+short", "+tries=3", "+time=3"));
        command.addAll(List.of(arguments));
        // Without its complaints about a first question that came too early, as for an address that is new.
        return client.exec(command.toArray(String[]::new))
                .lines()
                .filter(line -> !line.startsWith(";;"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void nameServersBehindOneAddressOverUdpAndTcp() {
        BalancerProcess balancer = BalancerProcess.start(bed, relay, config("10.77.0.1", "a", "b"));

        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) { // a socket each, so a session each
            answers.add(dig("@10.77.0.1", "who.test", "TXT"));
        }
        assertThat(answers).containsOnly("\"a\"", "\"b\"");
        assertThat(answers.stream().filter("\"a\""::equals)).hasSize(3);
        assertThat(dig("@10.77.0.1", "+tcp", "who.test", "TXT")).isIn("\"a\"", "\"b\"");
        String longAnswer = dig("@10.77.0.1", "+bufsize=4096", "+ignore", "+notcp", "long.test", "TXT");
        assertThat(longAnswer).as("in fragments").hasSizeGreaterThan(LONG_ANSWER);
        assertThat(dig("@10.77.0.1", "+bufsize=512", "long.test", "TXT"))
                .as("truncated by the server, asked again over TCP")
                .isEqualTo(longAnswer);

        assertThat(balancer.server(0).at("/protocol").asString()).isEqualTo("UDP");
        assertThat(balancer.server(0).at("/accepted").asLong()).isEqualTo(8);
        assertThat(balancer.server(0).at("/activeConnections").asLong()).isEqualTo(8);
        assertThat(balancer.server(0).at("/datagrams/received").asLong()).isEqualTo(8);
        assertThat(balancer.server(0).at("/datagrams/sent").asLong()).isEqualTo(8);
        assertThat(balancer.server(0).at("/datagrams/dropped").asLong()).isZero();
        assertThat(balancer.server(1).at("/protocol").asString()).isEqualTo("TCP");
        assertThat(balancer.server(1).at("/accepted").asLong()).isEqualTo(2);
    }

    /** One client port, so that it is one session all the time. */
    @Test
    void aSessionLeavesABackendThatIsTakenAwayOrKilled() {
        BalancerProcess balancer = BalancerProcess.start(bed, relay, config("10.77.0.1", "a", "b"));
        String[] question = {"@10.77.0.1", "-b", "10.77.0.254#5353", "who.test", "TXT"};
        String first = dig(question);
        assertThat(dig(question)).isEqualTo(first);

        String other = first.equals("\"a\"") ? "b" : "a";
        balancer.reload(config("10.77.0.1", other));
        balancer.process().awaitLine("removed", Wait.LIMIT);
        assertThat(dig(question)).isEqualTo("\"" + other + "\"");

        String gone = other.equals("a") ? "b" : "a";
        balancer.reload(config("10.77.0.1", "a", "b"));
        Wait.until("added", () -> balancer.server(0).at("/realServers").size() == 2);
        LabProcess killed = requireNonNull(servers.get(other));
        killed.kill();
        killed.waitFor(Wait.LIMIT);
        // the kernel refuses for it (ICMP), which dig does not see: after a timeout it asks again
        assertThat(dig(question)).endsWith("\"" + gone + "\"");
        assertThat(balancer.server(0).at("/accepted").asLong())
                .as("one session")
                .isEqualTo(1);
    }

    /** Of two addresses on one interface, the kernel would answer from the first one; a third one comes later. */
    @Test
    void aWildcardAnswersFromTheAddressThatWasAsked() {
        relay.exec("sysctl", "-qw", "net.ipv6.conf.eth0.dad_transmits=60");
        relay.exec("ip", "addr", "add", "2001:db8:77::5/64", "dev", LabHost.INTERFACE); // tentative for a minute
        BalancerProcess balancer = BalancerProcess.start(bed, relay, config("::", "a", "b"));
        for (String address : List.of("10.77.0.1", "10.77.0.3", "2001:db8:77::1")) {
            assertThat(dig("@" + address, "who.test", "TXT")).as(address).isIn("\"a\"", "\"b\"");
        }
        relay.exec("ip", "addr", "add", "10.77.0.4/24", "dev", LabHost.INTERFACE);
        assertThat(dig("@10.77.0.4", "who.test", "TXT")).isIn("\"a\"", "\"b\"");
        assertThat(balancer.server(0).at("/datagrams/dropped").asLong()).isZero();
        assertThat(balancer.process().tail(100)).doesNotContain("no datagrams");
        balancer.process().terminate();
        assertThat(balancer.process().waitFor(Wait.LIMIT)).contains(0);
    }
}
