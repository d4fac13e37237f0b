package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Long-lived TCP connections through a change of the active node on purpose: to the relay, and to a server of the node
 * itself at the virtual address.
 */
class ConnectionDrainIT {
    private static final int RELAYED = 80;
    private static final int LOOKUPS = 10;

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "nft", "curl", "arping", "keepalived");

    private LabHost client;
    private Router first;
    private Router second;

    @BeforeEach
    void nodes() {
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        first = node("one", 1, Kind.HA4J);
        second = node("two", 2, Kind.HA4J);
    }

    private Router node(String name, int number, Kind kind) {
        LabHost host = bed.host(name, "10.77.0." + number + "/24", "2001:db8:77::" + number + "/64");
        bed.java(host, EchoNode.class, name).awaitLine("serving", Wait.LIMIT);
        return new Router(bed, kind, host);
    }

    /** The relay of each node leads to the server of the same node. */
    private RouterConfig config(Form form, int drainSeconds, int number) {
        String own = form.isIpv6() ? "2001:db8:77::" + number : "10.77.0." + number;
        RouterConfig config = RouterConfig.of(form).interval("0.5");
        return config.priority(200 - number)
                .inside("ha4j {\n        connection_drain " + drainSeconds + "\n    }")
                .with(BalancerConfig.unchecked(config.vip(), RELAYED, List.of(own + " " + EchoNode.PORT)));
    }

    private void start(Form form, int drainSeconds) {
        first.start(config(form, drainSeconds, 1)).awaitActive();
        second.start(config(form, drainSeconds, 2));
    }

    private static String nft(Router router) {
        return router.host().exec("nft", "list", "ruleset");
    }

    /** Not by {@link Process#destroy}: that closes the output, too. */
    private static void stop(Router router) {
        router.process().signal("TERM");
    }

    private static int left(Router router) {
        return router.group().at("/connectionDrain/connections").asInt();
    }

    /** And the other one, which has to ask for the client's MAC address again, does not say that it has the address. */
    private void requireAnsweredOnlyBy(Router router, Router other, Wire wire, Form form) {
        String vip = RouterConfig.of(form).vip();
        for (int i = 0; i < LOOKUPS; i++) {
            forgetNeighbours(client);
            forgetNeighbours(other.host());
            assertThat(form.isIpv6() ? wire.whoHasTheAddress6() : wire.whoHasTheAddress())
                    .containsExactly(router.mac());
            assertThat(client.neighbour(vip)).isIn(Optional.of(router.mac()), Optional.empty());
        }
    }

    private static void forgetNeighbours(LabHost host) {
        host.exec("ip", "-4", "neigh", "flush", "dev", LabHost.INTERFACE);
        host.exec("ip", "-6", "neigh", "flush", "dev", LabHost.INTERFACE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"V3", "V3_IPV6"})
    void connectionsGoOnThroughAHandOverAndTheHandBack(Form form) {
        start(form, 60);
        String vip = RouterConfig.of(form).vip();
        Wire wire = Wire.record(bed, client);
        LongLived early = new LongLived(bed, client, vip, 50, EchoNode.PORT, RELAYED);
        assertThat(early.servers()).isEqualTo("{one=100}");

        first.command("handover", "VI_1");
        second.awaitActive();
        Wait.until("the count", () -> left(first) == 100);
        first.awaitLine("(VI_1) draining: 100 connections left, for 60 s at most");
        assertThat(nft(second)).contains("fwd ip" + (form.isIpv6() ? "6 to fe80:" : " to 10.77.0.1 "));
        assertThat(nft(first)).contains("table netdev ha4j_drain_");
        for (Router router : List.of(first, second)) { // a firewall manager that begins anew
            router.host().exec("nft", "flush", "ruleset");
            Wait.until("the guard of " + router + " is back", () -> nft(router).contains("table netdev ha4j_guard_"));
            router.awaitLine("somebody removed the kernel guard of the virtual addresses from nftables");
        }
        requireAnsweredOnlyBy(second, first, wire, form);
        early.requireUnharmed();
        LongLived later = new LongLived(bed, client, vip, 5, EchoNode.PORT, RELAYED);
        assertThat(later.servers()).isEqualTo("{two=10}");

        second.command("handover", "VI_1");
        first.awaitActive();
        Wait.until("the count", () -> left(second) == 10);
        requireAnsweredOnlyBy(first, second, wire, form);
        early.requireUnharmed();
        later.requireUnharmed();

        later.stop();
        second.awaitBackup();
        second.awaitLine("(VI_1) draining: 0 connections left");
        Wait.until("nothing is passed on any more", () -> !nft(first).contains("ha4j_redirect_"));
        assertThat(nft(second)).doesNotContain("ha4j_drain_");
        early.requireUnharmed();
        early.stop();
        for (Router router : List.of(second, first)) {
            stop(router);
            router.awaitEnd();
            assertThat(nft(router)).as("left by " + router).isEmpty();
            assertThat(router.holds()).isFalse();
        }
    }

    @Test
    void aStoppedProcessEndsWhenItsConnectionsHaveEnded() {
        start(Form.V3, 60);
        LongLived early = new LongLived(bed, client, RouterConfig.VIP, 50, EchoNode.PORT, RELAYED);

        stop(first);
        second.awaitActive();
        early.requireUnharmed();
        LongLived later = new LongLived(bed, client, RouterConfig.VIP, 5, EchoNode.PORT, RELAYED);
        assertThat(later.servers()).isEqualTo("{two=10}");
        assertThat(left(first)).isEqualTo(100);

        early.stop();
        first.awaitEnd();
        assertThat(nft(first)).isEmpty();
        assertThat(first.holds()).isFalse();
        later.requireUnharmed();

        first.start(config(Form.V3, 60, 1)).awaitActive(); // by preemption
        Wait.until("the count", () -> left(second) == 10);
        later.requireUnharmed();
    }

    @Test
    void whatIsLeftWhenTheTimeIsOverIsCutOff() {
        start(Form.V3, 2);
        LongLived early = new LongLived(bed, client, RouterConfig.VIP, 5, EchoNode.PORT, RELAYED);

        stop(first);
        first.awaitLine("(VI_1) 10 connections cut off: the time to drain is over");
        first.awaitEnd();
        early.awaitFailures();
        assertThat(nft(first)).isEmpty();
    }

    /** A second signal ends it, and its connections; nothing swallows what they send. */
    @Test
    void aSecondSignalEndsItAtOnce() {
        start(Form.V3, 60);
        LongLived early = new LongLived(bed, client, RouterConfig.VIP, 5, RELAYED);
        stop(first);
        first.awaitLine("(VI_1) draining: 5 connections left");
        stop(first);
        assertThat(first.process().waitFor(Wait.LIMIT)).contains(1);
        early.awaitFailures();
        Wait.until("nothing is passed on any more", () -> !nft(second).contains("ha4j_redirect_"));
        assertThat(new LongLived(bed, client, RouterConfig.VIP, 5, RELAYED).servers())
                .isEqualTo("{two=5}");
    }

    @Test
    void connectionsAreCutOffWhenTheSuccessorDoesNotPassThemOn() {
        second = node("three", 3, Kind.KEEPALIVED);
        first.start(config(Form.V3, 60, 1)).awaitActive();
        second.start(RouterConfig.of(Form.V3).interval("0.5"));
        LongLived early = new LongLived(bed, client, RouterConfig.VIP, 5, EchoNode.PORT);

        first.command("handover", "VI_1");
        second.awaitActive();
        early.awaitFailures();
        first.awaitLine("connections cut off: the other node does not pass on");
        first.awaitBackup();
        assertThat(nft(first)).doesNotContain("ha4j_drain_");
    }

    /** keepalived does not know of it: its connections are reset, and not swallowed. */
    @Test
    void aPredecessorThatDoesNotAskGetsNothing() {
        first = node("three", 3, Kind.KEEPALIVED);
        first.start(RouterConfig.of(Form.V3).priority(200)).awaitActive();
        second.start(config(Form.V3, 60, 2).interval("0.3"));
        LongLived early = new LongLived(bed, client, RouterConfig.VIP, 5, EchoNode.PORT);
        assertThat(early.servers()).isEqualTo("{three=5}");

        stop(first);
        second.awaitActive();
        early.awaitFailures();
        Wait.until("nothing is passed on any more", () -> !nft(second).contains("ha4j_redirect_"));
        assertThat(new LongLived(bed, client, RouterConfig.VIP, 5, EchoNode.PORT).servers())
                .isEqualTo("{two=5}");
    }
}
