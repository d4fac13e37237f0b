package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.ConnectionLimits;
import io.ha4j.HealthCheck;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.ProxyProtocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.TcpCheck;
import io.ha4j.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sound virtual_server becomes. */
class VirtualServerConfigurationTest {
    @Test
    void readsAVirtualServer() throws Exception {
        Configuration configuration = Configuration.parse("f", Confs.VIP + Confs.SERVER);

        assertThat(configuration.virtualServers())
                .containsExactly(new VirtualServer(
                        16,
                        Protocol.TCP,
                        new InetSocketAddress("10.77.0.100", 80),
                        Scheduler.WEIGHTED_ROUND_ROBIN,
                        ConnectionLimits.DEFAULT,
                        PassiveChecks.NONE,
                        TrustedProxies.NONE,
                        Persistence.NONE,
                        Duration.ofSeconds(30),
                        SourceAddress.KERNEL,
                        List.of(
                                Backend.of("10.77.0.11", 8080)
                                        .weight(3)
                                        .check(HealthCheck.tcp()
                                                .interval(Duration.ofMillis(2500))
                                                .timeout(Duration.ofMillis(500))
                                                .rise(1)
                                                .fall(3) // the first failure and two retries
                                                .retryInterval(Duration.ofMillis(200))),
                                Backend.of("10.77.0.12", 8080))));
        assertThat(configuration.holderOf(InetAddress.getByName("10.77.0.100")))
                .contains(configuration.instances().get(0));
        assertThat(configuration.holderOf(InetAddress.getByName("10.77.0.102"))).isEmpty();
    }

    @Test
    void checkSettingsAreHandedDownAndDefaultToKeepalivedsOwn() throws Exception {
        List<Backend> backends =
                Configuration.parse("f", """
                        virtual_server 10.0.0.1 80 {
                          lb_kind RELAY
                          protocol TCP
                          retry 5
                          real_server 10.0.0.2 80 {
                            TCP_CHECK {
                            }
                          }
                          real_server 10.0.0.3 80 {
                            connect_timeout 7
                            TCP_CHECK {
                              connect_ip 10.0.0.3
                              connect_port 80
                              retry 0
                            }
                          }
                        }
                        """).virtualServers().get(0).backends();

        assertThat(backends.get(0).check()).isEqualTo(tcp(5, 6));
        assertThat(backends.get(1).check())
                .isEqualTo(tcp(7, 1).address("10.0.0.3").port(80));
    }

    private static TcpCheck tcp(int timeoutSeconds, int fall) {
        return HealthCheck.tcp()
                .interval(Duration.ofSeconds(60))
                .timeout(Duration.ofSeconds(timeoutSeconds))
                .rise(1)
                .fall(fall)
                .retryInterval(Duration.ofSeconds(1));
    }

    @Test
    void readsLimits() throws Exception {
        String block = """
                ha4j {
                    connect_timeout 1.5
                    idle_timeout 0
                    half_closed_timeout 30
                    max_connections 5000
                    max_connections_per_source 20
                    max_connection_rate 300
                    max_buffered_mb 64
                    max_queued 7
                    queue_timeout 2
                }
                protocol TCP""";
        assertThat(Configuration.parse("f", Confs.SERVER.replace("protocol TCP", block))
                        .virtualServers()
                        .get(0)
                        .limits())
                .isEqualTo(new ConnectionLimits(
                        Duration.ofMillis(1500),
                        Duration.ZERO,
                        Duration.ofSeconds(30),
                        5000,
                        20,
                        7,
                        Duration.ofSeconds(2),
                        300,
                        64 * 1024 * 1024));
    }

    @Test
    void readsTiersAndMaxima() throws Exception {
        String text = Confs.SERVER
                .replace("weight 3", "weight 3\nuthreshold 50\nha4j {\nbackup\nslow_start 30\nsend_proxy v2\n}")
                .replace("protocol TCP", "protocol TCP\nsorry_server 10.77.0.99 80");
        List<Backend> backends =
                Configuration.parse("f", text).virtualServers().get(0).backends();
        assertThat(backends.get(0))
                .returns(true, Backend::backup)
                .returns(ProxyProtocol.V2, Backend::proxyProtocol)
                .returns(50, Backend::maxConnections)
                .returns(Duration.ofSeconds(30), Backend::slowStart);
        assertThat(backends.get(1)).isEqualTo(Backend.of("10.77.0.12", 8080));
        assertThat(backends.get(2)).isEqualTo(Backend.of("10.77.0.99", 80).asBackup());
    }

    @Test
    void readsPassiveChecks() throws Exception {
        String block =
                "ha4j {\neject_after 5\neject_time 2.5\neject_max_percent 20\nfail_open_percent 40\n}\nprotocol TCP";
        assertThat(Configuration.parse("f", Confs.SERVER.replace("protocol TCP", block))
                        .virtualServers()
                        .get(0)
                        .passiveChecks())
                .isEqualTo(new PassiveChecks(5, Duration.ofMillis(2500), 20, 40));
    }

