package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.AddressLease;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.PacketChannel;
import io.ha4j.spi.SignOfLife;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against the running kernel; {@code nft}, {@code arping} and {@code ping} are the judges. */
class VipGuardTest {
    private static final String VIP = "10.77.0.100";
    private static final SignOfLife SIGN = new SignOfLife("eth0", false, 112, 1, 51, 2);

    private static final String NO_DEVICE = "; no process-held device for 10.77.0.100: switched off (ha4j.tun=off)";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @RegisterExtension
    final TestLan lan = TestLan.guarded("arping", "ping");

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private static AddressOwner owner(Host host, SignOfLife sign, Duration lease, String... addresses) {
        return on(host, () -> host.addressOwner(spec(sign, lease, addresses)));
    }

    private static AddressOwner.Spec spec(SignOfLife sign, Duration lease, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        return new AddressOwner.Spec("VI_1", "eth0", list, lease)
                .toBuilder().signOfLife(sign).build();
    }

    private void signOfLife(int id, int priority) {
        on(host, () -> {
            PacketChannel channel = host.openPackets(
                    new PacketChannel.Spec(
                            host.link("eth0"), 112, TestLan.address("10.77.0.1"), TestLan.address("224.0.0.18"), 255),
                    (payload, source, destination, hopLimit) -> {});
            channel.send(ByteBuffer.wrap(new byte[] {0x31, (byte) id, (byte) priority, 0, 0, 0, 0, 0}));
            channel.close();
        });
    }

