package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import io.ha4j.lab.LoadClient;
import io.ha4j.lab.WebServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections through the relay, from a client on one host to backends on another. */
class RelayIT {
    private static final String BACKENDS = "10.77.0.11";

    @RegisterExtension
    final Testbed bed = new Testbed("curl", "setpriv");

    private LabHost one;
    private LabHost client;
    private LabHost backends;

    @BeforeEach
    void hosts() {
        one = bed.host("one", "10.77.0.1/24");
        backends = bed.host("backends", BACKENDS + "/24");
        client = bed.host("client", "10.77.0.254/24");
    }

    @Test
    void theVirtualServerIsWhereTheAddressIs() {
        startBackend("a", 8081);
        startBackend("b", 8082);
        RouterConfig config = RouterConfig.version(3)
                .with(BalancerConfig.checked(RouterConfig.VIP, 80, List.of(BACKENDS + " 8081", BACKENDS + " 8082")));
        Router high = new Router(bed, Kind.HA4J, one).start(config.priority(150));
        high.awaitActive();
        Router low = new Router(bed, Kind.HA4J, bed.host("two", "10.77.0.2/24")).start(config.priority(100));

        awaitBackends(high.process(), "[10.77.0.11]:tcp:8081", "[10.77.0.11]:tcp:8082");
        assertRoundRobin(curls(RouterConfig.VIP, 80, 6), 3, "a", "b");
        assertThat(high.status().at("/virtualServers/0/listening").asBoolean()).isTrue();
        assertThat(low.status().at("/virtualServers/0/listening").asBoolean()).isFalse();

        awaitBackends(low.process(), "[10.77.0.11]:tcp:8081", "[10.77.0.11]:tcp:8082");
        high.terminate();
        low.awaitActive();
        Wait.until(
                "the other node listens",
                () -> low.status().at("/virtualServers/0/listening").asBoolean());
        assertRoundRobin(curls(RouterConfig.VIP, 80, 6), 3, "a", "b");
        high.awaitEnd();
    }

    /** As root without any capability: a balancer alone needs none. */
    @Test
    void aBalancerAloneNeedsNoPrivileges() {
        startBackend("a", 8081);
        startBackend("b", 8082);
        startBackend("c", 8083);
        List<String> all = List.of(BACKENDS + " 8081", BACKENDS + " 8082", BACKENDS + " 8083");
        String config = bed.write("one.conf", BalancerConfig.unchecked("10.77.0.1", 8080, all))
                .toString();
        LabProcess balancer = bed.start(
                one,
                List.of("setpriv", "--bounding-set", "-all"),
                Jvm.ha4j("run", "-f", config, "--admin", "unix:" + bed.file("one.sock")));
        balancer.awaitLine("Started in", Wait.LIMIT);

        assertRoundRobin(curls("10.77.0.1", 8080, 9), 3, "a", "b", "c");

        balancer.terminate();
        assertThat(balancer.waitFor(Wait.LIMIT)).contains(0);
    }

    @Test
    void requestsGoOnWhenABackendDiesAndItIsUsedAgainWhenItIsBack() {
        startBackend("a", 8081);
        LabProcess dying = startBackend("b", 8082);
        String config = BalancerConfig.checked("10.77.0.1", 8080, List.of(BACKENDS + " 8081", BACKENDS + " 8082"));
        LabProcess balancer = startBalancer(config);
        awaitBackends(balancer, "[10.77.0.11]:tcp:8081", "[10.77.0.11]:tcp:8082");
        LabProcess load = bed.java(client, LoadClient.class, "10.77.0.1", 8080, 200, 10, 2000);
        load.awaitLine(line -> LoadReport.answers(line, "b") > 0, Wait.LIMIT);

        long killed = System.nanoTime();
        dying.kill();
        dying.waitFor(Wait.LIMIT);
        long dead = System.nanoTime();
        balancer.awaitLine("Removing service [10.77.0.11]:tcp:8082", Wait.LIMIT);
        startBackend("b", 8082);
        long back = balancer.awaitLine(
                        line -> line.nanos() > dead && line.text().contains("Adding service [10.77.0.11]:tcp:8082"),
                        Wait.LIMIT)
                .nanos();
        load.awaitLine(line -> line.nanos() > back && LoadReport.answers(line, "b") > 0, Wait.LIMIT);

        List<LoadReport.Failure> failures = LoadReport.failures(load);
        System.out.println("failed when the backend died: " + failures);
        assertThat(failures).allMatch(failure -> failure.nanos() >= killed, "none before the kill");
        assertThat(failures)
                .filteredOn(LoadReport.Failure::isFresh)
                .as("a connection that begins after the death is given to another backend")
                .noneMatch(failure -> failure.dueNanos() > dead);
        assertThat(failures.stream()
                        .filter(failure -> !failure.isFresh())
                        .collect(Collectors.groupingBy(LoadReport.Failure::connection, Collectors.counting())))
                .as("failures on one kept connection")
                .allSatisfy((connection, count) -> assertThat(count).isEqualTo(1));
    }