    static Stream<Scheduler> schedulers() {
        return Stream.concat(
                Stream.of(Scheduler.Standard.values()), Stream.of(Scheduler.PEAK_EWMA, Scheduler.boundedLoad(0.25)));
    }

    @ParameterizedTest
    @MethodSource("schedulers")
    void readsTheSchedulers(Scheduler scheduler) throws Exception {
        String text = Confs.SERVER.replace("lb_algo wrr", "lvs_sched " + scheduler.keyword());
        assertThat(Configuration.parse("f", text).virtualServers().get(0).scheduler())
                .isEqualTo(scheduler);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "lc"})
    void saysThatWeightsHaveNoEffect(String algorithm) throws Exception {
        Configuration configuration =
                Configuration.parse("f", Confs.SERVER.replace("lb_algo wrr", "lb_algo " + algorithm));

        assertThat(configuration.warnings())
                .extracting(Problem::toString)
                .containsExactly("f:6: warning: weight 3 has no effect with lb_algo " + algorithm + "; w" + algorithm
                        + " respects it");
    }

    @ParameterizedTest
    @CsvSource({"client, client", "10.0.0.5, 10.0.0.5", "10.0.0.5 2001:DB8:0::5, 10.0.0.5 2001:db8::5"})
    void readsWhereConnectionsComeFrom(String words, String source) throws Exception {
        String block = "protocol TCP\nha4j {\nsource " + words + "\n}";
        assertThat(Configuration.parse("f", Confs.SERVER.replace("protocol TCP", block))
                        .virtualServers()
                        .get(0)
                        .source())
                .hasToString(source);
    }

    @Test
    void readsWhichProxiesAreTrusted() throws Exception {
        String block =
                "protocol TCP\nha4j {\naccept_proxy 10.0.0.0/8 2001:db8::/32 192.0.2.1\naccept_proxy_timeout 1.5\n}";
        assertThat(Configuration.parse("f", Confs.SERVER.replace("protocol TCP", block))
                        .virtualServers()
                        .get(0)
                        .trustedProxies())
                .isEqualTo(TrustedProxies.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.1/32")
                        .headerTimeout(Duration.ofMillis(1500)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            persistence_timeout 50                                              | 50  | 32
            persistence_timeout                                                 | 360 | 32
            persistence_granularity 255.255.255.0                               | 360 | 24
            persistence_granularity 255.255.255.255                             | 360 | 32
            persistence_timeout 7 persistence_granularity 128.0.0.0             | 7   | 1
            """)
    void readsPersistence(String text, int seconds, int prefix) throws Exception {
        String lines = text.replace(" persistence_granularity", "\npersistence_granularity");
        assertThat(Configuration.parse("f", Confs.SERVER.replace("protocol TCP", "protocol TCP\n" + lines))
                        .virtualServers()
                        .get(0)
                        .persistence())
                .isEqualTo(Persistence.of(Duration.ofSeconds(seconds)).ipv4Prefix(prefix));
    }

    @Test
    void readsPersistenceOfIpv6() throws Exception {
        String block = "persistence_granularity 64\nha4j {\nmax_persistent_clients 500\n}\nprotocol TCP";
        assertThat(Configuration.parse(
                                "f",
                                Confs.SERVER
                                        .replace("10.77.0.100", "2001:db8::100")
                                        .replace("protocol TCP", block))
                        .virtualServers()
                        .get(0)
                        .persistence())
                .isEqualTo(Persistence.of(Duration.ofMinutes(6)).ipv6Prefix(64).maxEntries(500));
    }

    @Test
    void readsRealServersByName() throws Exception {
        String text = Confs.SERVER
                .replace("10.77.0.11 8080", "web-1.example 8080")
                .replace("10.77.0.12 8080", "localhost 8080")
                .replace("protocol TCP", "protocol TCP\nha4j {\nresolve_interval 2.5\n}");
        VirtualServer server = Configuration.parse("f", text).virtualServers().get(0);
        assertThat(server.resolveInterval()).isEqualTo(Duration.ofMillis(2500));
        assertThat(server.backends().get(0))
                .returns(InetSocketAddress.createUnresolved("web-1.example", 8080), Backend::address)
                .returns(3, Backend::weight)
                .matches(backend -> backend.check() instanceof TcpCheck);
        assertThat(server.backends().get(1)).isEqualTo(Backend.named("localhost", 8080));
    }

    @Test
    void readsAVirtualServerOfUdp() throws Exception {
        String udp = Confs.SERVER.replace("protocol TCP", "ha4j {\nidle_timeout 20\n}\nprotocol UDP");
        List<VirtualServer> servers =
                Configuration.parse("f", Confs.SERVER + udp).virtualServers();
        assertThat(servers).extracting(VirtualServer::protocol).containsExactly(Protocol.TCP, Protocol.UDP);
        assertThat(servers.get(1).address()).isEqualTo(servers.get(0).address());
        assertThat(servers.get(1).limits()).isEqualTo(ConnectionLimits.DEFAULT_UDP.idleTimeout(Duration.ofSeconds(20)));
    }
}