    private String nft(String... arguments) {
        return TestLan.run(Stream.concat(Stream.of("ip", "netns", "exec", lan.a, "nft"), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private boolean answersArp() {
        return succeeds("arping", "-q", "-c", "1", "-w", "1", "-I", "eth0", VIP);
    }

    private boolean answersPing() {
        String unused = TestLan.run("ip", "-n", lan.b, "neigh", "replace", VIP, "lladdr", mac(), "dev", "eth0");
        return succeeds("ping", "-q", "-c", "1", "-W", "0.3", VIP);
    }

    private String mac() {
        return ip(lan.a, "-br", "link", "show", "eth0").split("\\s+")[2];
    }

    private boolean succeeds(String... command) {
        try {
            String[] whole = Stream.concat(Stream.of("ip", "netns", "exec", lan.b), Stream.of(command))
                    .toArray(String[]::new);
            return new ProcessBuilder(whole)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void itAnswersOnlyWhileSignsOfLifeLeave() {
        AddressOwner owner = owner(host, SIGN, Duration.ofMillis(2400), VIP + "/24");
        on(host, owner::take);
        assertThat(answersArp()).as("before the first sign of life").isFalse();
        assertThat(answersPing()).isFalse();

        signOfLife(52, 100);
        signOfLife(51, 0);
        assertThat(answersArp()).as("another's, and one that gives up").isFalse();

        signOfLife(51, 100);
        long sent = System.nanoTime();
        assertThat(answersArp()).isTrue();
        assertThat(answersPing()).isTrue();
        await(
                () -> {
                    on(host, owner::renew); // keeps the address, and is no sign of life
                    return !answersPing();
                },
                "silence");
        assertThat(System.nanoTime() - sent).isLessThan(TimeUnit.SECONDS.toNanos(3));
        assertThat(answersArp()).isFalse();
        assertThat(ip(lan.a, "addr")).contains(VIP);
        assertThat(owner.lease()).hasToString("kernel guard, 2400 ms");
        assertThat(owner.lease().enforcement()).isEqualTo(AddressLease.Enforcement.GUARD);

        on(host, owner::close);
        assertThat(nft("list", "ruleset")).isEmpty();
    }

    @Test
    void onlyWhatIsHeldIsGuarded() {
        AddressOwner owner = owner(host, SIGN, MINUTE, VIP + "/24");
        assertThat(withoutClaims()).contains("chain in4_").doesNotContain(VIP);

        on(host, owner::take);
        assertThat(elements("ha4j_lease_")).contains(VIP);
        assertThat(elements("ha4j_guard_")).contains(VIP);

        on(host, owner::release);
        assertThat(withoutClaims()).contains("chain in4_").doesNotContain(VIP);
    }

    /** All rules and sets but those that say what this process may come to hold. */
    private String withoutClaims() {
        return nft("list", "ruleset").replaceAll("(?s)set claims4 \\{.*?\\}\\s*\\}", "");
    }

    private String elements(String prefix) {
        String table = nft("list", "tables")
                .lines()
                .filter(line -> line.contains(prefix))
                .findFirst()
                .orElseThrow();
        return nft("list", "table", "netdev", table.split(" ")[2]);
    }

    @Test
    void groupsLiveEachForItself() {
        AddressOwner one = owner(host, SIGN, MINUTE, VIP + "/24");
        AddressOwner other = owner(host, new SignOfLife("eth0", false, 112, 1, 52, 2), MINUTE, "10.77.0.101/24");
        on(host, one::take);
        on(host, other::take);
        signOfLife(52, 100);
        assertThat(answersArp()).isFalse();

        signOfLife(51, 100);
        assertThat(answersArp()).isTrue();
        on(host, other::close);
        signOfLife(51, 100);
        assertThat(answersArp()).isTrue();
        assertThat(nft("list", "ruleset")).doesNotContain("10.77.0.101");
        on(host, one::close);
        assertThat(nft("list", "ruleset")).isEmpty();
    }

    @Test
    void whatSomebodyRemovesIsPutBack() {
        AddressOwner owner = owner(host, SIGN, MINUTE, VIP + "/24");
        on(host, owner::take);
        signOfLife(51, 100);

        String unused = nft("flush", "ruleset");
        await(() -> nft("list", "tables").contains("ha4j_guard_"), "the guard");
        assertThat(elements("ha4j_guard_")).contains(VIP);
        assertThat(answersArp()).as("the lease goes on").isTrue();
        assertThat(owner.lease())
                .hasToString("kernel guard, 60 s: somebody removed it from nftables, it was put back (once)");
    }

    @Test
    void aDeadProcessesGuardAndAddressesAreRemovedAndALiveOnesAreNot() {
        Host other = lan.host(lan.a); // another process, as far as this one can tell
        AddressOwner live = owner(other, SIGN, MINUTE, VIP + "/24");
        on(other, live::take);
        String unused =
                nft("add table netdev ha4j_guard_1_dead; add set netdev ha4j_guard_1_dead vips4 { type ipv4_addr; };"
                        + " add element netdev ha4j_guard_1_dead vips4 { 10.77.0.102, 10.77.0.103 }");
        String unused2 =
                ip(lan.a, "addr", "add", "10.77.0.102/24", "dev", "eth0", "valid_lft", "60", "preferred_lft", "60");
        String unused3 = ip(lan.a, "addr", "add", "10.77.0.103/24", "dev", "eth0"); // the operator's by now

        AddressOwner owner = owner(host, new SignOfLife("eth0", false, 112, 1, 52, 2), MINUTE, "10.77.0.101/24");

        assertThat(owner.lease().enforcement()).isEqualTo(AddressLease.Enforcement.GUARD);
        assertThat(nft("list", "tables")).doesNotContain("dead").containsPattern("(?s)(ha4j_guard.*){2}");
        assertThat(ip(lan.a, "addr")).contains(VIP, "10.77.0.103").doesNotContain("10.77.0.102");
        on(other, live::close);
    }

    @Test
    void aDeviceThatComesBackIsGuardedAgain() {
        AddressOwner owner = owner(host, SIGN, MINUTE, VIP + "/24");
        String unused = ip(lan.a, "link", "del", "eth0");
        lan.connect();
        on(host, owner::take);
        assertThat(answersArp()).isFalse();
        signOfLife(51, 100);
        assertThat(answersArp()).isTrue();
    }

    @Test
    void itsSocketEndsWithTheKeepersThread() throws IOException {
        AddressOwner owner = owner(host, SIGN, MINUTE, VIP + "/24");
        on(host, owner::take);
        List<List<String>> holders = new ArrayList<>();
        for (String line : TestLan.run("ip", "netns", "exec", lan.a, "cat", "/proc/net/netlink")
                .lines()
                .skip(1)
                .toList()) {
            String[] columns = line.strip().split("\\s+");
            if (columns[1].equals("12")) { // NETLINK_NETFILTER
                holders.add(SocketKeeperTest.holders("socket:[" + columns[9] + "]"));
            }
        }
        assertThat(holders).contains(List.of("ha4j-keeper"));
    }

    @Test
    void withoutAKeeperItGuardsAllTheSameAndSaysSo() {
        Host slow = new SharedMachine(() -> Machine.open(RefusingSyscalls.of("closeRange"), () -> TestLan.enter(lan.a)))
                .acquire();
        lan.closeAtEnd(slow);
        AddressOwner owner = owner(slow, SIGN, MINUTE, VIP + "/24");
        on(slow, owner::take);
        assertThat(answersArp()).isFalse();
        signOfLife(51, 100);
        assertThat(answersArp()).isTrue();
        assertThat(owner.lease())
                .hasToString("kernel guard, 60 s: silent after a crash only when the kernel has given the memory back:"
                        + " close_range: EPERM (Operation not permitted)");
    }

    @Test
    void withoutItTheLifetimeRemainsAndSaysSo() {
        Host refused = new SharedMachine(() -> Machine.open(RefusingSyscalls.ofSocket(4), () -> TestLan.enter(lan.a)))
                .acquire();
        lan.closeAtEnd(refused);
        AddressOwner owner = owner(refused, SIGN, Duration.ofMillis(300), VIP + "/24");
        assertThat(owner.lease())
                .hasToString(
                        "address lifetime only, 1 s: socket(nfnetlink): EPERM (Operation not permitted)" + NO_DEVICE);
        on(refused, owner::close);

        AddressOwner.Spec spec = spec(SIGN, Duration.ofMillis(300), VIP + "/24").toBuilder()
                .guarded(false)
                .build();
        AddressOwner unguarded = on(host, () -> host.addressOwner(spec));
        assertThat(unguarded.lease())
                .hasToString("address lifetime only, 1 s: the guard is refused by the group's settings" + NO_DEVICE);
        assertThat(nft("list", "ruleset")).isEmpty();
        on(host, unguarded::close);

        System.setProperty(VipGuard.SWITCH, "off");
        try {
            AddressOwner off = owner(host, SIGN, Duration.ofMillis(300), VIP + "/24");
            assertThat(off.lease())
                    .hasToString("address lifetime only, 1 s: the guard is switched off (ha4j.guard=off)" + NO_DEVICE);
            assertThat(nft("list", "ruleset")).isEmpty();
        } finally {
            System.clearProperty(VipGuard.SWITCH);
        }
    }
}
