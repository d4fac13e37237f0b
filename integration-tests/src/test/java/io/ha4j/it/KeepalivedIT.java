package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** ha4j and keepalived as the two nodes of one virtual router, each in each part, in both versions of VRRP. */
class KeepalivedIT {
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

    @ParameterizedTest(name = "{0}, higher priority: {1}, lower: {2}")
    @CsvSource({
        "V2, HA4J, KEEPALIVED",
        "V2, KEEPALIVED, HA4J",
        "V2_PASS, HA4J, KEEPALIVED",
        "V2_PASS, KEEPALIVED, HA4J",
        "V3, HA4J, KEEPALIVED",
        "V3, KEEPALIVED, HA4J",
        "V3_IPV6, HA4J, KEEPALIVED",
        "V3_IPV6, KEEPALIVED, HA4J",
        "V2_UNICAST, HA4J, KEEPALIVED",
        "V2_UNICAST, KEEPALIVED, HA4J",
        "V3_UNICAST, HA4J, KEEPALIVED",
        "V3_UNICAST, KEEPALIVED, HA4J",
        "V3_IPV6_UNICAST, HA4J, KEEPALIVED",
        "V3_IPV6_UNICAST, KEEPALIVED, HA4J"
    })
    void theHigherPriorityPreemptsAndStopsAndTheLowerTakesOver(Form form, Kind higher, Kind lower) {
        RouterConfig config = RouterConfig.of(form);
        Router low = new Router(bed, lower, one).start(config.priority(100));
        low.awaitActive();

        Router high = new Router(bed, higher, two).start(config.priority(150));
        high.awaitActive();
        low.awaitBackup();
        wire.assertSettled(4, high, low);
        assertThat(low.process().tail(10)).contains("higher priority 150, ours 100");

        double told = Wire.now();
        high.terminate();
        low.awaitActive();
        high.awaitEnd();
        low.awaitLine("Backup received priority 0 advertisement");
        assertThat(takeoverMillis(told, high, low))
                .as(
                        "from priority 0 to the successor's first advertisement, ms: after its skew, not three intervals more")
                .isBetween(0.8 * skewMillis(config), skewMillis(config) + 2.5 * config.intervalSeconds() * 1000);
        wire.assertSettled(2, low, high);

        low.terminate();
        low.awaitEnd();
        assertThat(low.holds()).isFalse();
        assertThat(wire.adverts(low.host(), told).stream()
                        .reduce((a, b) -> b)
                        .orElseThrow()
                        .priority())
                .as("priority of the last advertisement")
                .isZero();
    }

    @ParameterizedTest(name = "{0}, with nopreempt: {1}, active: {2}")
    @CsvSource({
        "V2, HA4J, KEEPALIVED",
        "V2, KEEPALIVED, HA4J",
        "V2_PASS, HA4J, KEEPALIVED",
        "V2_PASS, KEEPALIVED, HA4J",
        "V3, HA4J, KEEPALIVED",
        "V3, KEEPALIVED, HA4J",
        "V3_IPV6, HA4J, KEEPALIVED",
        "V3_IPV6, KEEPALIVED, HA4J",
        "V2_UNICAST, HA4J, KEEPALIVED",
        "V2_UNICAST, KEEPALIVED, HA4J",
        "V3_UNICAST, HA4J, KEEPALIVED",
        "V3_UNICAST, KEEPALIVED, HA4J",
        "V3_IPV6_UNICAST, HA4J, KEEPALIVED",
        "V3_IPV6_UNICAST, KEEPALIVED, HA4J"
    })
    void withNopreemptTheHigherPriorityWaits(Form form, Kind higher, Kind lower) {
        RouterConfig config = RouterConfig.of(form);
        Router low = new Router(bed, lower, one).start(config.priority(100));
        low.awaitActive();

        double from = Wire.now();
        Router high = new Router(bed, higher, two).start(config.priority(150).nopreempt());
        // A node that preempts would have done so within 3 intervals and its skew, which is less than one.
        wire.assertSettled(5, low, high);
        assertThat(wire.adverts(high.host(), from)).isEmpty();

        low.process().kill(); // the other reason to take over: the active one falls silent
        if (lower == Kind.KEEPALIVED) {
            low.host().exec("sh", "-c", "kill -KILL $(cat " + bed.file("one-vrrp.pid") + ")"); // its child
        }
        high.awaitActive();
    }

    @ParameterizedTest(name = "{0}, at the higher address: {1}")
    @CsvSource({
        "V2, HA4J, KEEPALIVED",
        "V2, KEEPALIVED, HA4J",
        "V2_PASS, HA4J, KEEPALIVED",
        "V2_PASS, KEEPALIVED, HA4J",
        "V3, HA4J, KEEPALIVED",
        "V3, KEEPALIVED, HA4J",
        "V3_IPV6, HA4J, KEEPALIVED",
        "V3_IPV6, KEEPALIVED, HA4J",
        "V2_UNICAST, HA4J, KEEPALIVED",
        "V2_UNICAST, KEEPALIVED, HA4J",
        "V3_UNICAST, HA4J, KEEPALIVED",
        "V3_UNICAST, KEEPALIVED, HA4J",
        "V3_IPV6_UNICAST, HA4J, KEEPALIVED",
        "V3_IPV6_UNICAST, KEEPALIVED, HA4J"
    })
    void ofTwoActiveNodesWithOnePriorityTheHigherAddressStays(Form form, Kind atHigher, Kind atLower) {
        RouterConfig config = RouterConfig.of(form);
        one.drop("meta l4proto vrrp");
        two.drop("meta l4proto vrrp");
        boolean inOrder = form != Form.V3_IPV6 || Arrays.compareUnsigned(linkLocal(one), linkLocal(two)) < 0;
        Router low = new Router(bed, atLower, inOrder ? one : two).start(config);
        Router high = new Router(bed, atHigher, inOrder ? two : one).start(config);
        low.awaitActive();
        high.awaitActive();

        one.dropNothing();
        two.dropNothing();
        low.awaitBackup();
        wire.assertSettled(4, high, low);
        assertThat(high.state()).isEqualTo("MASTER");
        low.awaitLine("higher IP address than ours");
    }

