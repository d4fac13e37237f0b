package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.spi.SignOfLife;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the kernel has understood of our rules, as nft(8) reads it back. */
class GuardTablesTest {
    private static final SignOfLife SIGN = new SignOfLife("eth0", true, 112, 1, 51, 2);

    @RegisterExtension
    final TestLan lan = TestLan.guarded();

    /** Runs with a netlink socket of the first namespace, which is open until the task ends. */
    private void inNamespace(Consumer<NetlinkClient> task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            TestLan.enter(lan.a);
            try (NetlinkClient client =
                    new NetlinkClient(new JnaSyscalls(), NetlinkClient.NETLINK_NETFILTER, "nfnetlink")) {
                task.accept(client);
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        done.join();
    }

    private String nft(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("ip", "netns", "exec", lan.a, "nft"));
        command.addAll(List.of(arguments));
        return TestLan.run(command.toArray(String[]::new));
    }

    private String rules(String table) {
        return nft("list", "table", "netdev", table)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("}"))
                .filter(line -> !line.matches("elements = .* expires .*")) // which changes all the time
                .map(line -> line.replaceAll(" # progname .*", ""))
                .reduce("", (text, line) -> text + line + "\n");
    }

    @Test
    void theRulesOfBothFamilies() {
        GuardTables tables = new GuardTables("x");
        inNamespace(client -> {
            NftTransaction tx = new NftTransaction(client);
            tables.createLease(tx);
            tables.createGuard(tx);
            for (boolean ipv6 : new boolean[] {false, true}) {
                GuardTables.Hook hook = new GuardTables.Hook("eth0", 2, ipv6);
                tables.hookLease(tx, hook);
                tables.hookGuard(tx, hook);
            }
            tables.hookSigns(tx, "eth0", 2);
            GuardTables.Renewal renewal = GuardTables.Renewal.of(SIGN, 2, 300);
            tables.renewal(tx, renewal);
            tables.addSign(tx, renewal, SIGN.id(), 7);
            tables.claim(tx, false, List.of(new byte[] {10, 77, 0, 100}));
            tables.cover(tx, false, List.of(new byte[] {10, 77, 0, 100}), 7, 60_000);
            tx.commit();

            assertThat(rules("ha4j_lease_x")).isEqualTo("""
                    table netdev ha4j_lease_x {
                    flags owner
                    set alive {
                    type mark
                    size 65535
                    flags dynamic,timeout
                    map vips4 {
                    type ipv4_addr : mark
                    elements = { 10.77.0.100 : 0x00000007 }
                    set claims4 {
                    type ipv4_addr
                    elements = { 10.77.0.100 }
                    map vips6 {
                    type ipv6_addr : mark
                    set claims6 {
                    type ipv6_addr
                    map sign_2_ip6_112_1_2_300ms {
                    typeof @th,8,8 : meta mark
                    elements = { 0x33 : 0x00000007 }
                    set protocol_112 {
                    type inet_proto
                    elements = { vrrp }
                    chain in4_2 {
                    type filter hook ingress device "eth0" priority -502; policy accept;
                    meta mark set arp daddr ip map @vips4 meta mark @alive meta mark set meta mark | 0x20000000
                    meta mark set ip daddr map @vips4 meta mark @alive meta mark set meta mark | 0x20000000
                    chain out4_2 {
                    type filter hook egress device "eth0" priority -502; policy accept;
                    meta mark set arp saddr ip map @vips4 meta mark @alive meta mark set meta mark | 0x20000000
                    meta mark set ip saddr map @vips4 meta mark @alive meta mark set meta mark | 0x20000000
                    chain in6_2 {
                    type filter hook ingress device "eth0" priority -502; policy accept;
                    icmpv6 type nd-neighbor-solicit meta mark set @th,64,128 map @vips6 meta mark @alive \
                    meta mark set meta mark | 0x20000000
                    meta mark set ip6 daddr map @vips6 meta mark @alive meta mark set meta mark | 0x20000000
                    chain out6_2 {
                    type filter hook egress device "eth0" priority -502; policy accept;
                    meta mark set ip6 saddr map @vips6 meta mark @alive meta mark set meta mark | 0x20000000
                    chain sign_2 {
                    type filter hook egress device "eth0" priority -502; policy accept;
                    meta protocol ip6 meta l4proto @protocol_112 @th,16,8 != 0x0 \
                    meta mark set @th,8,8 map @sign_2_ip6_112_1_2_300ms update @alive { meta mark timeout 300ms } \
                    meta mark set meta mark
                    """);
            String marked = "meta mark & 0x20000000 == 0x20000000 meta mark set meta mark & 0xdfffffff accept";
            assertThat(rules("ha4j_guard_x")).isEqualTo("""
                    table netdev ha4j_guard_x {
                    set vips4 {
                    type ipv4_addr
                    flags timeout
                    set vips6 {
                    type ipv6_addr
                    flags timeout
                    chain in4_2 {
                    type filter hook ingress device "eth0" priority -501; policy accept;
                    arp daddr ip @vips4 MARKED
                    arp saddr ip @vips4 accept
                    ip daddr @vips4 MARKED
                    ip daddr @vips4 drop
                    arp daddr ip @vips4 drop
                    chain out4_2 {
                    type filter hook egress device "eth0" priority -501; policy accept;
                    arp saddr ip @vips4 MARKED
                    arp saddr ip @vips4 drop
                    ip saddr @vips4 MARKED
                    ip saddr @vips4 drop
                    chain in6_2 {
                    type filter hook ingress device "eth0" priority -501; policy accept;
                    icmpv6 type nd-neighbor-solicit @th,64,128 @vips6 MARKED
                    icmpv6 type nd-neighbor-solicit @th,64,128 @vips6 drop
                    ip6 daddr @vips6 MARKED
                    ip6 daddr @vips6 drop
                    chain out6_2 {
                    type filter hook egress device "eth0" priority -501; policy accept;
                    ip6 saddr @vips6 MARKED
                    ip6 saddr @vips6 drop
                    """.replace("MARKED", marked));
        });
    }

    /** UDP to port 51 is the sign of life, for everybody can send that. */
    @Test
    void ipv6AnswersOnlyWhileSignsOfLifeLeave() {
        for (String[] address :
                new String[][] {{lan.a, "fd77::1/64"}, {lan.b, "fd77::2/64"}, {lan.a, "fd77::100/64"}}) {
            String unused = TestLan.ip(address[0], "addr", "add", address[1], "dev", "eth0", "nodad");
        }
        SignOfLife sign = new SignOfLife("eth0", true, 17, 3, 51, 5);
        byte[] vip = TestLan.address("fd77::100").getAddress();
        int index =
                Integer.parseInt(TestLan.ip(lan.a, "-o", "link", "show", "eth0").split(":")[0]);
        GuardTables tables = new GuardTables("x");
        inNamespace(client -> {
            NftTransaction tx = new NftTransaction(client);
            tables.createLease(tx);
            tables.createGuard(tx);
            GuardTables.Hook hook = new GuardTables.Hook("eth0", index, true);
            tables.hookLease(tx, hook);
            tables.hookGuard(tx, hook);
            tables.hookSigns(tx, "eth0", index);
            GuardTables.Renewal renewal = GuardTables.Renewal.of(sign, index, 2000);
            tables.renewal(tx, renewal);
            tables.addSign(tx, renewal, sign.id(), 7);
            tables.cover(tx, true, List.of(vip), 7, 60_000);
            tx.commit();
            assertThat(answers("fd77::1")).as("an address that is not guarded").isTrue();
            assertThat(answers("fd77::100")).as("before the first sign of life").isFalse();

            String unused = TestLan.run("ip", "netns", "exec", lan.a, "bash", "-c", "echo > /dev/udp/fd77::2/51");

            assertThat(answers("fd77::100")).isTrue();
            TestLan.await(() -> !answers("fd77::100"), "silence");
            assertThat(TestLan.ip(lan.a, "addr")).contains("fd77::100");
        });
    }

    /** To a host that has to find out first where the address is. */
    private boolean answers(String address) {
        String command = "ip neigh flush dev eth0; ping -q -c 1 -W 0.3 " + address + " > /dev/null && echo yes || true";
        return TestLan.run("ip", "netns", "exec", lan.b, "bash", "-c", command).contains("yes");
    }
}
