package io.ha4j.linux;

import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be said of an address, as the running kernel understood it; {@code ip -j addr} is the judge. */
class AddressOptionsTest {
    private static final Logger log = LoggerFactory.getLogger(AddressOptionsTest.class);

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private AddressOwner owner(List<VirtualAddress> addresses) {
        return on(
                host,
                () -> host.addressOwner(new AddressOwner.Spec("VI_1", "eth0", addresses, Duration.ofSeconds(60))));
    }

    /** What {@code ip -j addr} says of this one, its lifetimes left out. */
    private String shown(String address) {
        String json = ip(lan.a, "-j", "addr", "show", "dev", "eth0");
        return Arrays.stream(json.split("\\{"))
                .filter(object -> object.contains("\"local\":\"" + address + "\""))
                .map(object -> object.replaceAll("(,\"(valid|preferred)_life_time\":\\d+)?\\}.*", ""))
                .reduce((a, b) -> a + " and " + b)
                .orElse("");
    }

    @Test
    void anIpv4AddressHasScopeBroadcastLabelAndNoPrefixRoute() {
        AddressOwner owner = owner(List.of(
                VirtualAddress.of("10.98.0.1/24")
                        .broadcast("+")
                        .scope(VirtualAddress.SITE)
                        .labelled("eth0:x"),
                VirtualAddress.of("10.99.0.1/24").prefixRoute(false).scope(VirtualAddress.LINK),
                VirtualAddress.of("10.97.0.1/24").broadcast("-").scope(100)));

        on(host, owner::take);

        assertThat(shown("10.98.0.1"))
                .contains(
                        "\"prefixlen\":24",
                        "\"broadcast\":\"10.98.0.255\"",
                        "\"scope\":\"site\"",
                        "\"label\":\"eth0:x\"");
        assertThat(shown("10.99.0.1"))
                .contains("\"scope\":\"link\"", "\"noprefixroute\":true")
                .doesNotContain("broadcast");
        assertThat(shown("10.97.0.1")).contains("\"broadcast\":\"10.97.0.0\"", "\"scope\":\"100\"");
        assertThat(ip(lan.a, "route")).contains("10.98.0.0/24").doesNotContain("10.99.0.0/24");

        on(host, owner::release);

        assertThat(shown("10.98.0.1") + shown("10.99.0.1") + shown("10.97.0.1")).isEmpty();
    }

    @Test
    void anIpv6AddressIsDeprecatedHomeOrNeither() {
        AddressOwner owner = owner(List.of(
                VirtualAddress.of("fe80::100/64"),
                VirtualAddress.of("2001:db8:1::1/128"),
                VirtualAddress.of("2001:db8:1::2/128").deprecated(false),
                VirtualAddress.of("2001:db8:1::3/64").deprecated(true).home(true),
                VirtualAddress.of("2001:db8:1::4/64").prefixRoute(false)));

        on(host, owner::take);

        assertThat(shown("2001:db8:1::1")).contains("\"deprecated\":true", "\"nodad\":true");
        assertThat(shown("2001:db8:1::2")).contains("\"nodad\":true").doesNotContain("deprecated");
        assertThat(shown("2001:db8:1::3")).contains("\"deprecated\":true", "\"home\":true");
        assertThat(shown("2001:db8:1::4")).contains("\"noprefixroute\":true").doesNotContain("deprecated");
        on(host, owner::renew);
        on(host, owner::release);
        assertThat(ip(lan.a, "-6", "addr")).doesNotContain("2001:db8:1::");
    }

    @Test
    void renewingKeepsTheOptions() {
        AddressOwner owner = owner(List.of(VirtualAddress.of("10.99.0.1/24")
                .prefixRoute(false)
                .broadcast("+")
                .scope(VirtualAddress.LINK)));
        on(host, owner::take);
        String before = shown("10.99.0.1");

        on(host, owner::take); // as a renewal does it

        assertThat(shown("10.99.0.1")).isEqualTo(before).isNotEmpty();
    }

    @Test
    void asManyAsCanBeAdvertisedAndAThousandMore() {
        List<VirtualAddress> all = new ArrayList<>();
        for (int i = 1; i <= 255; i++) {
            all.add(VirtualAddress.of("10.99." + i + ".1/24"));
        }
        for (int i = 1; i <= 500; i++) {
            all.add(VirtualAddress.of("10.98." + i / 250 + "." + (1 + i % 250) + "/16")
                    .excluded());
            all.add(VirtualAddress.of("2001:db8:1::" + Integer.toHexString(i) + "/64")
                    .excluded());
        }
        AddressOwner owner = owner(all);
        String pattern = "10\\.99\\.\\d+\\.1/24|10\\.98\\.\\d+\\.\\d+/16|2001:db8:1::\\w+/64";

        long began = System.nanoTime();
        on(host, owner::take);
        long returned = System.nanoTime();
        TestLan.await(() -> count(pattern) == 1255, "all of them");
        long taken = System.nanoTime();
        on(host, owner::release);
        log.info(
                "1255 addresses: take returned after {} ms, all were there within {} ms, released in {} ms",
                TimeUnit.NANOSECONDS.toMillis(returned - began),
                TimeUnit.NANOSECONDS.toMillis(taken - began),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - taken));
        assertThat(count(".*10\\.9[89]\\..*|2001:db8:1::.*")).isZero();
    }

    private long count(String address) {
        return ip(lan.a, "-o", "addr", "show", "dev", "eth0")
                .lines()
                .filter(line -> line.matches(".* inet6? (" + address + ") .*"))
                .count();
    }
}
