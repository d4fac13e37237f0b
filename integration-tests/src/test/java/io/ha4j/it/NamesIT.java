package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import io.ha4j.lab.WebServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Real servers by name: dnsmasq knows their addresses, and the system's resolver asks it. */
class NamesIT {
    private static final String NAME_SERVER = "10.77.0.2";

    @RegisterExtension
    final Testbed bed = new Testbed("dnsmasq", "curl", "unshare", "mount");

    private LabHost relay;
    private LabHost names;

    @BeforeEach
    void hosts() {
        relay = bed.host("relay", "10.77.0.1/24");
        names = bed.host("names", NAME_SERVER + "/24");
    }

    @Test
    void theAddressesOfANameAreTheRealServers() {
        LabHost client = bed.host("client", "10.77.0.254/24");
        LabHost servers = bed.host("servers", "10.77.0.11/24", "10.77.0.12/24");
        for (String address : List.of("10.77.0.11", "10.77.0.12")) {
            bed.java(servers, WebServer.class, address, 8080, "at " + address).awaitLine("ready", Wait.LIMIT);
        }
        zone("10.77.0.11");
        LabProcess dnsmasq = startNameServer();
        BalancerProcess balancer = startBalancer();

        Wait.untilEqual(List.of("10.77.0.11:8080"), () -> realServers(balancer));
        assertThat(curl(client)).isEqualTo("at 10.77.0.11");

        zone("10.77.0.11", "10.77.0.12");
        dnsmasq.signal("HUP");
        Wait.until("both", () -> realServers(balancer).size() == 2);
        zone("10.77.0.12");
        dnsmasq.signal("HUP");
        Wait.untilEqual(List.of("10.77.0.12:8080"), () -> realServers(balancer));
        assertThat(curl(client)).isEqualTo("at 10.77.0.12");

        dnsmasq.kill();
        Wait.untilEqual(
                "the name cannot be resolved",
                () -> name(balancer).at("/detail").asString());
        assertThat(realServers(balancer)).containsExactly("10.77.0.12:8080");
        assertThat(curl(client)).isEqualTo("at 10.77.0.12");

        zone("10.77.0.11");
        startNameServer();
        Wait.untilEqual(List.of("10.77.0.11:8080"), () -> realServers(balancer));
        assertThat(name(balancer).at("/detail").asString()).isEmpty();
    }

    private void zone(String... addresses) {
        StringBuilder text = new StringBuilder();
        for (String address : addresses) {
            text.append(address).append(" web.test\n");
        }
        bed.write("zone", text.toString());
    }

    private LabProcess startNameServer() {
        LabProcess process = names.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--addn-hosts=" + bed.file("zone"),
                "--pid-file",
                "--user=root",
                "--local=/test/",
                "--local-ttl=0",
                "--log-facility=-");
        process.awaitLine("started", Wait.LIMIT);
        return process;
    }

    /** In a mount namespace, where the system's name server is ours. */
    private BalancerProcess startBalancer() {
        String resolver = bed.write("resolv.conf", "nameserver " + NAME_SERVER + "\noptions timeout:1 attempts:1\n")
                .toString();
        String config = bed.write("relay.conf", """
                virtual_server 10.77.0.1 80 {
                    lb_algo rr
                    lb_kind RELAY
                    protocol TCP
                    ha4j {
                        resolve_interval 0.2
                    }
                    real_server web.test 8080 {
                    }
                }
                """).toString();
        List<String> prefix = List.of(
                "unshare", "-m", "sh", "-c", "mount --bind " + resolver + " /etc/resolv.conf && exec \"$@\"", "sh");
        LabProcess process =
                bed.start(relay, prefix, Jvm.ha4j("run", "-f", config, "--admin", "unix:" + bed.file("relay.sock")));
        process.awaitLine("Started in", Wait.LIMIT);
        return new BalancerProcess(bed, relay, process);
    }

    private static JsonNode name(BalancerProcess balancer) {
        return balancer.server(0).at("/names/0");
    }

    private static List<String> realServers(BalancerProcess balancer) {
        List<String> found = new ArrayList<>();
        balancer.server(0)
                .at("/realServers")
                .forEach(server -> found.add(server.at("/address").asString()));
        return found;
    }

    private static String curl(LabHost client) {
        return client.exec("curl", "-s", "-S", "-m", "10", "http://10.77.0.1/").strip();
    }
}
