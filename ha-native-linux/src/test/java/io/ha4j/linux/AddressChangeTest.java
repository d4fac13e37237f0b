package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.SignOfLife;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that change while they are held, and those that are the machine's own; {@code ip monitor} is the judge. */
class AddressChangeTest {
    @TempDir
    Path directory;

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private AddressOwner owner(boolean permanent, String... addresses) {
        SignOfLife sign = new SignOfLife("eth0", false, 112, 1, 51, 2);

        AddressOwner.Spec spec = new AddressOwner.Spec("VI_1", "eth0", list(addresses), Duration.ofSeconds(60));
        return on(
                host,
                () -> host.addressOwner(
                        spec.toBuilder().signOfLife(sign).permanent(permanent).build()));
    }

    private static List<VirtualAddress> list(String... addresses) {
        return Stream.of(addresses).map(VirtualAddress::of).toList();
    }

    private boolean has(String address) {
        return ip(lan.a, "-o", "addr").contains(" " + address + " ");
    }

    private List<String> monitored(Runnable whileThis) throws Exception {
        return monitored(whileThis, "");
    }

    /** @param last what the kernel tells of in its own time: IPv6 addresses; until then it is waited for */
    private List<String> monitored(Runnable whileThis, String last) throws Exception {
        Path file = directory.resolve("monitor");
        Process monitor = new ProcessBuilder("stdbuf", "-oL", "ip", "-n", lan.a, "-o", "monitor", "address")
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
        try {
            String unused = ip(lan.a, "addr", "add", "10.66.0.1/32", "dev", "lo");
            // Not before it listens: it says so by telling of a change, so change until it does.
            await(
                    () -> {
                        String unused2 = ip(lan.a, "addr", "replace", "10.66.0.1/32", "dev", "lo");
                        return !lines(file).isEmpty();
                    },
                    "ip monitor");
            whileThis.run();
            String unused3 = ip(lan.a, "addr", "del", "10.66.0.1/32", "dev", "lo");
            await(
                    () -> lines(file).stream()
                                    .anyMatch(line -> line.startsWith("Deleted") && line.contains("10.66.0.1"))
                            && lines(file).stream().anyMatch(line -> line.contains(last)),
                    "end");
            return lines(file).stream()
                    .filter(line -> !line.contains("10.66.0.1"))
                    .toList();
        } finally {
            monitor.destroy();
            assertThat(monitor.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String guarded() {
        return TestLan.run("ip", "netns", "exec", lan.a, "nft", "list", "ruleset")
                .replaceAll("timeout [^,}]*", "");
    }

    @Test
    void newOnesComeGoneOnesGoAndTheRestIsLeftAlone() throws Exception {
        AddressOwner owner = owner(false, "10.77.0.100/24", "10.77.0.101/24", "2001:db8::1/64");
        on(host, owner::take);

        List<String> changes = monitored(
                () -> on(
                        host,
                        () -> owner.change(
                                list("10.77.0.100/24", "10.77.0.102/24", "2001:db8::1/64", "2001:db8::2/64"))),
                "2001:db8::2/64");

        assertThat(changes).noneMatch(line -> line.contains("10.77.0.100/") || line.contains("2001:db8::1/"));
        assertThat(changes)
                .anyMatch(line -> line.startsWith("Deleted") && line.contains("10.77.0.101/24"))
                .anyMatch(line -> !line.startsWith("Deleted") && line.contains("10.77.0.102/24"))
                .anyMatch(line -> !line.startsWith("Deleted") && line.contains("2001:db8::2/64"));
        assertThat(guarded()).contains("10.77.0.102", "2001:db8::2").doesNotContain("10.77.0.101");

        on(host, owner::release);
        assertThat(has("10.77.0.100/24") || has("10.77.0.102/24") || has("2001:db8::2/64"))
                .isFalse();
    }

    @Test
    void whatIsNotHeldChangesOnPaperOnly() {
        AddressOwner owner = owner(false, "10.77.0.100/24");

        on(host, () -> owner.change(list("10.77.0.102/24")));

        assertThat(has("10.77.0.102/24")).isFalse();
        on(host, owner::take);
        assertThat(has("10.77.0.102/24")).isTrue();
        assertThat(has("10.77.0.100/24")).isFalse();
        AddressOwner other = owner(false, "10.77.0.100/24"); // it has been given up
        assertThat(other.held()).isFalse();
    }

    @Test
    void anOptionThatChangesIsApplied() {
        AddressOwner owner = owner(false, "10.77.0.100/24", "2001:db8::1/64");
        on(host, owner::take);

        on(
                host,
                () -> owner.change(List.of(
                        VirtualAddress.of("10.77.0.100/24").labelled("eth0:new"),
                        VirtualAddress.of("2001:db8::1/120"))));

        assertThat(ip(lan.a, "-o", "addr"))
                .containsPattern("10\\.77\\.0\\.100/24 .* eth0:new")
                .contains("2001:db8::1/120");
        assertThat(ip(lan.a, "-o", "addr").lines().filter(line -> line.contains("10.77.0.100")))
                .hasSize(1);
    }

    @Test
    void anAddressMovesToAnotherInterfaceWithoutAMoment() throws Exception {
        String unused = TestLan.run("ip", "-n", lan.a, "link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
        AddressOwner owner = owner(false, "10.77.0.100/32");
        on(host, owner::take);

        List<String> changes = monitored(() -> on(
                host,
                () -> owner.change(List.of(VirtualAddress.of("10.77.0.100/32").on("eth1")))));

        List<String> own =
                changes.stream().filter(line -> line.contains("10.77.0.100")).toList();
        assertThat(own).hasSize(2);
        assertThat(own.get(0)).doesNotStartWith("Deleted").contains("eth1");
        assertThat(own.get(1)).startsWith("Deleted").contains("eth0");
    }

    @Test
    void whatAThirdPartyRemovesIsPutBackOfBothFamiliesAndOnEveryInterface() {
        String unused = TestLan.run("ip", "-n", lan.a, "link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
        String unused1 = TestLan.run("ip", "-n", lan.a, "link", "set", "eth1", "up");
        String unused2 = TestLan.run("ip", "-n", lan.a, "link", "set", "eth2", "up");
        List<VirtualAddress> four = List.of(
                VirtualAddress.of("10.77.0.100/24"),
                VirtualAddress.of("2001:db8::1/64"),
                VirtualAddress.of("10.98.0.1/24").on("eth1").broadcast("+"),
                VirtualAddress.of("2001:db8:9::1/64").on("eth1").deprecated(true));
        AddressOwner owner = owner(false, "10.77.0.100/24");
        on(host, () -> owner.change(four));
        on(host, owner::take);

        for (String[] removal : new String[][] {
            {"10.77.0.100/24", "eth0"},
            {"2001:db8::1/64", "eth0"},
            {"10.98.0.1/24", "eth1"},
            {"2001:db8:9::1/64", "eth1"}
        }) {
            String unused3 = ip(lan.a, "addr", "del", removal[0], "dev", removal[1]);
            await(() -> has(removal[0]), removal[0]);
        }
        String unused4 = ip(lan.a, "addr", "flush", "dev", "eth1");
        await(() -> has("10.98.0.1/24") && has("2001:db8:9::1/64"), "both on eth1");

        assertThat(ip(lan.a, "-o", "addr", "show", "dev", "eth1"))
                .contains("10.98.0.1/24 brd 10.98.0.255")
                .containsPattern("2001:db8:9::1/64 scope global .*deprecated");
    }

    @Test
    void whatBelongsToSomebodyElseIsRefusedAndNothingChanges() {
        AddressOwner owner = owner(false, "10.77.0.100/24");
        on(host, owner::take);
        String unused = ip(lan.a, "addr", "add", "10.88.0.1/24", "dev", "eth0");

        assertThatThrownBy(() -> on(host, () -> owner.change(list("10.77.0.102/24", "10.88.0.1/24"))))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("10.88.0.1 is already configured on eth0");

        assertThat(has("10.77.0.100/24")).isTrue();
        assertThat(has("10.77.0.102/24")).isFalse();
        on(host, owner::renew);
        on(host, () -> owner.change(list("10.77.0.102/24"))); // nothing is left claimed
        assertThat(has("10.77.0.102/24")).isTrue();
        assertThat(has("10.77.0.100/24")).isFalse();
    }

    @Test
    void theMachinesOwnAddressStaysAsItIs() throws Exception {
        String unused = ip(lan.a, "addr", "add", "10.77.0.100/24", "dev", "eth0");
        AddressOwner owner = owner(true, "10.77.0.100/24", "10.77.0.101/24");

        List<String> changes = monitored(() -> {
            on(host, owner::take);
            on(host, owner::renew);
        });

        assertThat(changes).noneMatch(line -> line.contains("10.77.0.100"));
        assertThat(ip(lan.a, "-o", "addr"))
                .containsPattern("10\\.77\\.0\\.100/24 .*valid_lft forever")
                .containsPattern("10\\.77\\.0\\.101/24 .*valid_lft \\d+sec");
        assertThat(Arrays.stream(guarded().split("\n")).filter(line -> line.contains("10.77.0.101")))
                .isNotEmpty();
        assertThat(sets(guarded(), "vips4")).doesNotContain("10.77.0.100").contains("10.77.0.101");
        on(host, owner::release);
        assertThat(has("10.77.0.100/24")).isTrue();
        assertThat(has("10.77.0.101/24")).isFalse();
    }

    /** The sets of this name, of all tables. */
    private static String sets(String ruleset, String name) {
        StringBuilder found = new StringBuilder();
        for (String part : ruleset.split("\t(set|map|chain) ")) {
            if (part.startsWith(name + " ")) {
                found.append(part);
            }
        }
        return found.toString();
    }

    @Test
    void withNothingButTheMachinesOwnThereIsNoLease() {
        String unused = ip(lan.a, "addr", "add", "10.77.0.100/24", "dev", "eth0");
        AddressOwner owner = owner(true, "10.77.0.100/24");

        on(host, owner::take);

        assertThat(on(host, owner::lease).enforcement()).isEqualTo(AddressLease.Enforcement.NONE);
        assertThat(on(host, () -> host.link("eth0")).addresses())
                .as("it can be the source of advertisements")
                .contains(TestLan.address("10.77.0.100"));
        on(host, owner::close);
        assertThat(has("10.77.0.100/24")).isTrue();
    }
}
