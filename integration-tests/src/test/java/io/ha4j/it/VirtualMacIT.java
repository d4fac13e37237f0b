package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualMac;
import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The MAC address of the virtual router moves with the addresses; keepalived is the other node, or ha4j. */
class VirtualMacIT {
    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "tshark", "curl", "nft");

    private LabHost one;
    private LabHost two;
    private LabHost client;
    private Wire wire;

    @BeforeEach
    void segment() {
        one = bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64");
        two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        wire = Wire.record(bed, client);
    }

    private static RouterConfig config(Form form) {
        return RouterConfig.of(form).inside("use_vmac");
    }

    private static String mac(Form form) {
        return VirtualMac.address(RouterConfig.VRID, form.isIpv6());
    }

    /** What ha4j may change of a host, in all. */
    private static List<String> settings(LabHost host) {
        Wait.until("its addresses are usable", () -> !host.exec("ip", "addr").contains("tentative"));
        return List.of(
                host.exec("sh", "-c", "grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf 2>/dev/null | sort"),
                host.exec("sh", "-c", "ip -br link; ip -br addr"),
                host.exec("sh", "-c", "ip route show table all; ip -6 route show table all; nft list ruleset"));
    }

    private void assertReached(Form form, String vip) {
        client.exec("ping", form.isIpv6() ? "-6" : "-4", "-c", "3", "-i", "0.2", "-W", "5", vip);
        assertThat(client.neighbour(vip)).as("the client's entry").contains(mac(form));
    }

    /** All that was said on the segment about where the address is. */
    private void assertSpokenFrom(Form form, double sinceMillis) {
        assertThat(wire.about(sinceMillis))
                .as("announcements and answers")
                .isNotEmpty()
                .allSatisfy(frame -> {
                    assertThat(frame.sourceMac()).isEqualTo(mac(form));
                    assertThat(frame.announcedMac()).isEqualTo(mac(form));
                });
    }

    /** keepalived 2.2.7 lets the node ask who the client is with the virtual address and its own MAC address. */
    private void knowsTheClient(Kind kind, LabHost host) {
        if (kind == Kind.KEEPALIVED) {
            host.exec("ip", "neigh", "replace", "10.77.0.254", "lladdr", client.mac(), "dev", "eth0");
        }
    }

    /** By the priority, for the nodes speak from one MAC address. */
    private void assertAlone(RouterConfig config, Router active, Router other, double sinceMillis) {
        double from = Math.max(sinceMillis, Wire.now());
        Wait.until("advertisements", () -> wire.adverts(from).size() >= 4);
        assertThat(wire.adverts(from)).allSatisfy(frame -> {
            assertThat(frame.priority()).isEqualTo(config.priority());
            assertThat(frame.sourceMac()).isEqualTo(mac(config.form()));
        });
        assertThat(active.holds()).isTrue();
        assertThat(other.holds()).isFalse();
        assertReached(config.form(), config.vip());
    }

    @ParameterizedTest(name = "{0}, higher: {1}, lower: {2}, the higher one ends by SIG{3}")
    @CsvSource({
        "V2, HA4J, KEEPALIVED, TERM",
        "V2, HA4J, KEEPALIVED, KILL",
        "V2, KEEPALIVED, HA4J, TERM",
        "V3, HA4J, KEEPALIVED, TERM",
        "V3, HA4J, KEEPALIVED, KILL",
        "V3, KEEPALIVED, HA4J, TERM",
        "V3_IPV6, HA4J, KEEPALIVED, TERM",
        "V3_IPV6, HA4J, KEEPALIVED, KILL",
        "V3_IPV6, KEEPALIVED, HA4J, TERM",
        "V3, HA4J, HA4J, TERM",
        "V3, HA4J, HA4J, KILL",
        "V3_IPV6, HA4J, HA4J, KILL"
    })
    void hostsKeepTheirEntryWhoeverIsActive(Form form, Kind higher, Kind lower, String signal) {
        double begun = Wire.now();
        List<String> before = settings(two);
        RouterConfig low = config(form).priority(100);
        RouterConfig high = config(form).priority(150);
        knowsTheClient(higher, two);
        knowsTheClient(lower, one);
        Router lowest = new Router(bed, lower, one).start(low);
        lowest.awaitActive();
        assertReached(form, low.vip());

        Router highest = new Router(bed, higher, two).start(high);
        highest.awaitActive();
        lowest.awaitBackup();
        assertAlone(high, highest, lowest, begun);

        highest.process().signal(signal);
        lowest.awaitActive();
        Wait.until("the address is gone from the other", () -> !highest.holds());
        assertAlone(low, lowest, highest, begun);
        assertSpokenFrom(form, begun);
        if (higher == Kind.HA4J && signal.equals("TERM")) {
            highest.awaitEnd();
            assertThat(settings(two)).isEqualTo(before);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"V2", "V3", "V3_IPV6"})
    void theNextStartRemovesWhatACrashLeft(Form form) {
        List<String> before = settings(one);
        Router router = new Router(bed, Kind.HA4J, one).start(config(form));
        router.awaitActive();
        router.process().kill();
        Wait.until("the address is gone", () -> !router.holds());
        assertThat(one.exec("ip", "-d", "link")).contains("alias ha4j virtual MAC on eth0");

        router.start(config(form));
        router.awaitActive();
        assertReached(form, config(form).vip());
        router.terminate();
        router.awaitEnd();

        assertThat(settings(one)).isEqualTo(before);
    }

    @Test
    void aSettingThatSomebodyChangesMeanwhileIsLeftAlone() {
        Router router = new Router(bed, Kind.HA4J, one).start(config(Form.V3));
        router.awaitActive();
        assertThat(setting("arp_ignore") + setting("arp_announce")).isEqualTo("12");

        one.exec("sysctl", "-qw", "net.ipv4.conf.eth0.arp_ignore=2");
        router.terminate();
        router.awaitEnd();

        assertThat(setting("arp_ignore") + setting("arp_announce")).isEqualTo("20");
    }

    private String setting(String name) {
        return one.exec("cat", "/proc/sys/net/ipv4/conf/eth0/" + name).strip();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"V3", "V3_IPV6"})
    void whatSomebodyDoesToTheInterfaceIsUndone(Form form) {
        String name = form.isIpv6() ? "vrrp6.51" : "vrrp.51";
        Router router = new Router(bed, Kind.HA4J, one).start(config(form));
        router.awaitActive();

        one.exec("ip", "link", "del", name);
        Wait.until("the address is back", router::holds);
        assertReached(form, config(form).vip());
        one.exec("ip", "link", "set", name, "down");
        Wait.until("it is up", () -> one.exec("ip", "link", "show", name).contains(",UP"));
        Wait.until("the address is back", router::holds);
        assertReached(form, config(form).vip());

        assertThat(router.counter("masterTransitions")).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"V3", "V3_IPV6"})
    void aBackupDoesNotListenAtTheAddress(Form form) {
        String name = form.isIpv6() ? "vrrp6.51" : "vrrp.51";
        Router active = new Router(bed, Kind.HA4J, one).start(config(form).priority(150));
        active.awaitActive();
        Router backup = new Router(bed, Kind.HA4J, two).start(config(form).priority(100));

        assertThat(backup.state()).isEqualTo("BACKUP");
        assertThat(two.exec("ip", "link", "show", name)).contains("state DOWN").contains(mac(form));
        assertThat(active.group().at("/virtualMac/interfaceName").asString()).isEqualTo(name);
        assertThat(active.group().at("/virtualMac/address").asString()).isEqualTo(mac(form));
        one.unplug();
        backup.awaitActive();
        Wait.until("it is in fault", () -> active.state().equals("FAULT") && !active.holds());
        Wait.until("it is down", () -> one.exec("ip", "link", "show", name).contains("state DOWN"));
        one.plug();
        active.awaitActive();
        assertThat(backup.state()).isEqualTo("BACKUP");
        assertReached(form, config(form).vip());
    }

    /** A node with virtual MAC and one without hear one another, with vmac_xmit_base, too. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"V2", "V3", "V3_IPV6"})
    void advertisementsMayLeaveFromTheInterfaceItself(Form form) {
        Router low = new Router(bed, Kind.KEEPALIVED, one)
                .start(RouterConfig.of(form).priority(100));
        low.awaitActive();
        RouterConfig config = config(form).inside("vmac_xmit_base").priority(150);
        double from = Wire.now();
        Router high = new Router(bed, Kind.HA4J, two).start(config);
        high.awaitActive();
        low.awaitBackup();

        assertThat(wire.adverts(from).stream().filter(frame -> frame.priority() == 150))
                .isNotEmpty()
                .allMatch(frame -> frame.sourceMac().equals(two.mac()));
        client.exec("ip", "neigh", "flush", "all");
        assertReached(form, config.vip());
        high.terminate();
        low.awaitActive();
    }

    @Test
    void tsharkFindsNothingWrong() {
        Router router = new Router(bed, Kind.HA4J, one).start(config(Form.V3));
        router.awaitActive();
        Wait.until("advertisements", () -> wire.adverts(0).size() >= 3);
        assertReached(Form.V3, RouterConfig.VIP);

        assertThat(wire.decode("vrrp || arp.isgratuitous==1", "eth.src", "ip.src", "ip.ttl", "arp.src.hw_mac"))
                .contains(List.of(mac(Form.V3), "10.77.0.1", "255", ""), List.of(mac(Form.V3), "", "", mac(Form.V3)))
                .hasSizeGreaterThan(3)
                .allMatch(fields -> fields.get(0).equals(mac(Form.V3)));
    }
}
