package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** VRRP over IPv6 on the wire, in the eyes of tshark and of a third host; the elections are in {@link KeepalivedIT}. */
class Ipv6IT {
    private static final String SOLICITED_AND_ROUTER_CLEAR_OVERRIDE_SET = "0x20000000";

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "tshark", "curl");

    @Test
    void tsharkFindsAdvertisementsAndAnnouncementsCorrect() {
        LabHost host = bed.host("one", "2001:db8:77::1/64");
        Wire wire = Wire.record(bed, bed.host("client", "2001:db8:77::254/64"));
        Router router = new Router(bed, Kind.HA4J, host)
                .start(RouterConfig.of(Form.V3_IPV6).priority(150).interval("0.25"));
        router.awaitActive();
        Wait.until("5 advertisements", () -> wire.adverts(host, 0).size() >= 5);
        String source = router.group().at("/localAddress").asString();
        router.terminate();
        router.awaitEnd();

        assertThat(source).startsWith("fe80::").isNotEqualTo(RouterConfig.LINK_LOCAL_VIP);
        List<List<String>> adverts = wire.decode(
                "vrrp",
                "eth.src",
                "eth.dst",
                "ipv6.src",
                "ipv6.dst",
                "ipv6.hlim",
                "vrrp.version",
                "vrrp.virt_rtr_id",
                "vrrp.addr_count",
                "vrrp.ipv6_addr",
                "vrrp.short_adver_int",
                "vrrp.checksum.status",
                "_ws.expert.message",
                "vrrp.prio");
        List<String> expected = List.of(
                router.mac(),
                "33:33:00:00:00:12",
                source,
                "ff02::12",
                "255",
                "3",
                "" + RouterConfig.VRID,
                "2",
                RouterConfig.LINK_LOCAL_VIP + "," + RouterConfig.VIP6,
                "25",
                "1", // good
                "");
        assertThat(adverts)
                .allSatisfy(
                        advert -> assertThat(advert.subList(0, expected.size())).isEqualTo(expected));
        assertThat(adverts.get(0).get(expected.size())).isEqualTo("150");
        assertThat(adverts.get(adverts.size() - 1).get(expected.size())).isEqualTo("0");

        List<List<String>> announcements = wire.decode(
                "icmpv6.type == 136 and ipv6.dst == ff02::1 and icmpv6.nd.na.target_address == " + RouterConfig.VIP6,
                "eth.src",
                "eth.dst",
                "ipv6.src",
                "ipv6.hlim",
                "icmpv6.nd.na.flag",
                "icmpv6.opt.linkaddr",
                "icmpv6.checksum.status");
        assertThat(announcements)
                .hasSizeGreaterThanOrEqualTo(5)
                .containsOnly(List.of(
                        router.mac(),
                        "33:33:00:00:00:01",
                        RouterConfig.VIP6,
                        "255",
                        SOLICITED_AND_ROUTER_CLEAR_OVERRIDE_SET,
                        router.mac(),
                        "1"));
    }

    @Test
    void aNeighbourFollowsTheAddressFromKeepalivedToHa4jAndBack() {
        LabHost one = bed.host("one", "2001:db8:77::1/64");
        LabHost two = bed.host("two", "2001:db8:77::2/64");
        LabHost client = bed.host("client", "2001:db8:77::254/64");
        RouterConfig config = RouterConfig.of(Form.V3_IPV6);
        Router keepalived = new Router(bed, Kind.KEEPALIVED, one).start(config);
        keepalived.awaitActive();
        client.exec("ping", "-6", "-c", "1", "-W", "5", RouterConfig.VIP6);
        Wait.until(
                "the first neighbour",
                () -> client.neighbour(RouterConfig.VIP6).equals(java.util.Optional.of(keepalived.mac())));

        Router ha4j = new Router(bed, Kind.HA4J, two).start(config.priority(150));
        ha4j.awaitActive();
        Wait.until(
                "the next neighbour",
                () -> client.neighbour(RouterConfig.VIP6).equals(java.util.Optional.of(ha4j.mac())));

        ha4j.terminate();
        keepalived.awaitActive();
        Wait.until(
                "the first neighbour again",
                () -> client.neighbour(RouterConfig.VIP6).equals(java.util.Optional.of(keepalived.mac())));
        ha4j.awaitEnd();
        assertThat(ha4j.holds()).isFalse();
        assertThat(two.holds(RouterConfig.LINK_LOCAL_VIP)).isFalse();
    }

    /** One virtual router id in both families at once: two elections, each with its own winner. */
    @Test
    void theFamiliesAreIndependent() {
        LabHost one = bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64");
        LabHost two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        LabProcess first = both(one, 150, 100);
        LabProcess second = both(two, 100, 150);

        Wait.until(
                "each to have one address",
                () -> one.holds(RouterConfig.VIP)
                        && !one.holds(RouterConfig.VIP6)
                        && !two.holds(RouterConfig.VIP)
                        && two.holds(RouterConfig.VIP6));
        first.awaitLine("(VI_4) Entering MASTER STATE", Wait.LIMIT);
        second.awaitLine("(VI_6) Entering MASTER STATE", Wait.LIMIT);

        first.kill();
        Wait.until("the other to have both", () -> two.holds(RouterConfig.VIP) && two.holds(RouterConfig.VIP6));
        Wait.until("the killed one to have none", () -> !one.holds(RouterConfig.VIP));
    }

    private LabProcess both(LabHost host, int priority4, int priority6) {
        String text = RouterConfig.of(Form.V3).priority(priority4).text().replace("VI_1", "VI_4")
                + RouterConfig.of(Form.V3_IPV6)
                        .priority(priority6)
                        .text()
                        .replaceAll("(?s)global_defs \\{.*?\\}", "")
                        .replace("VI_1", "VI_6");
        return bed.ha4j(
                host,
                "run",
                "-f",
                bed.write(host.name() + ".conf", text).toString(),
                "--admin",
                "unix:" + bed.file(host.name() + ".sock"));
    }
}
