package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import io.ha4j.lab.WebServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./ha4j run --hot-restart}: processes follow one another while clients connect all the time. */
class HotRestartIT {
    /** More of them: {@code -Dha4j.restarts=50}. */
    private static final int RESTARTS = Integer.getInteger("ha4j.restarts", 3);

    @RegisterExtension
    final Testbed bed = new Testbed("curl", "dig", "dnsmasq");

    private LabHost one;
    private LabHost client;
    private LabHost backend;

    @BeforeEach
    void hosts() {
        one = bed.host("one", "10.77.0.1/24");
        client = bed.host("client", "10.77.0.254/24");
        backend = bed.host("backend", "10.77.0.11/24");
        bed.java(backend, WebServer.class, "10.77.0.11", 8081, "a").awaitLine("ready", Wait.LIMIT);
    }

    private LabProcess start(String config) {
        String file = bed.write("one.conf", config).toString();
        return bed.ha4j(
                one,
                "run",
                "-f",
                file,
                "--admin",
                "unix:" + bed.file("one.sock"),
                "--hot-restart",
                bed.file("restart.sock").toString(),
                "--drain",
                "20");
    }

    private JsonNode status() {
        String json =
                one.exec("curl", "-s", "--unix-socket", bed.file("one.sock").toString(), "http://x/status");
        return JsonMapper.shared().readTree(json);
    }

    private static void awaitMore(LabProcess requests, long more) {
        long now = requests.lines().stream()
                .mapToLong(line -> FreshRequests.answered(line.text()))
                .max()
                .orElse(0);
        requests.awaitLine(line -> FreshRequests.answered(line.text()) > now + more, Wait.LIMIT);
    }

    @Test
    void noConnectionFailsWhenOneProcessFollowsAnother() {
        LabProcess dns = backend.start(
                "dnsmasq",
                List.of(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--no-resolv",
                        "--no-hosts",
                        "--pid-file",
                        "--user=root",
                        "--log-facility=-",
                        "--txt-record=who.test,a"),
                line -> {});
        dns.awaitLine("started", Wait.LIMIT);
        String config = BalancerConfig.checked("10.77.0.1", 8080, List.of("10.77.0.11 8081"))
                + BalancerConfig.unchecked("0.0.0.0", 53, List.of("10.77.0.11 53"))
                        .replace("protocol TCP", "protocol UDP");
        LabProcess now = start(config);
        now.awaitLine("Adding service [10.77.0.11]:tcp:8081", Wait.LIMIT);
        LabProcess requests = bed.java(client, FreshRequests.class, "10.77.0.1", 8080, 4, "a");
        awaitMore(requests, 100);

        for (int i = 0; i < RESTARTS; i++) {
            LabProcess next = start(config);
            next.awaitLine("Started in", Wait.LIMIT);
            assertThat(now.waitFor(Wait.LIMIT)).as("the one before has drained").contains(0);
            assertThat(status().at("/pid").asLong()).isEqualTo(next.pid());
            assertThat(status().at("/hotRestart/predecessor").asLong()).isEqualTo(now.pid());
            assertThat(status().at("/hotRestart/inherited").toString()).contains("10.77.0.1:8080", "0.0.0.0:53");
            assertThat(client.exec("dig", "+short", "@10.77.0.1", "who.test", "TXT")
                            .trim())
                    .isEqualTo("\"a\"");
            awaitMore(requests, 100);
            now = next;
        }

        assertThat(requests.lines()).noneMatch(line -> line.text().startsWith("failed"));
        System.out.println("hot restarts: " + RESTARTS + ", requests "
                + requests.lines().get(requests.lines().size() - 1).text());
        now.terminate();
        assertThat(now.waitFor(Wait.LIMIT)).contains(0);
        assertThat(bed.file("restart.sock")).doesNotExist();
    }

    /** The group and what listens on its address move to the other node and back; the rest is passed on. */
    @Test
    void aGroupIsAtTheOtherNodeMeanwhile() {
        LabHost two = bed.host("two", "10.77.0.2/24");
        RouterConfig router = RouterConfig.of(Form.V3).inside("ha4j {\n connection_drain 10\n }");
        String own = BalancerConfig.unchecked("10.77.0.1", 8080, List.of("10.77.0.11 8081"));
        String virtual = BalancerConfig.unchecked(RouterConfig.VIP, 8080, List.of("10.77.0.11 8081"));
        String config = router.priority(150).text() + own + virtual;
        LabProcess old = start(config);
        old.awaitLine("(VI_1) Entering MASTER STATE", Wait.LIMIT);
        LabProcess other = bed.ha4j(
                two,
                "run",
                "-f",
                bed.write("two.conf", router.text() + virtual).toString(),
                "--admin",
                "unix:" + bed.file("two.sock"));
        other.awaitLine("(VI_1) Entering BACKUP STATE", Wait.LIMIT);
        LabProcess toOwn = bed.java(client, FreshRequests.class, "10.77.0.1", 8080, 2, "a");
        LabProcess toVirtual = bed.java(client, FreshRequests.class, RouterConfig.VIP, 8080, 2, "a");
        awaitMore(toOwn, 10);
        awaitMore(toVirtual, 10);

        LabProcess next = start(config);
        other.awaitLine("(VI_1) Entering MASTER STATE", Wait.LIMIT);
        assertThat(old.waitFor(Wait.LIMIT)).contains(0);
        next.awaitLine("(VI_1) Entering MASTER STATE", Wait.LIMIT);
        assertThat(status().at("/hotRestart/inherited").toString())
                .contains("10.77.0.1:8080")
                .doesNotContain(RouterConfig.VIP);
        awaitMore(toOwn, 50);
        awaitMore(toVirtual, 50);
        assertThat(toOwn.lines()).noneMatch(line -> line.text().startsWith("failed"));
        assertThat(toVirtual.lines()).noneMatch(line -> line.text().startsWith("failed"));
    }

    /** What fails, fails before the old process gives way. */
    @Test
    void aSuccessorThatCannotStartLeavesTheOldOneServing() {
        String config = BalancerConfig.checked("10.77.0.1", 8080, List.of("10.77.0.11 8081"));
        LabProcess old = start(config);
        old.awaitLine("Adding service [10.77.0.11]:tcp:8081", Wait.LIMIT);
        LabProcess requests = bed.java(client, FreshRequests.class, "10.77.0.1", 8080, 2, "a");
        awaitMore(requests, 10);

        // an address that this machine does not have
        LabProcess failing = start(config + BalancerConfig.unchecked("10.77.0.99", 80, List.of("10.77.0.11 8081")));
        assertThat(failing.waitFor(Wait.LIMIT)).contains(1);
        assertThat(failing.lines()).anyMatch(line -> line.text().contains("cannot listen on 10.77.0.99:80"));

        awaitMore(requests, 100);
        assertThat(old.isAlive()).isTrue();
        assertThat(status().at("/pid").asLong()).isEqualTo(old.pid());
        assertThat(requests.lines()).noneMatch(line -> line.text().startsWith("failed"));
    }
}
