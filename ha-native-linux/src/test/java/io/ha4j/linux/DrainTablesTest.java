package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.SignOfLife;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel has understood of our rules, as nft(8) reads it back: it must not stumble over them. */
class DrainTablesTest {
    private static final byte[] VIP = {10, 77, 0, 100};
    private static final byte[] VIP6 = octets("2001:db8:77::100");

    @RegisterExtension
    final TestLan lan = TestLan.guarded();

    private static byte[] octets(String address) {
        return VirtualAddress.of(address).address().getAddress();
    }

    private String listed(Consumer<NftTransaction> change) {
        CompletableFuture<String> listed = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            TestLan.enter(lan.a);
            try (NetlinkClient client =
                    new NetlinkClient(new JnaSyscalls(), NetlinkClient.NETLINK_NETFILTER, "nfnetlink")) {
                NftTransaction tx = new NftTransaction(client);
                change.accept(tx);
                tx.commit();
                listed.complete(TestLan.run("ip", "netns", "exec", lan.a, "nft", "list", "ruleset"));
            } catch (RuntimeException | Error e) {
                listed.completeExceptionally(e);
            }
        });
        thread.start();
        return listed.join();
    }

    /** The rules, with KEY for the constant that nft cannot name. */
    private static List<String> chains(String rules) {
        return rules.lines()
                .map(String::strip)
                .filter(line -> line.contains("@") && !line.startsWith("elements"))
                .map(line -> line.replace("0x1000000 [invalid type]", "KEY"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTableOfTheOldNode(boolean ipv6) {
        SignOfLife sign = new SignOfLife("eth0", ipv6, 112, 1, 51, 2);
        DrainTable table = new DrainTable("ha4j_drain_x", ipv6);
        String rules = listed(tx -> table.create(
                tx,
                "eth0",
                List.of(ipv6 ? VIP6 : VIP),
                ipv6 ? octets("fe80::1") : new byte[] {10, 77, 0, 1},
                DrainNotice.begin(sign),
                1000));
        assertThat(rules).contains("flags owner");
        assertThat(chains(rules))
                .containsExactlyElementsOf(
                        ipv6
                                ? List.of(
                                        "ip6 daddr @vips tcp flags != syn / syn,ack meta mark set meta mark | 0x20000000",
                                        "ip6 daddr @vips icmpv6 type & echo-request == 0"
                                                + " meta mark set meta mark | 0x20000000",
                                        "meta protocol 0x88b6 @nh,0,64 0x6861346a01010633"
                                                + " update @answered { KEY timeout 1s } drop",
                                        "icmpv6 type nd-neighbor-advert @th,64,128 @vips drop",
                                        "ip6 saddr @vips meta l4proto tcp meta mark set meta mark | 0x20000000",
                                        "ip6 saddr @vips icmpv6 type nd-neighbor-solicit ip6 saddr set fe80::1")
                                : List.of(
                                        "ip daddr @vips tcp flags != syn / syn,ack meta mark set meta mark | 0x20000000",
                                        "ip daddr @vips icmp type destination-unreachable"
                                                + " meta mark set meta mark | 0x20000000",
                                        "meta protocol 0x88b6 @nh,0,64 0x6861346a01010433"
                                                + " update @answered { KEY timeout 1s } drop",
                                        "ip saddr @vips meta l4proto tcp meta mark set meta mark | 0x20000000",
                                        "arp saddr ip @vips arp saddr ip set 10.77.0.1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTableOfTheNewNode(boolean ipv6) throws Exception {
        SignOfLife sign = new SignOfLife("eth0", ipv6, 112, 1, 51, 2);
        RedirectTable table = new RedirectTable("ha4j_redirect_x", ipv6);
        InetAddress vip = InetAddress.getByAddress(ipv6 ? VIP6 : VIP);
        InetAddress client = InetAddress.getByAddress(octets(ipv6 ? "2001:db8:77::7" : "10.77.0.7"));
        LinkMessage link = new LinkMessage(0, 2, LinkMessage.IFF_UP, "eth0", "02:00:00:00:00:01", "");
        String rules = listed(tx -> {
            table.create(
                    tx,
                    link,
                    List.of(vip.getAddress()),
                    ipv6 ? octets("fe80::1") : new byte[] {10, 77, 0, 1},
                    DrainNotice.begin(sign),
                    3000,
                    6000,
                    60_000);
            table.addMine(tx, List.of(new TcpConnection(vip, 80, client, 40_000)), 60_000);
        });
        String ip = ipv6 ? "ip6" : "ip";
        String error = ipv6 ? "@th,0,8 & 0x80 == 0x0 @th,112,8 0x6" : "@th,0,8 0x3 @th,136,8 0x6";
        String tuple = ipv6
                ? "@th,256,128 . @th,128,128 . @th,400,16 . @th,384,16"
                : "@th,192,32 . @th,160,32 . @th,240,16 . @th,224,16";
        String forward = " KEY != @overflow KEY @asked fwd "
                + (ipv6 ? "ip6 to fe80::1" : "ip to 10.77.0.1")
                + " device \"eth0\"";
        assertThat(rules)
                .contains("flags owner")
                .contains((ipv6 ? "2001:db8:77::7 . 2001:db8:77::100" : "10.77.0.7 . 10.77.0.100") + " . 40000 . 80");
        assertThat(chains(rules))
                .containsExactly(
                        "meta protocol 0x88b5 @nh,0,64 0x6861346a01010" + (ipv6 ? 6 : 4)
                                + "33 update @asked { KEY timeout 6s } @ll,0,48 set @ll,48,48"
                                + " @ll,48,48 set 0x20000000001 @ll,96,16 set 0x88b6 fwd to \"eth0\"",
                        ip + " daddr @vips tcp flags syn / syn,ack update @mine { " + ip + " saddr . " + ip
                                + " daddr . tcp sport . tcp dport timeout 1m } accept",
                        ip + " daddr @vips tcp flags syn / syn,ack update @overflow { KEY timeout 1m } accept",
                        ip + " daddr @vips " + ip + " saddr . " + ip + " daddr . tcp sport . tcp dport @mine accept",
                        ip + " daddr @vips meta l4proto tcp" + forward,
                        ip + " daddr @vips meta l4proto @errors " + error + " " + tuple + " @mine accept",
                        ip + " daddr @vips meta l4proto @errors " + error + forward);
    }
}
