package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualMac;
import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * As ConnectionDrainIT, with virtual MACs: the nodes speak from the same hardware addresses, so what leaves each is
 * recorded at its own interface.
 */
class VirtualMacDrainIT {
    private static final int VRID6 = 52;
    private static final int RELAYED = 80;
    private static final int LOOKUPS = 5;
    private static final int FRAME = 60; // the shortest of Ethernet

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "nft", "curl", "socat");

    private LabHost client;
    private Router first;
    private Router second;

    /** A group with the address that clients use, and where its frames come from. */
    private record Group(String name, String vip, String mac, String link) {
        boolean isIpv6() {
            return vip.contains(":");
        }

        boolean speaks(Pcap.Frame frame) {
            return frame.sourceMac().equals(mac) || frame.isArpOf(vip) || frame.isNeighbourAdvertisementOf(vip);
        }

        boolean advertises(Pcap.Frame frame) {
            return frame.isVrrp() && frame.sourceMac().equals(mac) && frame.priority() > 0;
        }
    }

    private static final Group IPV4 =
            new Group("VI_1", RouterConfig.VIP, VirtualMac.address(RouterConfig.VRID, false), "vrrp.51");
    private static final Group IPV6 = new Group("VI_6", RouterConfig.VIP6, VirtualMac.address(VRID6, true), "vrrp6.52");

    @BeforeEach
    void nodes() {
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        first = node("one", 1);
        second = node("two", 2);
    }

    private Router node(String name, int number) {
        LabHost host = bed.host(name, "10.77.0." + number + "/24", "2001:db8:77::" + number + "/64");
        bed.java(host, EchoNode.class, name).awaitLine("serving", Wait.LIMIT);
        return new Router(bed, Kind.HA4J, host);
    }

    private static RouterConfig config(int number, String... more) {
        RouterConfig config = RouterConfig.of(Form.V3)
                .interval("0.5")
                .priority(200 - number)
                .inside("ha4j {\n        connection_drain 60\n    }")
                .with(BalancerConfig.unchecked(
                        RouterConfig.VIP, RELAYED, List.of("10.77.0." + number + " " + EchoNode.PORT)));
        return Stream.of(more).reduce(config, RouterConfig::inside, (a, b) -> b);
    }

    private static String ipv6Group(int number) {
        return """
                vrrp_instance VI_6 {
                    state BACKUP
                    interface eth0
                    virtual_router_id %d
                    priority %d
                    advert_int 0.5
                    use_vmac
                    ha4j {
                        connection_drain 60
                    }
                    virtual_ipaddress {
                        %s/64
                        %s/64
                    }
                }
                """.formatted(VRID6, 200 - number, RouterConfig.LINK_LOCAL_VIP, RouterConfig.VIP6);
    }

    private static JsonNode status(Router router, Group group) {
        for (JsonNode found : router.status().at("/groups")) {
            if (found.at("/name").asString().equals(group.name)) {
                return found;
            }
        }
        throw new AssertionError("no group " + group.name + " at " + router);
    }

    private static void awaitState(String state, Router router, Group group) {
        Wait.until(
                group.name + " is " + state + " at " + router,
                () -> status(router, group).at("/state").asString().equals(state));
    }

    private static void awaitCount(Router router, Group group, int connections) {
        Wait.until(
                "the count of " + router,
                () -> status(router, group).at("/connectionDrain/connections").asInt() == connections);
    }

    private static String nft(Router router) {
        return router.host().exec("nft", "list", "ruleset");
    }

    private static String where(Router router, Group group) {
        return router.host().exec("ip", "-o", "addr", "show", "to", group.vip);
    }

    /** What leaves a node. */
    private Path record(Router router) {
        Path file = bed.file(router.host().name() + ".pcap");
        String filter = "arp or icmp6 or proto 112 or ether src " + IPV4.mac + " or ether src " + IPV6.mac;
        LabProcess tcpdump = router.host()
                .start(
                        "tcpdump",
                        "-n",
                        "-U",
                        "-Z",
                        "root",
                        "--immediate-mode",
                        "-Q",
                        "out",
                        "-i",
                        LabHost.INTERFACE,
                        "-w",
                        file.toString(),
                        filter);
        tcpdump.awaitLine("listening on", Wait.LIMIT);
        return file;
    }

    private static double firstAdvertisement(Path recorded, Group group, double sinceMillis) {
        Wait.until(
                "an advertisement of " + group.name,
                () -> Pcap.read(recorded).stream()
                        .anyMatch(frame -> frame.millis() >= sinceMillis && group.advertises(frame)));
        return Pcap.read(recorded).stream()
                .filter(frame -> frame.millis() >= sinceMillis && group.advertises(frame))
                .mapToDouble(Pcap.Frame::millis)
                .min()
                .orElseThrow();
    }

    /** Of the group: nothing leaves from the virtual MAC, and nobody is told where the address is. */
    private static void requireSilent(Path recorded, Group group, double fromMillis, double toMillis) {
        assertThat(Pcap.read(recorded).stream()
                        .filter(frame -> frame.millis() >= fromMillis && frame.millis() < toMillis)
                        .filter(group::speaks)
                        .map(frame -> frame.millis() - fromMillis + " ms: from " + frame.sourceMac()))
                .as("what the old node of %s sends after its successor's advertisement", group.name)
                .isEmpty();
    }

    /** By hosts that do not know it, asking one after the other. */
    private void requireAnswered(Group group) {
        for (int i = 0; i < LOOKUPS; i++) {
            client.exec("ip", "-4", "neigh", "flush", "dev", LabHost.INTERFACE);
            client.exec("ip", "-6", "neigh", "flush", "dev", LabHost.INTERFACE);
            client.exec("ping", group.isIpv6() ? "-6" : "-4", "-c", "1", "-W", "5", group.vip);
            assertThat(client.neighbour(group.vip)).isEqualTo(Optional.of(group.mac));
        }
    }

    /**
     * A frame from the virtual MAC: the kernel may send some while the macvlan goes down (MLD).
     *
     * @param begin what follows the hardware addresses, in hexadecimal; the rest is 0
     */
    private static void send(Router from, Group group, String begin) {
        String frame = "ff".repeat(6) + group.mac.replace(":", "") + begin;
        String octal = octal(frame + "00".repeat(FRAME - frame.length() / 2)); // one write, so one frame
        from.host().exec("ip", "link", "set", group.link, "up");
        from.host().exec("sh", "-c", "printf '" + octal + "' | socat -u STDIN INTERFACE:" + group.link + " || true");
        from.host().exec("ip", "link", "set", group.link, "down");
    }

    private static String octal(String hex) {
        StringBuilder text = new StringBuilder();
        for (byte octet : HexFormat.of().parseHex(hex)) {
            text.append('\\')
                    .append(Integer.toOctalString((octet & 0xff) | 0x200).substring(1));
        }
        return text.toString();
    }

    private static void handOver(Router from, Router to, Group group, int connections) {
        from.command("handover", group.name);
        awaitState("ACTIVE", to, group);
        awaitCount(from, group, connections);
        assertThat(where(from, group)).contains(LabHost.INTERFACE).doesNotContain(group.link);
        assertThat(where(to, group)).contains(group.link);
        Wait.until(
                "it is down",
                () -> from.host().exec("ip", "link", "show", group.link).contains("state DOWN"));
    }

    @Test
    void connectionsOfSeveralGroupsGoOnThroughAHandOverAndTheHandBack() {
        first.start(config(1, "use_vmac").with(ipv6Group(1))).awaitActive();
        awaitState("ACTIVE", first, IPV6);
        second.start(config(2, "use_vmac").with(ipv6Group(2)));
        Path ofFirst = record(first);
        Path ofSecond = record(second);
        LongLived early4 = new LongLived(bed, client, IPV4.vip, 20, EchoNode.PORT, RELAYED);
        LongLived early6 = new LongLived(bed, client, IPV6.vip, 20, EchoNode.PORT);
        assertThat(early4.servers() + early6.servers()).isEqualTo("{one=40}{one=20}");

        double begun = Wire.now();
        handOver(first, second, IPV4, 40);
        early6.requireUnharmed();
        handOver(first, second, IPV6, 20);
        first.host().exec("nft", "flush", "ruleset"); // a firewall manager that begins anew
        Wait.until("the guard is back", () -> nft(first).contains("table netdev ha4j_guard_"));
        send(first, IPV4, "0806");
        send(first, IPV6, "86dd" + "60000000" + "00063aff"); // ICMPv6
        double taken4 = firstAdvertisement(ofSecond, IPV4, begun);
        double taken6 = firstAdvertisement(ofSecond, IPV6, begun);
        requireAnswered(IPV4);
        requireAnswered(IPV6);
        early4.requireUnharmed();
        early6.requireUnharmed();
        LongLived later = new LongLived(bed, client, IPV4.vip, 5, EchoNode.PORT, RELAYED);
        assertThat(later.servers()).isEqualTo("{two=10}");
        requireSilent(ofFirst, IPV4, taken4, Double.MAX_VALUE);
        requireSilent(ofFirst, IPV6, taken6, Double.MAX_VALUE);

        double back = Wire.now();
        second.command("handover", IPV6.name);
        awaitState("ACTIVE", first, IPV6);
        handOver(second, first, IPV4, 10);
        requireAnswered(IPV4);
        requireAnswered(IPV6);
        early4.requireUnharmed();
        early6.requireUnharmed();
        later.requireUnharmed();
        requireSilent(ofSecond, IPV4, firstAdvertisement(ofFirst, IPV4, back), Double.MAX_VALUE);
        requireSilent(ofSecond, IPV6, firstAdvertisement(ofFirst, IPV6, back), Double.MAX_VALUE);
        assertThat(where(first, IPV4) + where(first, IPV6)).doesNotContain(LabHost.INTERFACE);

        later.stop();
        awaitCount(second, IPV4, 0);
        Wait.until("the address is gone", () -> where(second, IPV4).isBlank());
        early4.stop();
        early6.stop();
        for (Router router : List.of(second, first)) {
            router.process().signal("TERM");
            router.awaitEnd();
            assertThat(nft(router)).as("left by " + router).isEmpty();
            assertThat(where(router, IPV4) + where(router, IPV6)).isEmpty();
        }
    }

    /** Where a node with virtual MAC and one without follow one another, and one of them dies while it drains. */
    @Test
    void theOtherNodeMayHaveNoVirtualMac() {
        first.start(config(1, "use_vmac")).awaitActive();
        second.start(config(2));
        LongLived early = new LongLived(bed, client, IPV4.vip, 10, EchoNode.PORT, RELAYED);
        first.command("handover", IPV4.name);
        second.awaitActive();
        awaitCount(first, IPV4, 20);
        LongLived later = new LongLived(bed, client, IPV4.vip, 5, EchoNode.PORT, RELAYED);
        assertThat(later.servers()).isEqualTo("{two=10}");
        early.requireUnharmed();

        second.command("handover", IPV4.name);
        first.awaitActive();
        awaitCount(second, IPV4, 10);
        early.requireUnharmed();
        later.requireUnharmed();
        requireAnswered(IPV4);

        first.command("handover", IPV4.name);
        second.awaitActive();
        awaitCount(first, IPV4, 20);
        first.process().kill();
        assertThat(first.process().waitFor(Wait.LIMIT)).isPresent();
        assertThat(where(first, IPV4)).contains(LabHost.INTERFACE);
        client.exec("ip", "neigh", "flush", "dev", LabHost.INTERFACE);
        client.exec("ping", "-c", "1", "-W", "5", IPV4.vip);
        assertThat(client.neighbour(IPV4.vip)).contains(second.mac());
        first.start(config(1, "use_vmac", "nopreempt"));
        Wait.until("what was left is gone", () -> where(first, IPV4).isBlank());
        assertThat(first.state()).isEqualTo("BACKUP");
        later.requireUnharmed();
    }
}
