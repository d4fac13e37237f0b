package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot work ends at once: one clear line, exit code 1, nothing left behind. */
class BadInputIT {
    private static final String BALANCER = """
            virtual_server 10.77.0.1 8080 {
                lb_algo rr
                lb_kind RELAY
                protocol TCP
                real_server 10.77.0.11 80 {
                }
            }
            """;

    @RegisterExtension
    final Testbed bed = new Testbed("setpriv", "socat");

    private LabHost host;

    @BeforeEach
    void host() {
        host = bed.host("one", "10.77.0.1/24");
    }

    static Stream<Arguments> wrongConfigurations() {
        String right = RouterConfig.version(3).text();
        return Stream.of(
                Arguments.of("an unknown keyword", right.replace("advert_int", "advert_intt"), 11, "advert_intt"),
                Arguments.of("a wrong value", right.replace("priority 100", "priority 300"), 10, "300"),
                Arguments.of("a later keyword", right.replace("state BACKUP", "use_ipvlan"), 7, "use_ipvlan"),
                Arguments.of("an open brace", right.substring(0, right.lastIndexOf('}')), 6, "vrrp_instance"),
                Arguments.of("no VRID", right.replace("virtual_router_id 51", ""), 6, "virtual_router_id"),
                Arguments.of("no interval in version 2", right.replace("version 3", "version 2"), 11, "0.3"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongConfigurations")
    void checkAndRunRefuseAWrongConfigurationWithItsLine(String what, String text, int line, String word) {
        Path file = bed.write("wrong.conf", text);
        LabProcess check = bed.ha4j(host, "check", "-f", file.toString());
        LabProcess run = bed.ha4j(host, "run", "-f", file.toString(), "--admin", admin());

        for (LabProcess process : List.of(check, run)) {
            assertThat(process.waitFor(Wait.LIMIT)).contains(1);
            assertThat(process.lines().stream().map(LabProcess.Line::text))
                    .anySatisfy(printed -> assertThat(printed)
                            .startsWith(file + ":" + line + ": ")
                            .contains(word))
                    .allSatisfy(printed -> assertThat(printed).startsWith(file + ":"));
        }
        assertNothingLeft();
    }

    @Test
    void aFileThatIsNotThere() {
        assertRefused(bed.ha4j(host, "run", "-f", bed.file("none.conf").toString(), "--admin", admin()), "none.conf");
    }

    @Test
    void anInterfaceThatIsNotThere() {
        String text = RouterConfig.version(3).text().replace("interface eth0", "interface eth7");
        assertRefused(run(text), ":6: ", "VI_1", "eth7");
    }

    @Test
    void anAddressThatTheNodeHasAlready() {
        host.exec("ip", "addr", "add", RouterConfig.VIP + "/24", "dev", "eth0");

        assertRefused(run(RouterConfig.version(3).text()), ":6: ", "VI_1", RouterConfig.VIP);

        assertThat(host.holds(RouterConfig.VIP))
                .as("somebody else's address is there")
                .isTrue();
        host.exec("ip", "addr", "del", RouterConfig.VIP + "/24", "dev", "eth0");
        assertNothingLeft();
    }

    @Test
    void aPortInUse() {
        LabProcess other = host.start("socat", "-d", "-d", "TCP4-LISTEN:8080,bind=10.77.0.1", "STDOUT");
        other.awaitLine("listening on", Wait.LIMIT);

        assertRefused(run(BALANCER), ":1: ", "10.77.0.1", "8080", "EADDRINUSE");
    }

    @Test
    void whatHadBeenStartedIsClosedAgain() {
        LabProcess other = host.start("socat", "-d", "-d", "TCP4-LISTEN:8080,bind=10.77.0.1", "STDOUT");
        other.awaitLine("listening on", Wait.LIMIT);
        String first = BALANCER.replace("8080", "8079");

        assertRefused(run(first + BALANCER), "10.77.0.1", "8080", "EADDRINUSE");
    }

    @Test
    void anAdminSocketInUse() {
        Router router = new Router(bed, Kind.HA4J, host).start(RouterConfig.version(3));
        router.awaitActive();
        Path config = bed.write("balancer.conf", BALANCER);

        LabProcess second = bed.ha4j(host, "run", "-f", config.toString(), "--admin", "unix:" + bed.file("one.sock"));

        assertOneLine(second, "one.sock", "in use", "--admin");
        assertThat(router.group().at("/state").asString()).isEqualTo("ACTIVE"); // and can still be asked
        router.terminate();
        router.awaitEnd();
        assertThat(bed.file("one.sock")).doesNotExist();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"net_raw", "net_admin"})
    void withoutACapability(String capability) {
        Path config = bed.write("run.conf", RouterConfig.version(3).text());
        LabProcess process = bed.start(
                host,
                List.of("setpriv", "--bounding-set", "-" + capability),
                Jvm.ha4j("run", "-f", config.toString(), "--admin", admin()));

        String name = "CAP_" + capability.toUpperCase(java.util.Locale.ROOT);
        assertRefused(process, "VI_1", name, "setcap", "AmbientCapabilities");
    }

    private LabProcess run(String text) {
        Path config = bed.write("run.conf", text);
        return bed.ha4j(host, "run", "-f", config.toString(), "--admin", admin());
    }

    private String admin() {
        return "unix:" + bed.file("admin.sock");
    }

    private void assertRefused(LabProcess process, String... words) {
        assertOneLine(process, words);
        if (!host.holds(RouterConfig.VIP)) {
            assertNothingLeft();
        }
    }

    /** Besides what it logged before it found out. */
    private static void assertOneLine(LabProcess process, String... words) {
        assertThat(process.waitFor(Wait.LIMIT)).as("exit code").contains(1);
        List<String> notLogged = process.lines().stream()
                .map(LabProcess.Line::text)
                .filter(line -> !line.matches("[-0-9]+ [:.0-9]+ INFO .*"))
                .toList();
        assertThat(notLogged).hasSize(1);
        assertThat(notLogged.get(0)).contains(words);
    }

    private void assertNothingLeft() {
        assertThat(host.currentAddresses())
                .filteredOn(address -> address.contains("."))
                .containsExactly("10.77.0.1/24");
        assertThat(bed.file("admin.sock")).doesNotExist();
        assertThat(host.exec("ss", "-ltnH", "sport = :8079")).isEmpty();
        assertThat(Files.exists(Path.of("/run/ha4j/admin.sock"))).isFalse();
    }
}