    /** A backup of version 3 waits as long as the active node's interval wants, not as its own does. */
    @ParameterizedTest(name = "{0}, active: {1}, backup: {2}")
    @CsvSource({
        "V3, HA4J, KEEPALIVED",
        "V3, KEEPALIVED, HA4J",
        "V3_IPV6, HA4J, KEEPALIVED",
        "V3_IPV6, KEEPALIVED, HA4J",
        "V3_UNICAST, HA4J, KEEPALIVED",
        "V3_UNICAST, KEEPALIVED, HA4J",
        "V3_IPV6_UNICAST, HA4J, KEEPALIVED",
        "V3_IPV6_UNICAST, KEEPALIVED, HA4J"
    })
    void theIntervalIsLearned(Form form, Kind active, Kind backup) {
        RouterConfig config = RouterConfig.of(form);
        Router high = new Router(bed, active, one).start(config.priority(150).interval("1"));
        high.awaitActive();
        new Router(bed, backup, two).start(config.priority(100).interval("0.1"));
        Wait.until(
                "an advertisement that it learns from",
                () -> wire.adverts(one, 0).size() > 5);

        double from = Wire.now();
        Wait.until("three more", () -> wire.adverts(one, from).size() >= 3);
        assertThat(wire.adverts(two, from))
                .as("by its own interval of 100 ms the backup would have taken over again and again")
                .isEmpty();
    }

    /** RFC 9568 leaves the pseudo-header out over IPv4; keepalived 2.2.7 does not understand that, and says so. */
    @Test
    void theChecksumOfTheMessageAloneIsSentWhenWanted() {
        LabProcess node = bed.java(one, MessageOnlyNode.class, RouterConfig.VRID, RouterConfig.VIP + "/24");
        node.awaitLine("ACTIVE", Wait.LIMIT);
        Wait.until("some advertisements", () -> wire.adverts(one, 0).size() >= 3);
        Router keepalived = new Router(bed, Kind.KEEPALIVED, two).start(RouterConfig.version(3));
        keepalived.awaitLine("hecksum");

        for (Pcap.Frame advert : wire.adverts(one, 0)) {
            ByteBuffer payload = ByteBuffer.wrap(advert.payload());
            int sum = 0;
            while (payload.remaining() > 1) {
                sum += payload.getShort() & 0xffff;
            }
            assertThat((sum & 0xffff) + (sum >>> 16))
                    .as("sum of the message alone")
                    .isEqualTo(0xffff);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aKilledNodeLosesTheAddressAndKeepalivedHasIt(Form form) {
        RouterConfig config = RouterConfig.of(form);
        Router high = new Router(bed, Kind.HA4J, one).start(config.priority(150));
        high.awaitActive();
        Router low = new Router(bed, Kind.KEEPALIVED, two).start(config.priority(100));
        wire.assertSettled(1, high, low);

        high.process().kill();
        low.awaitActive();

        Wait.until("the killed node's address is gone", () -> !high.holds());
        wire.assertSettled(2, low, high);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whatKeepalivedSendsPassesEveryCheck(Form form) {
        RouterConfig config = RouterConfig.of(form);
        Router active = new Router(bed, Kind.KEEPALIVED, one).start(config.priority(150));
        active.awaitActive();
        Router backup = new Router(bed, Kind.HA4J, two).start(config.priority(100));

        Wait.until("advertisements are counted", () -> backup.counter("rcvdAdvertisements") >= 3);
        active.terminate();
        backup.awaitActive();

        assertThat(backup.counter("rcvdPriZeroPackets")).isEqualTo(1);
        assertThat(backup.counter("masterTransitions")).isEqualTo(1);
        assertThat(backup.errors()).isEmpty();
    }

    /** What it advertises from over IPv6; the kernel has made it of a random hardware address. */
    private static byte[] linkLocal(LabHost host) {
        String address = host.currentAddresses().stream()
                .filter(held -> held.startsWith("fe80:"))
                .findFirst()
                .orElseThrow();
        try {
            return InetAddress.getByName(address.substring(0, address.indexOf('/')))
                    .getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Skew_Time of priority 100. */
    private static double skewMillis(RouterConfig config) {
        return (256 - 100) / 256.0 * config.intervalSeconds() * 1000;
    }

    private double takeoverMillis(double told, Router leaving, Router successor) {
        double resigned = wire.adverts(leaving.host(), told).stream()
                .filter(advert -> advert.priority() == 0)
                .findFirst()
                .orElseThrow()
                .millis();
        double took = wire.adverts(successor.host(), resigned).get(0).millis();
        System.out.printf("%s → %s: %.1f ms after priority 0%n", leaving, successor, took - resigned);
        return took - resigned;
    }
}
