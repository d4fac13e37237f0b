package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ha4j and FRR as the two nodes of one virtual router over IPv4, judged by what they say on the wire. */
class FrrIT {
    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "arping", "curl", "nft");

    private LabHost one;
    private LabHost two;
    private Wire wire;

    @BeforeEach
    void segment() {
        assumeTrue(Files.isExecutable(Path.of(Frr.VRRPD)), "frr is not installed; ./check as root installs it");
        one = bed.host("one", "10.77.0.1/24");
        two = bed.host("two", "10.77.0.2/24");
        wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
    }

    /** Version 2 has whole seconds. */
    private static int intervalMillis(int version) {
        return version == 2 ? 1000 : 300;
    }

    /** All that is advertised in the time of some advertisements of this host is its. */
    private void awaitOnly(LabHost host) {
        awaitFrom(host, 1);
        Wait.until("nobody but " + host.name() + " advertises", () -> {
            double from = Wire.now();
            awaitFrom(host, 3);
            return sources(from).equals(List.of(host.address()));
        });
    }

    private void awaitFrom(LabHost host, int count) {
        double from = Wire.now();
        Wait.until(
                count + " advertisements of " + host.name(),
                () -> wire.adverts(from).stream()
                                .filter(advert -> advert.source().equals(host.address()))
                                .count()
                        >= count);
    }

    private List<String> sources(double from) {
        return wire.adverts(from).stream().map(Pcap.Frame::source).distinct().toList();
    }

    @ParameterizedTest(name = "version {0}")
    @ValueSource(ints = {2, 3})
    void ha4jWinsAndLeavesToFrr(int version) {
        Frr frr = new Frr(bed, two, version, 100, intervalMillis(version));
        awaitOnly(two);

        Router router = new Router(bed, Kind.HA4J, one)
                .start(RouterConfig.version(version).priority(150));
        router.awaitActive();
        awaitOnly(one);
        assertThat(router.errors()).isEmpty();

        double told = Wire.now();
        router.terminate();
        router.awaitEnd();
        awaitOnly(two);
        double resigned = wire.adverts(told).stream()
                .filter(advert -> advert.priority() == 0)
                .findFirst()
                .orElseThrow()
                .millis();
        double took = wire.adverts(resigned).stream()
                .filter(advert -> advert.source().equals(frr.host().address()))
                .findFirst()
                .orElseThrow()
                .millis();
        assertThat(took - resigned).as("ms after priority 0").isLessThan(2.0 * intervalMillis(version));
    }

    @ParameterizedTest(name = "version {0}")
    @ValueSource(ints = {2, 3})
    void frrWinsAndLeavesToHa4j(int version) {
        Router router = new Router(bed, Kind.HA4J, one).start(RouterConfig.version(version));
        router.awaitActive();

        Frr frr = new Frr(bed, two, version, 200, intervalMillis(version));
        router.awaitBackup();
        awaitOnly(two);
        assertThat(router.counter("rcvdPriZeroPackets")).isZero();

        frr.stop();
        router.awaitActive();
        assertThat(router.counter("rcvdPriZeroPackets")).isEqualTo(1);
        assertThat(router.errors()).isEmpty();
        awaitOnly(one);
    }

    /** A backup of version 3 waits as long as the active node's interval wants. */
    @ParameterizedTest(name = "ha4j active: {0}")
    @ValueSource(booleans = {true, false})
    void theIntervalIsLearned(boolean ha4jActive) {
        RouterConfig config = RouterConfig.version(3).interval(ha4jActive ? "1" : "0.2");
        Router router = new Router(bed, Kind.HA4J, one).start(config.priority(ha4jActive ? 150 : 100));
        router.awaitActive();
        Frr frr = new Frr(bed, two, 3, ha4jActive ? 100 : 200, ha4jActive ? 200 : 1000);
        if (!ha4jActive) {
            router.awaitBackup();
        }
        LabHost active = ha4jActive ? one : frr.host();
        awaitFrom(active, 2);
        double from = Wire.now();
        awaitFrom(active, 4); // with its own interval of 200 ms the backup would have taken over thrice
        assertThat(sources(from)).containsExactly(active.address());
    }

    @ParameterizedTest(name = "ha4j at the higher address: {0}")
    @ValueSource(booleans = {true, false})
    void ofTwoActiveNodesWithOnePriorityTheHigherAddressStays(boolean ha4jHigher) {
        one.drop("meta l4proto vrrp");
        two.drop("meta l4proto vrrp");
        Router router = new Router(bed, Kind.HA4J, ha4jHigher ? two : one).start(RouterConfig.version(3));
        Frr frr = new Frr(bed, ha4jHigher ? one : two, 3, 100, 300);
        router.awaitActive();
        awaitFrom(frr.host(), 2);

        one.dropNothing();
        two.dropNothing();
        awaitOnly(two);
        Wait.untilEqual(ha4jHigher ? "MASTER" : "BACKUP", router::state);
    }

    @ParameterizedTest(name = "version {0}")
    @CsvSource({"2", "3"})
    void withNopreemptTheHigherPriorityWaits(int version) {
        Frr frr = new Frr(bed, two, version, 100, intervalMillis(version));
        awaitOnly(two);
        double from = Wire.now();
        Router router = new Router(bed, Kind.HA4J, one)
                .start(RouterConfig.version(version).priority(150).nopreempt());
        awaitFrom(two, 5);
        assertThat(sources(from)).containsExactly(two.address());

        frr.stop();
        router.awaitActive();
    }
}
