package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes on two networks; the address on each network moves with the other one. */
class SyncIT {
    private static final String OUTER_VIP = "10.78.0.100";

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "curl");

    private LabHost one;
    private LabHost two;
    private String network;
    private Wire wire;

    @BeforeEach
    void networks() {
        one = bed.host("one", "10.77.0.1/24");
        two = bed.host("two", "10.77.0.2/24");
        network = bed.lab().name() + "-switch";
        wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        one.exec("ip", "-n", network, "link", "add", "br1", "type", "bridge", "mcast_snooping", "0", "stp_state", "0");
        one.exec("ip", "-n", network, "link", "set", "br1", "up");
        plugIntoOuter(one, 1);
        plugIntoOuter(two, 2);
    }

    private void plugIntoOuter(LabHost host, int number) {
        String port = "outer" + number;
        host.exec(
                "sh",
                "-ec",
                "ip link add eth1 type veth peer name " + port + " netns " + network + "; ip -n " + network
                        + " link set " + port + " master br1 up; ip addr add 10.78.0." + number
                        + "/24 dev eth1; ip link set eth1 up");
    }

    private void outer(int number, String state) {
        one.exec("ip", "-n", network, "link", "set", "outer" + number, state);
    }

    private static String config(int inner, int outer) {
        return """
                vrrp_sync_group gw {
                    group {
                        VI_1
                        VI_2
                    }
                }
                """ + RouterConfig.version(3).priority(inner).text() + """
                vrrp_instance VI_2 {
                    state BACKUP
                    interface eth1
                    virtual_router_id 52
                    priority %d
                    advert_int 0.3
                    virtual_ipaddress {
                        %s/24
                    }
                }
                """.formatted(outer, OUTER_VIP);
    }

    private static boolean holdsOuter(Router router) {
        return !router.host().exec("ip", "-o", "addr", "show", "to", OUTER_VIP).isBlank();
    }

    private static void awaitBoth(Router holder, Router other) {
        Wait.until(
                "both addresses at " + holder + " and none at " + other,
                () -> holder.holds() && holdsOuter(holder) && !other.holds() && !holdsOuter(other));
    }

    private static List<String> states(Router router) {
        return List.of(
                router.status().at("/groups/0/state").asString(),
                router.status().at("/groups/1/state").asString());
    }

    private Router start(Kind kind, LabHost host, int inner, int outer) {
        return new Router(bed, kind, host).start(config(inner, outer));
    }

    @ParameterizedTest
    @EnumSource
    void bothMoveWhenOneLinkIsPulledAndComeBackWithIt(Kind peer) {
        Router high = start(Kind.HA4J, one, 150, 150);
        Router low = start(peer, two, 100, 100);
        awaitBoth(high, low);
        assertThat(high.group().at("/syncGroup").asString()).isEqualTo("gw");

        outer(1, "down");
        awaitBoth(low, high);
        assertThat(states(high)).containsOnly("FAULT");
        assertThat(high.group().at("/reason").asString()).isEqualTo("sync group gw: VI_2: eth1 is down");
        wire.assertSettled(5, low, high);

        outer(1, "up");
        awaitBoth(high, low);
        assertThat(states(high)).containsOnly("ACTIVE");
        wire.assertSettled(5, high, low);
    }

    @Test
    void bothFollowAKeepalivedThatIsHigher() {
        Router high = start(Kind.KEEPALIVED, one, 150, 150);
        Router low = start(Kind.HA4J, two, 100, 100);
        awaitBoth(high, low);

        outer(1, "down");
        awaitBoth(low, high);
        assertThat(states(low)).containsOnly("ACTIVE");

        outer(1, "up");
        awaitBoth(high, low);
        assertThat(states(low)).containsOnly("BACKUP");
    }

    @ParameterizedTest
    @EnumSource
    void bothMoveWhenTheNodeIsKilled(Kind peer) {
        Router high = start(Kind.HA4J, one, 150, 150);
        Router low = start(peer, two, 100, 100);
        awaitBoth(high, low);
        high.process().kill();
        awaitBoth(low, high);
    }

    @ParameterizedTest
    @EnumSource
    void bothMoveWhenTheNodeIsStopped(Kind peer) {
        Router high = start(Kind.HA4J, one, 150, 150);
        Router low = start(peer, two, 100, 100);
        awaitBoth(high, low);
        high.terminate();
        awaitBoth(low, high);
        high.awaitEnd();
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsHandedOverOrSuspendedTakesTheOtherAlong(Kind peer) {
        Router high = start(Kind.HA4J, one, 150, 150);
        Router low = start(peer, two, 100, 100);
        awaitBoth(high, low);

        assertThat(high.command("handover", "VI_1")).contains("handed over to 10.77.0.2");
        awaitBoth(low, high);
        wire.assertSettled(5, low, high); // and it stays so
        assertThat(states(high)).containsOnly("BACKUP");

        high.command("resume", "VI_2");
        awaitBoth(high, low);

        assertThat(high.command("suspend", "VI_2")).contains("handed over to 10.78.0.2");
        awaitBoth(low, high);
        assertThat(states(high)).containsOnly("FAULT");
        high.command("resume", "VI_2");
        awaitBoth(high, low);
    }

    @Test
    void nodesThatOutrankEachOtherOnDifferentNetworksDoNotFlap() {
        Router high = start(Kind.HA4J, one, 150, 100);
        high.awaitActive();
        Router other = start(Kind.HA4J, two, 100, 150);
        awaitBoth(high, other);
        wire.assertSettled(10, high, other);
        assertThat(states(high)).containsOnly("ACTIVE");
        assertThat(states(other)).containsOnly("BACKUP");
        assertThat(high.counter("masterTransitions")).isEqualTo(1);
        assertThat(other.counter("masterTransitions")).isZero();
    }

    /** What is in the group cannot change in a running member, and one member alone is not started anew. */
    @Test
    void aReloadStartsAllMembersAnewWhereOneHasTo() {
        Router high = start(Kind.HA4J, one, 150, 150);
        Router low = start(Kind.HA4J, two, 100, 100);
        awaitBoth(high, low);

        high.write(config(150, 150).replace("advert_int 0.3\n    virtual_ip", "advert_int 0.4\n    virtual_ip"));
        assertThat(high.command("reload"))
                .contains("vrrp_instance VI_2 started anew: ")
                .contains("vrrp_instance VI_1 started anew: so are others of vrrp_sync_group gw");
        awaitBoth(high, low);

        high.write(config(150, 150).replaceFirst("(?s)vrrp_sync_group gw \\{.*?\\}\n\\}\n", ""));
        assertThat(high.command("reload"))
                .contains("vrrp_instance VI_1 started anew: its vrrp_sync_group is another one");
        awaitBoth(high, low);
        assertThat(high.group().at("/syncGroup").isNull()).isTrue();
    }
}
