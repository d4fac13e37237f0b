package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against the running kernel; {@code ip} is the judge. */
class LeasedAddressesTest {
    private static final String VIP = "10.77.0.100/24";

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private AddressOwner owner(Duration lease, String... addresses) {
        return on(host, () -> host.addressOwner(spec(lease, addresses)));
    }

    private static AddressOwner.Spec spec(Duration lease, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        return new AddressOwner.Spec("VI_1", "eth0", list, lease);
    }

    private String addresses() {
        return ip(lan.a, "-4", "-o", "addr", "show", "dev", "eth0");
    }

    private boolean has(String address) {
        return addresses().contains("inet " + address + " ");
    }

    @Test
    void addressesAreTakenWithALifetimeAndReleased() {
        AddressOwner owner = owner(Duration.ofMillis(2100), VIP, "10.99.0.7");
        assertThat(addresses()).doesNotContain("10.77.0.100");
        assertThat(owner.held()).isFalse();

        on(host, owner::take);

        assertThat(owner.held()).isTrue();
        assertThat(addresses())
                .containsPattern(
                        "inet 10.77.0.100/24 scope global secondary.* eth0.* valid_lft 3sec preferred_lft 3sec")
                .containsPattern("inet 10.99.0.7/32 scope global.* eth0.* valid_lft 3sec preferred_lft 3sec");

        on(host, owner::release);

        assertThat(addresses()).contains("10.77.0.1/24").doesNotContain("10.77.0.100", "10.99.0.7");
        assertThat(owner.held()).isFalse();
        on(host, owner::release); // nothing more to do, and no error
    }

    /** The address is there, and no host ever learns where: that is told. */
    @Test
    void settingsThatForbidAnswersAreTold() {
        AddressOwner owner = owner(Duration.ofSeconds(2), "10.99.0.7");
        for (int ignore : new int[] {8, 2}) {
            arpIgnore(ignore);
            on(host, owner::take);
            await(() -> remark(owner).contains("arp_ignore (or of \"all\") is " + ignore), "a remark on " + ignore);
        }
        arpIgnore(1);
        on(host, owner::take);
        await(() -> !remark(owner).contains("arp_ignore"), "no remark");
        arpIgnore(2);
        AddressOwner inNetwork = owner(Duration.ofSeconds(2), VIP);
        on(host, inNetwork::take);
        on(host, () -> {}); // after that
        assertThat(remark(inNetwork)).doesNotContain("arp_ignore");
    }

    private String remark(AddressOwner owner) {
        return on(host, () -> owner.lease().remark());
    }

    private void arpIgnore(int value) {
        String file = "/proc/sys/net/ipv4/conf/eth0/arp_ignore";
        String unused = TestLan.run("ip", "netns", "exec", lan.a, "sh", "-c", "echo " + value + " > " + file);
    }

    @Test
    void theKernelRemovesWhatIsNotRenewed() {
        AddressOwner owner = owner(Duration.ofMillis(300), VIP);
        on(host, owner::take);
        long taken = System.nanoTime();

        await(() -> !has(VIP), "expiry");

        assertThat(System.nanoTime() - taken)
                .isBetween(TimeUnit.MILLISECONDS.toNanos(900), TimeUnit.SECONDS.toNanos(3));
        // Only the election may say whether it may have the address again.
        assertThat(owner.held()).isTrue();
        on(host, owner::renew);
        assertThat(has(VIP)).isTrue();
    }

