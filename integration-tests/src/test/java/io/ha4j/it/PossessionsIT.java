package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What moves with a group besides its advertised addresses, how it is announced, and what a killed node leaves of it. */
class PossessionsIT {
    private static final String EXCLUDED = """
            virtual_ipaddress_excluded {
                    10.77.0.101/24
                    2001:db8:77::101/64
                }""";

    private static final String ROUTES = """
            virtual_routes {
                    10.1.0.0/16 via 10.77.0.254 dev eth0 src 10.77.0.100
                    2001:db8:1::/48 via 2001:db8:77::254 dev eth0
                    blackhole 10.3.0.0/16
                }""";

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "tshark", "nft");

    private LabHost one;
    private Wire wire;

    @BeforeEach
    void segment() {
        one = bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64");
        bed.lab().flood();
        wire = Wire.record(bed, bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64"));
    }

    private static boolean has(LabHost host, String address) {
        return host.holds(address);
    }

    private static String routes(LabHost host) {
        return host.exec("ip", "route") + host.exec("ip", "-6", "route");
    }

    private static RouterConfig everything() {
        return RouterConfig.of(Form.V3).inside(EXCLUDED).inside(ROUTES);
    }

    /** One file, two programs: rounds at once, after the delay, and with each refresh. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void announcesInTheRoundsOfTheFile(Kind kind) {
        Router router = new Router(bed, kind, one)
                .start(everything()
                        .interval("2") // so that a busy machine does not miss a lease: that would be announced, too
                        .inside("garp_master_repeat 3")
                        .inside("garp_master_delay 3")
                        .inside("garp_master_refresh 5")
                        .inside("garp_master_refresh_repeat 2"));
        router.awaitActive();

        for (String address : List.of("10.77.0.100", "10.77.0.101", "2001:db8:77::101")) {
            Wait.until(
                    "announcements of " + address + ": 3, 3 after 3 s, 2 after 5 s, 2 after 10 s; but were "
                            + bursts(router, address),
                    () -> bursts(router, address).size() >= 4);
            assertThat(bursts(router, address).subList(0, 4)).as(address).containsExactly(3, 3, 2, 2);
        }
    }

    /** How many announcements came together; between two such there is a second. */
    private List<Integer> bursts(Router router, String address) {
        List<Integer> bursts = new ArrayList<>();
        double last = Double.NEGATIVE_INFINITY;
        for (double at : wire.announcementsOf(router, address)) {
            if (at - last > 1000) {
                bursts.add(0);
            }
            bursts.set(bursts.size() - 1, bursts.get(bursts.size() - 1) + 1);
            last = at;
        }
        return bursts;
    }

    @Test
    void excludedAddressesAndRoutesMoveToKeepalivedAndBack() {
        LabHost two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        Router low = new Router(bed, Kind.KEEPALIVED, two).start(everything().priority(100));
        low.awaitActive();
        Router high = new Router(bed, Kind.HA4J, one).start(everything().priority(150));
        high.awaitActive();
        low.awaitBackup();

        Wait.until("everything at ha4j", () -> has(one, "10.77.0.101") && has(one, "2001:db8:77::101"));
        assertThat(routes(one))
                .contains("10.1.0.0/16 via 10.77.0.254 dev eth0 proto 164 src 10.77.0.100")
                .contains("2001:db8:1::/48 via 2001:db8:77::254 dev eth0 proto 164")
                .contains("blackhole 10.3.0.0/16 proto 164");
        Wait.until(
                "nothing at keepalived",
                () -> !has(two, "10.77.0.101") && !routes(two).contains("10.1.0.0/16"));

        high.terminate();
        low.awaitActive();
        high.awaitEnd();
        assertThat(has(one, "10.77.0.101") || has(one, "2001:db8:77::101")).isFalse();
        assertThat(routes(one)).doesNotContain("proto 164", "10.1.0.0/16");
        Wait.until(
                "everything at keepalived",
                () -> has(two, "10.77.0.101") && routes(two).contains("10.1.0.0/16"));
    }

    @Test
    void whatAKilledNodeLeavesIsGoneWhenItStartsWithAnotherFile() {
        Router router = new Router(bed, Kind.HA4J, one).start(everything().interval("5"));
        router.awaitActive();
        Wait.until("all of it", () -> has(one, "10.77.0.101") && routes(one).contains("2001:db8:1::/48"));

        router.process().kill();
        assertThat(has(one, "10.77.0.101")).as("it has a lifetime of 15 s").isTrue();
        assertThat(routes(one)).contains("10.1.0.0/16");
        router.start(RouterConfig.of(Form.V3).interval("5")); // without excluded addresses and routes

        assertThat(has(one, "10.77.0.100") || has(one, "10.77.0.101") || has(one, "2001:db8:77::101"))
                .isFalse();
        assertThat(routes(one)).doesNotContain("proto 164");
        assertThat(one.exec("nft", "list", "tables").lines().filter(table -> table.contains("ha4j_guard")))
                .hasSize(1);
    }

    @Test
    void aNodeThatWasKilledComesBackWithOneElection() {
        LabHost two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        Router high = new Router(bed, Kind.HA4J, one).start(everything().priority(150));
        high.awaitActive();
        Router low = new Router(bed, Kind.HA4J, two).start(everything().priority(100));

        high.process().kill();
        low.awaitActive();
        high.start(everything().priority(150)); // the same file
        high.awaitActive();
        low.awaitBackup();
        wire.assertSettled(3, high, low);

        assertThat(low.states()).containsExactly("BACKUP", "MASTER", "BACKUP");
        assertThat(high.states()).containsExactly("BACKUP", "MASTER");
        assertThat(routes(two)).doesNotContain("proto 164");
    }

    @Test
    void onAnotherInterfaceNothingStaysBehind() {
        one.exec("ip", "link", "add", "eth9", "type", "veth", "peer", "name", "eth8");
        one.exec("ip", "link", "set", "eth8", "up");
        one.exec("ip", "link", "set", "eth9", "up");
        Router router =
                new Router(bed, Kind.HA4J, one).start(RouterConfig.of(Form.V3).interval("5"));
        router.awaitActive();

        router.process().kill();
        router.start(RouterConfig.of(Form.V3).text().replace("10.77.0.100/24", "10.77.0.100/24 dev eth9"));

        Wait.until(
                "the address at eth9",
                () -> one.exec("ip", "-o", "addr", "show", "dev", "eth9").contains("10.77.0.100/24"));
        assertThat(has(one, "10.77.0.100")).as("at eth0").isFalse();
    }

    @Test
    void aSecondProcessWithTheSameAddressIsRefusedAndTheFirstGoesOn() {
        Router first = new Router(bed, Kind.HA4J, one).start(RouterConfig.of(Form.V3));
        first.awaitActive();
        String other = RouterConfig.of(Form.V3).text().replace("virtual_router_id 51", "virtual_router_id 52");

        LabProcess second = bed.ha4j(
                one,
                "run",
                "-f",
                bed.write("other.conf", other).toString(),
                "--admin",
                "unix:" + bed.file("other.sock"));

        second.awaitLine("10.77.0.100 of group VI_1 belongs to another process of ha4j on this machine", Wait.LIMIT);
        assertThat(second.waitFor(Wait.LIMIT)).contains(1);
        wire.assertSettled(3, first);
    }
}
