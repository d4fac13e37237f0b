package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against the running kernel; {@code ip} is the judge. */
class LeasedIpv6Test {
    private static final String LINK_LOCAL = "fe80::100/64";
    private static final String GLOBAL = "2001:db8:77::100/64";

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        for (String namespace : new String[] {lan.a, lan.b}) {
            String own = namespace.equals(lan.a) ? "2001:db8:77::1/64" : "2001:db8:77::2/64";
            String unused = ip(namespace, "addr", "add", own, "dev", "eth0", "nodad");
        }
        host = lan.host(lan.a);
    }

    private AddressOwner owner(Duration lease, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        return on(host, () -> host.addressOwner(new AddressOwner.Spec("VI_6", "eth0", list, lease)));
    }

    private String addresses() {
        return ip(lan.a, "-6", "-o", "addr", "show", "dev", "eth0");
    }

    private boolean has(String address) {
        return addresses().contains("inet6 " + address + " ");
    }

    @Test
    void addressesAreTakenUsableAtOnceWithALifetimeAndReleased() {
        AddressOwner owner = owner(Duration.ofMillis(2100), LINK_LOCAL, GLOBAL, "2001:db8:99::7");

        on(host, owner::take);

        assertThat(addresses())
                .doesNotContainPattern("::100/64 .*tentative")
                .containsPattern("inet6 fe80::100/64 scope link nodad.* valid_lft 3sec preferred_lft 3sec")
                .containsPattern("inet6 2001:db8:77::100/64 scope global nodad.* valid_lft 3sec preferred_lft 3sec")
                // A host address is deprecated at once, as in keepalived.
                .containsPattern(
                        "2001:db8:99::7/128 scope global nodad deprecated.* valid_lft 3sec preferred_lft 0sec");

        on(host, owner::release);

        assertThat(addresses())
                .contains("2001:db8:77::1/64")
                .doesNotContain("fe80::100/", "2001:db8:77::100/", "2001:db8:99::7/");
        assertThat(ip(lan.a, "-6", "route", "show", "2001:db8:77::/64"))
                .as("the node's own network stays reachable")
                .contains("dev eth0")
                .doesNotContain("expires");
    }

    @Test
    void theKernelRemovesWhatIsNotRenewed() {
        AddressOwner owner = owner(Duration.ofMillis(300), LINK_LOCAL, GLOBAL);
        on(host, owner::take);
        assertThat(has(GLOBAL)).isTrue();

        await(() -> !has(LINK_LOCAL) && !has(GLOBAL), "expiry");

        on(host, owner::renew);
        assertThat(has(GLOBAL)).isTrue();
    }

    @Test
    void whatAThirdPartyRemovesIsPutBack() {
        AddressOwner owner = owner(Duration.ofSeconds(60), LINK_LOCAL, GLOBAL);
        on(host, owner::take);

        String unused = ip(lan.a, "addr", "del", GLOBAL, "dev", "eth0");

        await(() -> has(GLOBAL), "the address to come back");
        assertThat(has(LINK_LOCAL)).isTrue();
    }

    @Test
    void leftoversAreRemovedButNotALinkLocalAddressOfAnotherLink() {
        String unused = ip(lan.a, "addr", "add", LINK_LOCAL, "dev", "lo");
        try (Machine crashed = Machine.open(new JnaSyscalls(), () -> TestLan.enter(lan.a))) {
            crashed.run(() -> new AddressRequests("VI_6", crashed.routes(), crashed.monitor(), () -> 60)
                    .add(Stream.of(LINK_LOCAL, GLOBAL)
                            .map(address -> LeasedAddress.of(VirtualAddress.of(address), "eth0"))
                            .toList()));
        }
        assertThat(has(GLOBAL) && has(LINK_LOCAL)).isTrue();

        AddressOwner owner = owner(Duration.ofSeconds(60), LINK_LOCAL, GLOBAL);

        assertThat(owner.held()).isFalse();
        assertThat(has(GLOBAL)).isFalse();
        assertThat(has(LINK_LOCAL)).isFalse();
        assertThat(ip(lan.a, "-6", "addr", "show", "dev", "lo")).contains(LINK_LOCAL);
    }

    @Test
    void aNeighbourLearnsTheNewOwner() {
        String unused = ip(
                lan.b,
                "neigh",
                "add",
                "2001:db8:77::100",
                "lladdr",
                "02:00:00:00:00:01",
                "nud",
                "stale",
                "dev",
                "eth0");
        String mac = on(host, () -> host.link("eth0")).hardwareAddress();
        AddressOwner owner = owner(Duration.ofSeconds(60), LINK_LOCAL, GLOBAL);

        on(host, owner::take);

        await(() -> ip(lan.b, "neigh", "show", "2001:db8:77::100").contains(mac), "the neighbour");
    }
}
