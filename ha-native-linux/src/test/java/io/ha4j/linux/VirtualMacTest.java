package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.VirtualLink;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Addresses on macvlans, against the running kernel. */
class VirtualMacTest {
    private static final String VIP = "10.77.0.100/24";

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private static AddressOwner owner(Host host, String group, String name, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        VirtualLink link = new VirtualLink(name, "00:00:5e:00:01:33");

        AddressOwner.Spec spec = new AddressOwner.Spec(group, "eth0", list, Duration.ofMinutes(1));
        return on(
                host, () -> host.addressOwner(spec.toBuilder().virtualLink(link).build()));
    }

    private String settings() {
        return TestLan.run(
                        "ip",
                        "netns",
                        "exec",
                        lan.a,
                        "sh",
                        "-c",
                        "cd /proc/sys/net/ipv4/conf/eth0; cat arp_ignore arp_announce")
                .replace("\n", " ");
    }

    private void set(String setting, int value) {
        String unused = TestLan.run(
                "ip", "netns", "exec", lan.a, "sysctl", "-qw", "net.ipv4.conf.eth0." + setting + "=" + value);
    }

    private String links() {
        return ip(lan.a, "-d", "link", "show", "type", "macvlan");
    }

    private void awaitNoLink() {
        await(() -> links().isEmpty(), "no macvlan");
    }

    @Test
    void itIsUpWhileTheAddressesAreHeld() {
        AddressOwner owner = owner(host, "VI_1", "vrrp.51", VIP, "10.77.0.101/24");
        assertThat(links())
                .contains("vrrp.51@eth0", "state DOWN", "00:00:5e:00:01:33", "mode bridge", "addrgenmode none")
                .contains("alias ha4j virtual MAC on eth0, found arp_announce=0 arp_ignore=0");
        assertThat(settings()).isEqualTo("1 2 ");

        on(host, owner::take);
        assertThat(ip(lan.a, "-br", "addr", "show", "vrrp.51")).contains("UP", VIP, "10.77.0.101/24");
        assertThat(ip(lan.a, "route", "get", "10.77.0.2")).contains("dev eth0 src 10.77.0.1");

        on(host, owner::release);
        assertThat(ip(lan.a, "-br", "addr", "show", "vrrp.51")).doesNotContain("10.77");
        await(() -> links().contains("state DOWN"), "down");
        on(host, owner::take);
        assertThat(ip(lan.a, "-br", "addr", "show", "vrrp.51")).contains("UP", VIP);

        on(host, owner::close);
        awaitNoLink();
        assertThat(settings()).isEqualTo("0 0 ");
    }

    @Test
    void theLastOfTwoPutsTheSettingsBack() {
        set("arp_announce", 1);
        AddressOwner one = owner(host, "VI_1", "vrrp.51", VIP);
        Host other = lan.host(lan.a); // another process, as far as this one can tell
        AddressOwner two = owner(other, "VI_2", "vrrp.52", "10.77.0.101/24");
        AddressOwner three = owner(other, "VI_3", "vrrp.53", "10.77.0.102/24");
        assertThat(settings()).isEqualTo("1 2 ");

        on(host, one::close);
        on(other, two::close);
        assertThat(settings()).as("one more needs them").isEqualTo("1 2 ");
        on(other, three::close);
        awaitNoLink();
        assertThat(settings()).isEqualTo("0 1 ");
    }

    @Test
    void whatIsAlreadyRightOrWasChangedMeanwhileIsLeftAlone() {
        set("arp_ignore", 2);
        AddressOwner owner = owner(host, "VI_1", "vrrp.51", VIP);
        assertThat(settings()).isEqualTo("2 2 ");
        set("arp_announce", 1);
        on(host, owner::close);
        awaitNoLink();
        assertThat(settings()).isEqualTo("2 1 ");
    }

    @Test
    void withIpv6OnlyTheInterfaceBeneathIsNotTouched() {
        AddressOwner owner = owner(host, "VI_6", "vrrp6.51", "fe80::5e:100/64");
        on(host, owner::take);
        assertThat(settings()).isEqualTo("0 0 ");
        assertThat(ip(lan.a, "-6", "addr", "show", "vrrp6.51"))
                .contains("fe80::5e:100/64")
                .doesNotContain("200:5e");
        on(host, owner::close);
        awaitNoLink();
    }

    @Test
    void anIpv4AddressMayFollow() {
        AddressOwner owner = owner(host, "VI_6", "vrrp6.51", "fe80::5e:100/64");
        on(host, owner::take);
        List<VirtualAddress> more = Stream.of("fe80::5e:100/64", VIP)
                .map(VirtualAddress::of)
                .map(address -> address.on("eth0"))
                .toList();
        on(host, () -> owner.change(more));

        assertThat(settings()).isEqualTo("1 2 ");
        assertThat(ip(lan.a, "addr", "show", "vrrp6.51")).contains("fe80::5e:100/64", VIP);
        assertThat(links()).contains("found arp_announce=0 arp_ignore=0");
        on(host, owner::close);
        awaitNoLink();
        assertThat(settings()).isEqualTo("0 0 ");
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        AddressOwner live = owner(host, "VI_1", "vrrp.51", VIP);
        assertThatThrownBy(() -> owner(host, "VI_2", "vrrp.51", "10.77.0.101/24"))
                .isInstanceOf(HaException.class)
                .hasMessage("interface vrrp.51 of group VI_2 belongs to group VI_1 of this process already");
        Host other = lan.host(lan.a);
        assertThatThrownBy(() -> owner(other, "VI_2", "vrrp.51", "10.77.0.101/24"))
                .isInstanceOf(HaException.class)
                .hasMessageStartingWith("interface vrrp.51 of group VI_2 belongs to another process of ha4j");
        assertThat(links()).as("that of the living").contains("vrrp.51@eth0");
        on(host, live::close);
        awaitNoLink();

        String unused = ip(lan.a, "link", "add", "link", "eth0", "name", "vrrp.51", "type", "macvlan");
        assertThatThrownBy(() -> owner(host, "VI_1", "vrrp.51", VIP))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("was not made by ha4j");
        assertThat(settings()).isEqualTo("0 0 ");
    }

    @Test
    void whatADeadProcessLeftIsRemoved() {
        set("arp_ignore", 1);
        set("arp_announce", 2);
        for (String name : List.of("vrrp.7", "vrrp.8")) {
            String unused = ip(lan.a, "link", "add", "link", "eth0", "name", name, "type", "macvlan");
            String unused2 = ip(
                    lan.a, "link", "set", name, "alias", "ha4j virtual MAC on eth0, found arp_announce=1 arp_ignore=0");
        }
        String unused = ip(lan.a, "link", "add", "link", "eth0", "name", "mine", "type", "macvlan");

        List<VirtualAddress> list = List.of(VirtualAddress.of(VIP));
        AddressOwner owner = // even one that uses no virtual MAC
                on(host, () -> host.addressOwner(new AddressOwner.Spec("VI_1", "eth0", list, Duration.ofSeconds(3))));

        assertThat(links()).contains("mine@eth0").doesNotContain("vrrp");
        assertThat(settings()).isEqualTo("0 1 ");
        on(host, owner::close);
    }
}
