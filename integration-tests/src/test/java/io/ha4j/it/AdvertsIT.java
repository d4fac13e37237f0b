package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ha4j puts on the wire, in the eyes of tshark. */
class AdvertsIT {
    private static final int ADVERTS = 5;

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "tshark", "curl");

    @ParameterizedTest(name = "VRRPv{0}")
    @CsvSource({"2, 1, 1, ''", "3, 0.25, '', 25"})
    void tsharkFindsTheAdvertisementsAndAnnouncementsCorrect(
            int version, String interval, String secondsOnTheWire, String centisecondsOnTheWire) {
        LabHost host = bed.host("one", "10.77.0.1/24");
        Wire wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        Router router = new Router(bed, Kind.HA4J, host)
                .start(RouterConfig.version(version).priority(150).interval(interval));
        router.awaitActive();
        Wait.until(ADVERTS + " advertisements", () -> wire.adverts(host, 0).size() >= ADVERTS);
        assertThat(router.counter("sentAdvertisements")).isGreaterThanOrEqualTo(ADVERTS);
        router.terminate();
        router.awaitEnd();

        List<List<String>> adverts = wire.decode(
                "vrrp",
                "eth.src",
                "eth.dst",
                "ip.src",
                "ip.dst",
                "ip.ttl",
                "ip.checksum.status",
                "vrrp.version",
                "vrrp.type",
                "vrrp.virt_rtr_id",
                "vrrp.addr_count",
                "vrrp.ip_addr",
                "vrrp.adver_int",
                "vrrp.short_adver_int",
                "vrrp.auth_type",
                "vrrp.checksum.status",
                "_ws.expert.message",
                "vrrp.prio");
        List<String> expected = List.of(
                router.mac(),
                "01:00:5e:00:00:12", // RFC 1112 §6.4 of 224.0.0.18
                "10.77.0.1",
                "224.0.0.18",
                "255",
                "2", // unverified: tshark's default
                "" + version,
                "1",
                "" + RouterConfig.VRID,
                "1",
                RouterConfig.VIP,
                secondsOnTheWire,
                centisecondsOnTheWire,
                version == 2 ? "0" : "",
                "1", // good
                "");
        int last = adverts.size() - 1;
        assertThat(adverts)
                .allSatisfy(
                        advert -> assertThat(advert.subList(0, expected.size())).isEqualTo(expected));
        assertThat(adverts.subList(0, last))
                .extracting(advert -> advert.get(expected.size()))
                .containsOnly("150");
        assertThat(adverts.get(last).get(expected.size()))
                .as("priority at the end")
                .isEqualTo("0");

        List<List<String>> announcements = wire.decode(
                "arp.isgratuitous == 1",
                "eth.src",
                "eth.dst",
                "arp.opcode",
                "arp.src.hw_mac",
                "arp.src.proto_ipv4",
                "arp.dst.proto_ipv4");
        assertThat(announcements)
                .hasSizeGreaterThanOrEqualTo(1)
                .containsOnly(List.of(
                        router.mac(), "ff:ff:ff:ff:ff:ff", "1", router.mac(), RouterConfig.VIP, RouterConfig.VIP));
    }

    @ParameterizedTest(name = "every {0} s")
    @CsvSource("0.1")
    void theIntervalIsKept(String interval) {
        LabHost host = bed.host("one", "10.77.0.1/24");
        Wire wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        Router router =
                new Router(bed, Kind.HA4J, host).start(RouterConfig.version(3).interval(interval));
        router.awaitActive();
        int count = 30;
        Wait.until(count + " advertisements", () -> wire.adverts(host, 0).size() > count);

        List<Pcap.Frame> adverts = wire.adverts(host, 0);
        double mean = (adverts.get(count).millis() - adverts.get(0).millis()) / count;
        System.out.printf("advertisements every %.2f ms on average%n", mean);
        // Never early, and late only as far as a busy machine makes it.
        assertThat(mean).isBetween(99.0, 150.0);
    }
}
