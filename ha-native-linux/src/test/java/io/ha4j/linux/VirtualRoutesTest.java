package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.SignOfLife;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Routes that move with the addresses, in the running kernel; {@code ip route} is the judge. */
class VirtualRoutesTest {
    private static final VirtualRoute NET = VirtualRoute.to("10.1.0.0/16").via("10.77.0.2");
    private static final VirtualRoute NET6 = VirtualRoute.to("2001:db8:1::/48").via("fe80::2", "eth0");

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private AddressOwner owner(Host host, VirtualRoute... routes) {
        return owner(host, "10.77.0.100/24", 51, routes);
    }

    private static AddressOwner owner(Host host, String address, int id, VirtualRoute... routes) {

        AddressOwner.Spec spec =
                new AddressOwner.Spec("VI_" + id, "eth0", List.of(VirtualAddress.of(address)), Duration.ofSeconds(3));
        SignOfLife sign = new SignOfLife("eth0", false, 112, 1, id, 2);
        return on(
                host,
                () -> host.addressOwner(spec.toBuilder()
                        .signOfLife(sign)
                        .routes(List.of(routes))
                        .build()));
    }

    private String routes() {
        return ip(lan.a, "route", "show", "table", "all", "proto", "164")
                + ip(lan.a, "-6", "route", "show", "table", "all", "proto", "164");
    }

    /** As an election does it with each advertisement. */
    private void renewAllTheTime(AddressOwner owner) {
        EventLoop.Timer[] timer = new EventLoop.Timer[1];
        on(host, () -> {
            timer[0] = host.eventLoop().timer(() -> {
                owner.renew();
                timer[0].arm(host.eventLoop().nanoTime() + TimeUnit.MILLISECONDS.toNanos(100));
            });
            timer[0].arm(host.eventLoop().nanoTime());
        });
    }

    @Test
    void theyComeAndGoWithTheAddresses() {
        AddressOwner owner = owner(
                host,
                NET,
                NET6,
                VirtualRoute.to("10.2.0.0/16")
                        .dev("eth0")
                        .source("10.77.0.100")
                        .table(100)
                        .metric(7),
                VirtualRoute.to("10.3.0.0/16").blackhole(),
                VirtualRoute.to("2001:db8:3::/48").unreachable(),
                VirtualRoute.to("10.4.0.0/16").via("10.77.0.2").table(1000));
        assertThat(routes()).isEmpty();

        on(host, owner::take);

        assertThat(routes())
                .contains("10.1.0.0/16 via 10.77.0.2 dev eth0")
                .containsPattern("10\\.2\\.0\\.0/16 dev eth0 table 100 scope link src 10\\.77\\.0\\.100 metric 7")
                .contains("blackhole 10.3.0.0/16")
                .contains("10.4.0.0/16 via 10.77.0.2 dev eth0 table 1000")
                .containsPattern("2001:db8:1::/48 via fe80::2 dev eth0 .*expires \\dsec")
                .contains("unreachable 2001:db8:3::/48");
        on(host, owner::release);
        assertThat(routes()).isEmpty();
        assertThat(ip(lan.a, "route")).contains("10.77.0.0/24");
    }

    @Test
    void whatAThirdPartyRemovesIsPutBackAndIpv6OnesAreRenewed() {
        AddressOwner owner = owner(host, NET, NET6);
        on(host, owner::take);
        renewAllTheTime(owner);

        String unused = ip(lan.a, "route", "del", "10.1.0.0/16");
        String unused2 = ip(lan.a, "-6", "route", "del", "2001:db8:1::/48");
        assertThat(routes()).isEmpty();
        await(() -> routes().contains("10.1.0.0/16") && routes().contains("2001:db8:1::/48"), "the routes");

        String unused3 = ip(lan.a, "link", "set", "eth0", "down"); // of this, the kernel tells nobody for IPv4
        String unused4 = ip(lan.a, "link", "set", "eth0", "up");
        await(() -> routes().contains("10.1.0.0/16") && routes().contains("2001:db8:1::/48"), "the routes again");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        while (System.nanoTime() < end) { // longer than their lifetime
            assertThat(routes()).contains("2001:db8:1::/48");
        }
        on(host, owner::release);
        assertThat(routes()).isEmpty();
    }

    @Test
    void aRouteOfSomebodyElseStays() {
        String unused = ip(lan.a, "route", "add", "10.1.0.0/16", "dev", "lo");
        AddressOwner owner = owner(host, NET, VirtualRoute.to("10.5.0.0/16").dev("eth0"));

        assertThatThrownBy(() -> on(host, owner::take))
                .isInstanceOf(HaException.class)
                .hasMessage("add route 10.1.0.0/16 via 10.77.0.2: EEXIST (File exists): there is another route to this"
                        + " destination with the same metric, remove it or give this one another metric");

        assertThat(routes()).contains("10.5.0.0/16").doesNotContain("10.1.0.0/16");
        on(host, owner::release);
        assertThat(ip(lan.a, "route")).contains("10.1.0.0/16 dev lo");
    }

