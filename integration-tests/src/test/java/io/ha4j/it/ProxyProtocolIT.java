package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * HAProxy and curl before the relay with PROXY headers of either version, and HAProxy behind it, which says what client
 * address reached it.
 */
class ProxyProtocolIT {
    @RegisterExtension
    final Testbed bed = new Testbed("haproxy", "curl");

    private LabHost client;
    private LabHost proxy;
    private LabHost relay;
    private LabHost backend;

    @BeforeEach
    void hosts() {
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::fe/64");
        proxy = bed.host("proxy", "10.77.0.2/24", "2001:db8:77::2/64");
        relay = bed.host("relay", "10.77.0.1/24", "2001:db8:77::1/64");
        backend = bed.host("backend", "10.77.0.11/24", "2001:db8:77::b/64");
    }

    @ParameterizedTest
    @CsvSource({"send-proxy, v2", "send-proxy-v2, v1", "send-proxy-v2 crc32c-opt, v2"})
    void theClientsAddressPassesThrough(String sent, String passedOn) {
        startBackend();
        BalancerProcess balancer = startRelay(passedOn);
        String option = sent.startsWith("send-proxy-v2") ? "send-proxy-v2" : sent;
        String options = sent.endsWith("crc32c-opt") ? option + " proxy-v2-options crc32c,unique-id" : option;
        startProxy(options);

        assertThat(curl("http://10.77.0.2:80/")).startsWith("10.77.0.254 -> 10.77.0.2:80");
        assertThat(curl("http://[2001:db8:77::2]:80/")).startsWith("2001:db8:77::fe -> 2001:db8:77::2:80");

        // curl speaks for itself where it is trusted: from the proxy's host
        String own = proxy.exec("curl", "-sS", "-m", "10", "--haproxy-protocol", "http://10.77.0.1:8080/");
        assertThat(own).startsWith("10.77.0.2 -> 10.77.0.1:8080");
        assertThat(refused(proxy, "http://10.77.0.1:8080/"))
                .as("the header is required there")
                .contains("reset");

        // from elsewhere a header is data, which HTTP does not understand, and none is needed
        assertThat(client.exec("curl", "-sS", "-m", "10", "http://10.77.0.1:8080/"))
                .startsWith("10.77.0.254 -> 10.77.0.1:8080");
        assertThat(client.exec(
                        "curl",
                        "-sS",
                        "-m",
                        "10",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "--haproxy-protocol",
                        "http://10.77.0.1:8080/"))
                .isEqualTo("400");
        Wait.until(
                "counted",
                () -> balancer.server(0).at("/ended/proxy_header_malformed").asLong() == 1);
        assertThat(balancer.server(0).at("/acceptProxy/networks/0").asString()).isEqualTo("10.77.0.2/32");
    }

    private String curl(String url) {
        return client.exec("curl", "-sS", "-g", "-m", "10", url);
    }

    private static String refused(LabHost from, String url) {
        return from.exec("sh", "-c", "curl -sS -m 10 " + url + " 2>&1 || true");
    }

    /** Answers with the addresses that the PROXY header named. */
    private void startBackend() {
        start(backend, """
                frontend in
                    bind :::8081 v4v6 accept-proxy
                    mode http
                    http-request return status 200 content-type text/plain lf-string "%[src] -> %[dst]:%[dst_port]\\n"
                """);
    }

    private void startProxy(String options) {
        start(proxy, """
                listen front
                    bind :::80 v4v6
                    mode tcp
                    unique-id-format %%{+X}o\\ %%ci:%%cp
                    server relay 10.77.0.1:8080 %s
                """.formatted(options));
    }

    private void start(LabHost host, String configuration) {
        String defaults = """
                global
                    stats socket %s mode 600 level admin
                defaults
                    timeout connect 10s
                    timeout client 20s
                    timeout server 20s
                """.formatted(bed.file(host.name() + ".stats"));
        String file = bed.write(host.name() + ".cfg", defaults + configuration).toString();
        host.start("haproxy", "-db", "-f", file);
        String port = host == backend ? "8081" : "80";
        Wait.until("haproxy listens", () -> host.exec("ss", "-tlnH").contains(":" + port + " "));
    }

    private BalancerProcess startRelay(String passedOn) {
        String config = """
                virtual_server 10.77.0.1 8080 {
                    lb_algo sh
                    lb_kind RELAY
                    protocol TCP
                    ha4j {
                        accept_proxy 10.77.0.2/32 2001:db8:77::2
                        accept_proxy_timeout 5
                    }
                    real_server 10.77.0.11 8081 {
                        ha4j {
                            send_proxy %s
                        }
                    }
                }
                """.formatted(passedOn);
        return BalancerProcess.start(bed, relay, config);
    }
}