    @Test
    void everyByteArrivesInBothDirectionsAndHalfClosePassesThrough() {
        LabProcess server = bed.java(backends, Transfer.class, "listen", BACKENDS, 8081, "receive", "send", "both");
        server.awaitLine("ready", Wait.LIMIT);
        LabProcess balancer = startBalancer(BalancerConfig.unchecked("10.77.0.1", 8080, List.of(BACKENDS + " 8081")));

        LabProcess connecting =
                bed.java(client, Transfer.class, "connect", "10.77.0.1", 8080, "send", "receive", "both");

        for (LabProcess end : List.of(connecting, server)) {
            assertThat(end.waitFor(Wait.LIMIT.multipliedBy(2))).as(end.name()).contains(0);
            assertThat(end.lines().stream().filter(line -> line.text().contains("every byte is right")))
                    .hasSize(3);
        }
        balancer.terminate();
        assertThat(balancer.waitFor(Wait.LIMIT)).contains(0);
    }

    /** The queue is short and the balancer stands still: the kernel drops what comes then, and the clients try again. */
    @Test
    void aFullQueueIsCountedAndOver() {
        one.exec("sysctl", "-qw", "net.core.somaxconn=4");
        startBackend("a", 8081);
        BalancerProcess balancer = BalancerProcess.start(
                bed, one, BalancerConfig.unchecked("10.77.0.1", 8080, List.of(BACKENDS + " 8081")));
        assertThat(balancer.server(0).at("/listenerDrops").asLong()).isZero();
        balancer.process().signal("STOP");
        List<LabProcess> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(client.start("curl", "-sS", "-m", "30", "http://10.77.0.1:8080/"));
        }
        Wait.until(
                "the queue is full",
                () -> !one.exec("sh", "-c", "nstat -asz TcpExtListenOverflows | awk '/Listen/ && $2 > 0'")
                        .isBlank());
        balancer.process().signal("CONT");
        for (LabProcess curl : clients) {
            assertThat(curl.waitFor(Wait.LIMIT)).contains(0);
        }
        assertThat(balancer.server(0).at("/listenerDrops").asLong()).isPositive();
        assertThat(balancer.server(0).at("/accepted").asLong()).isEqualTo(12);
    }

    private LabProcess startBackend(String name, int port) {
        LabProcess backend = bed.java(backends, WebServer.class, BACKENDS, port, name);
        backend.awaitLine("ready", Wait.LIMIT);
        return backend;
    }

    private LabProcess startBalancer(String config) {
        String file = bed.write("one.conf", config).toString();
        LabProcess balancer = bed.ha4j(one, "run", "-f", file, "--admin", "unix:" + bed.file("one.sock"));
        balancer.awaitLine("Started in", Wait.LIMIT);
        return balancer;
    }

    private static void awaitBackends(LabProcess balancer, String... services) {
        for (String service : services) {
            balancer.awaitLine("Adding service " + service, Wait.LIMIT);
        }
    }

    private List<String> curls(String address, int port, int count) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(client.exec("curl", "-s", "-S", "-m", "10", "http://" + address + ":" + port + "/"));
        }
        return answers;
    }

    private static void assertRoundRobin(List<String> answers, long each, String... backends) {
        Map<String, Long> counts =
                answers.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(counts).hasSize(backends.length).containsOnlyKeys(backends);
        assertThat(counts.values()).as("answers " + answers).containsOnly(each);
        for (int i = 1; i < answers.size(); i++) {
            assertThat(answers.get(i)).as("neighbours in " + answers).isNotEqualTo(answers.get(i - 1));
        }
    }
}
