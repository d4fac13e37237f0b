package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may be active when: the owner of the addresses and the delays, beside keepalived. */
class PolicyIT {
    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "arping", "curl", "nft");

    private LabHost one;
    private LabHost two;
    private Wire wire;

    @BeforeEach
    void segment() {
        one = bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64");
        two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        bed.lab().flood();
        wire = Wire.record(bed, bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64"));
    }

    @ParameterizedTest(name = "{0}, owner: {1}, backup: {2}")
    @CsvSource({
        "V3, HA4J, KEEPALIVED",
        "V3, KEEPALIVED, HA4J",
        "V2, HA4J, KEEPALIVED",
        "V3_IPV6, HA4J, KEEPALIVED",
        "V3, HA4J, HA4J"
    })
    void anOwnerIsActiveAtOnceAndHandsOverWhenItStops(Form form, Kind owning, Kind other) {
        RouterConfig config = RouterConfig.of(form).interval("1"); // a busy machine is not away for 3 s
        Router backup = new Router(bed, other, one).start(config.priority(254));
        backup.awaitActive();

        Router owner = new Router(bed, owning, two).start(config.priority(255));
        owner.awaitActive();
        backup.awaitBackup();
        wire.assertSettled(3, owner, backup);
        assertThat(backup.process().tail(10)).contains("higher priority 255, ours 254");
        if (owning == Kind.HA4J) {
            assertThat(owner.process().lines())
                    .as("it never was a backup")
                    .noneMatch(line -> line.text().contains("Entering BACKUP STATE"));
            assertThat(owner.group().at("/reason").asString()).isEqualTo("started, and this node owns the addresses");
        }

        owner.terminate();
        backup.awaitActive();
        owner.awaitEnd();
        wire.assertSettled(2, backup, owner);
    }

    @Test
    void anAddressThatIsTheNodesOwnStaysWhateverHappens() {
        two.exec("ip", "addr", "add", RouterConfig.VIP + "/24", "dev", LabHost.INTERFACE);
        RouterConfig config = RouterConfig.of(Form.V3).interval("1");
        Router backup = new Router(bed, Kind.KEEPALIVED, one).start(config.priority(100));
        backup.awaitActive();
        Router owner = new Router(bed, Kind.HA4J, two).start(config.priority(255));
        owner.awaitActive();
        backup.awaitBackup();
        wire.assertSettled(3, owner, backup);
        assertItsOwn();
        assertThat(owner.group().at("/lease").asString()).isEqualTo("none: the addresses are this machine's own");

        owner.terminate();
        backup.awaitActive();
        owner.awaitEnd();
        assertItsOwn(); // and both answer now: that is for whoever calls a node the owner to know

        owner.start(config.priority(255)).awaitActive();
        backup.awaitBackup();
        owner.process().kill();
        backup.awaitActive();
        assertItsOwn();
        owner.start(config.priority(255)).awaitActive();
        backup.awaitBackup();
        wire.assertSettled(2, owner, backup);
    }

    private void assertItsOwn() {
        assertThat(two.exec("ip", "-o", "addr", "show", "to", RouterConfig.VIP))
                .contains(RouterConfig.VIP + "/24", "valid_lft forever");
        assertThat(two.exec("nft", "list", "ruleset"))
                .as("the guard")
                .doesNotContainPattern("(set|map) vips4 \\{[^}]*" + RouterConfig.VIP);
    }

    @ParameterizedTest(name = "with the delay: {0}, active: {1}")
    @CsvSource({"HA4J, KEEPALIVED", "KEEPALIVED, HA4J"})
    void aLowerNodeIsLeftActiveForThePreemptionDelay(Kind higher, Kind lower) {
        RouterConfig config = RouterConfig.of(Form.V3);
        Router low = new Router(bed, lower, one).start(config.priority(100));
        low.awaitActive();

        double started = Wire.now();
        Router high = new Router(bed, higher, two).start(config.priority(150).inside("preempt_delay 3"));
        wire.assertSettled(6, low, high); // 1.8 s; without the delay it preempts after 1.1 s
        high.awaitActive();
        low.awaitBackup();
        assertThat(wire.adverts(high.host(), started).get(0).millis() - started)
                .as("its first advertisement, ms after its start")
                .isGreaterThan(3_000);
        wire.assertSettled(2, high, low);
    }

    @Test
    void thePreemptionDelayIsNoneWhenTheActiveNodeIsGone() {
        RouterConfig config = RouterConfig.of(Form.V3);
        Router low = new Router(bed, Kind.KEEPALIVED, one).start(config.priority(100));
        low.awaitActive();
        Router high = new Router(bed, Kind.HA4J, two).start(config.priority(150).inside("preempt_delay 1000"));
        wire.assertSettled(6, low, high);
        assertThat(high.group().at("/delaySeconds").asDouble()).isBetween(900.0, 1000.0);

        low.terminate();
        high.awaitActive();
    }

    @Test
    void forTheStartupDelayANodeOnlyListens() {
        double started = Wire.now();
        Router router = new Router(bed, Kind.HA4J, one)
                .start(RouterConfig.of(Form.V3).priority(150).with("global_defs {\n    vrrp_startup_delay 5.5\n}\n"));
        assertThat(router.state()).isEqualTo("BACKUP");
        assertThat(router.group().at("/delaySeconds").asDouble()).isBetween(0.001, 5.5);
        router.awaitActive();
        assertThat(wire.adverts(one, started).get(0).millis() - started)
                .as("its first advertisement, ms after its start")
                .isGreaterThan(5_500 + 900);
        assertThat(router.group().at("/delaySeconds").asDouble()).isZero();
    }
}