    @Test
    void renewalsKeepIt() {
        AddressOwner owner = owner(Duration.ofSeconds(1), VIP);
        on(host, owner::take);
        EventLoop.Timer[] timer = new EventLoop.Timer[1];
        on(host, () -> {
            timer[0] = host.eventLoop().timer(() -> {
                owner.renew();
                timer[0].arm(host.eventLoop().nanoTime() + TimeUnit.MILLISECONDS.toNanos(100));
            });
            timer[0].arm(host.eventLoop().nanoTime());
        });

        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3500);
        while (System.nanoTime() < end) {
            assertThat(has(VIP)).isTrue();
        }
    }

    @Test
    void whatAThirdPartyRemovesIsPutBack() {
        AddressOwner owner = owner(Duration.ofSeconds(60), VIP, "10.77.0.101/24");
        on(host, owner::take);

        String unused = ip(lan.a, "addr", "del", VIP, "dev", "eth0");

        await(() -> has(VIP), "the address to come back");
        assertThat(has("10.77.0.101/24")).isTrue();
        String unused2 = ip(lan.a, "addr", "flush", "dev", "eth0");
        await(() -> has(VIP) && has("10.77.0.101/24"), "both addresses to come back");
    }

    @Test
    void addressesOfAnotherGroupSurviveTheReleaseOfTheirPrimary() {
        // Both in a subnet that has no other address: the first is the primary, the second goes down with it.
        AddressOwner first = owner(Duration.ofSeconds(60), "10.99.0.1/24");
        AddressOwner second = owner(Duration.ofSeconds(60), "10.99.0.2/24");
        on(host, first::take);
        on(host, second::take);
        assertThat(addresses()).containsPattern("10.99.0.2/24 scope global secondary");

        on(host, first::release);

        await(() -> has("10.99.0.2/24"), "the other group's address");
        assertThat(has("10.99.0.1/24")).isFalse();
    }

    @Test
    void leftoversOfAnEarlierRunAreRemoved() {
        Host other = lan.host(lan.a); // another process, as far as this one can tell
        AddressOwner crashed = on(other, () -> other.addressOwner(spec(Duration.ofSeconds(60), VIP, "10.77.0.101/24")));
        on(other, crashed::take);

        AddressOwner owner = owner(Duration.ofSeconds(60), VIP);

        assertThat(owner.held()).isFalse();
        assertThat(has("10.77.0.101/24")).as("not an address of this group").isTrue();
        on(other, crashed::close);
    }

    @Test
    void anAddressOfSomebodyElseIsRefused() {
        String unused = ip(lan.a, "addr", "add", "10.77.0.100/32", "dev", "lo");

        assertThatThrownBy(() -> owner(Duration.ofSeconds(60), "10.77.0.101", VIP))
                .isInstanceOf(HaException.class)
                .hasMessage("10.77.0.100 is already configured on lo of this machine and was not put there by ha4j:"
                        + " remove it (ip addr del 10.77.0.100/32 dev lo) or choose another address");
        String unused2 = ip(lan.a, "addr", "del", "10.77.0.100/32", "dev", "lo");
        AddressOwner owner = owner(Duration.ofSeconds(60), "10.77.0.101", VIP); // nothing is left claimed
        assertThat(owner.held()).isFalse();
    }

    @Test
    void oneAddressBelongsToOneGroup() {
        AddressOwner first = owner(Duration.ofSeconds(60), VIP);

        assertThatThrownBy(() -> owner(Duration.ofSeconds(60), "10.77.0.101", VIP))
                .isInstanceOf(HaException.class)
                .hasMessage("address 10.77.0.100 of group VI_1 belongs to group VI_1 of this process already");
        on(host, first::close);
        AddressOwner second = owner(Duration.ofSeconds(60), "10.77.0.101", VIP);
        assertThat(second.held()).isFalse();
    }

    @Test
    void aMissingInterfaceIsNamed() {
        AddressOwner.Spec spec =
                new AddressOwner.Spec("VI_1", "eth7", List.of(VirtualAddress.of(VIP)), Duration.ofSeconds(1));
        assertThatThrownBy(() -> on(host, () -> host.addressOwner(spec)))
                .isInstanceOf(HaException.class)
                .hasMessage("no such interface: eth7 (there are: lo, eth0)");
    }

    @Test
    void aRefusalNamesTheAddressAndTheOthersAreTaken() {
        String unused = TestLan.run("ip", "-n", lan.a, "link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
        AddressOwner.Spec spec = new AddressOwner.Spec(
                "VI_1",
                "eth0",
                List.of(
                        new VirtualAddress(VirtualAddress.of("10.99.0.1").address(), 32, "eth1", null),
                        VirtualAddress.of(VIP)),
                Duration.ofSeconds(60));
        AddressOwner owner = on(host, () -> host.addressOwner(spec));
        String unused2 = TestLan.run("ip", "-n", lan.a, "link", "del", "eth1");

        assertThatThrownBy(() -> on(host, owner::take))
                .isInstanceOf(HaException.class)
                .hasMessage("no such interface: eth1 (there are: lo, eth0)");

        assertThat(has(VIP)).isTrue();
        on(host, owner::close);
        assertThat(has(VIP)).isFalse();
    }

    @Test
    void asManyAddressesAsAnAdvertisementHolds() {
        String[] all = IntStream.rangeClosed(1, 255)
                .mapToObj(i -> "10.99." + i + ".1/24")
                .toArray(String[]::new);
        AddressOwner owner = owner(Duration.ofSeconds(60), all);

        on(host, owner::take);
        // Not within take(): between some of them the loop does other work.
        await(() -> addresses().lines().filter(line -> line.contains(" 10.99.")).count() == 255, "all of them");

        on(host, owner::release);
        assertThat(addresses()).doesNotContain(" 10.99.");
    }

    @Test
    void closingTheHostReleases() {
        AddressOwner owner = owner(Duration.ofSeconds(60), VIP);
        on(host, owner::take);

        host.close();

        assertThat(has(VIP)).isFalse();
        assertThat(owner.held()).isFalse();
    }
}