    @Test
    void theyChangeWhileHeld() {
        AddressOwner owner = owner(host, NET, VirtualRoute.to("10.5.0.0/16").dev("eth0"));
        on(host, owner::take);

        on(
                host,
                () -> owner.changeRoutes(
                        List.of(NET, VirtualRoute.to("10.6.0.0/16").dev("eth0"))));

        assertThat(routes()).contains("10.1.0.0/16", "10.6.0.0/16").doesNotContain("10.5.0.0/16");
        assertThat(on(host, owner::routes)).hasSize(2);
    }

    @Test
    void theNextRunRemovesWhatAKilledOneLeft() {
        String unused = ip(lan.a, "route", "add", "10.1.0.0/16", "via", "10.77.0.2", "proto", "164");
        String unused2 = ip(lan.a, "route", "add", "10.9.0.0/16", "dev", "eth0", "table", "77", "proto", "164");
        String unused3 = ip(lan.a, "-6", "route", "add", "2001:db8:9::/48", "dev", "eth0", "proto", "164");
        String unused4 = ip(lan.a, "route", "add", "10.10.0.0/16", "dev", "eth0");

        AddressOwner owner = owner(host); // which has no routes any more

        assertThat(routes()).isEmpty();
        assertThat(ip(lan.a, "route")).contains("10.10.0.0/16");
        assertThat(owner.held()).isFalse();
    }

    @Test
    void withoutTheGuardItRemovesWhatItsOwnRoutesReplace() {
        System.setProperty(VipGuard.SWITCH, "off");
        try {
            String unused = ip(lan.a, "route", "add", "10.1.0.0/16", "dev", "lo", "proto", "164");
            String unused2 = ip(lan.a, "-6", "route", "add", "2001:db8:1::/48", "dev", "eth0", "proto", "164");
            AddressOwner owner = owner(host, NET, NET6);
            assertThat(routes()).isEmpty();
            on(host, owner::take);
            assertThat(routes()).contains("10.1.0.0/16 via 10.77.0.2").contains("2001:db8:1::/48 via fe80::2");
        } finally {
            System.clearProperty(VipGuard.SWITCH);
        }
    }

    @Test
    void theRoutesOfAnotherLivingProcessStay() {
        AddressOwner first = owner(host, NET);
        on(host, first::take);
        Host other = lan.host(lan.a); // another process, as far as this one can tell

        AddressOwner second = owner(
                other, "10.77.0.101/24", 52, VirtualRoute.to("10.5.0.0/16").dev("eth0"));
        on(other, second::take);

        assertThat(routes()).contains("10.1.0.0/16", "10.5.0.0/16");
    }

    @Test
    void twoLivingProcessesDoNotTakeOneAddressFromEachOther() {
        AddressOwner first = owner(host, NET);
        on(host, first::take);
        Host other = lan.host(lan.a);

        assertThatThrownBy(() -> owner(other, "10.77.0.100/24", 52))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("address 10.77.0.100 of group VI_52 belongs to another process of ha4j on this"
                        + " machine already, process id "
                        + ProcessHandle.current().pid() + " ");

        assertThat(ip(lan.a, "addr")).contains("10.77.0.100/24");
        AddressOwner third = owner(other, "10.77.0.101/24", 52);
        assertThatThrownBy(() -> on(other, () -> third.change(List.of(VirtualAddress.of("10.77.0.100/24")))))
                .hasMessageContaining("belongs to another process");
        on(host, first::close);
        on(other, () -> third.change(List.of(VirtualAddress.of("10.77.0.100/24"))));
        on(other, third::take);
        assertThat(ip(lan.a, "addr")).contains("10.77.0.100/24");
    }

    @Test
    void secondaryAddressesOfOthersSurviveTheRemovalOfTheirPrimary() {
        AddressOwner owner = owner(host, "10.99.0.1/24", 51);
        on(host, owner::take);
        String unused = ip(lan.a, "addr", "add", "10.99.0.9/24", "brd", "+", "dev", "eth0", "label", "eth0:other");
        assertThat(ip(lan.a, "-o", "addr")).containsPattern("10\\.99\\.0\\.9/24 .* secondary");
        assertThat(setting()).isEqualTo("0");

        on(host, owner::release);

        assertThat(ip(lan.a, "-o", "addr"))
                .containsPattern("10\\.99\\.0\\.9/24 brd 10\\.99\\.0\\.255 scope global eth0:other")
                .doesNotContain("10.99.0.1/24");
        assertThat(setting()).isEqualTo("0");
        assertThat(ip(lan.a, "route")).contains("10.99.0.0/24");
    }

    private String setting() {
        return TestLan.run("ip", "netns", "exec", lan.a, "cat", "/proc/sys/net/ipv4/conf/eth0/promote_secondaries")
                .strip();
    }
}
