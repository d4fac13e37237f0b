package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.SignOfLife;
import io.ha4j.spi.VirtualLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against the running kernel; {@code ip}, {@code arping} and {@code ping} are the judges. */
class ProcessDeviceTest {
    private static final String VIP = "10.77.0.100/24";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** As the lease's remark begins: the groups here have no sign of life. */
    private static final String UNGUARDED = "the election has no sign of life";

    @RegisterExtension
    final TestLan lan = new TestLan("arping", "ping");

    private Host host;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        TestLan.withProcessDevices();
        host = lan.host(lan.a);
    }

    private AddressOwner owner(Duration lease, String... addresses) {
        return on(host, () -> host.addressOwner(spec(lease, addresses)));
    }

    private static AddressOwner.Spec spec(Duration lease, String... addresses) {
        return new AddressOwner.Spec("VI_1", "eth0", virtual(addresses), lease);
    }

    private static List<VirtualAddress> virtual(String... addresses) {
        return Stream.of(addresses).map(VirtualAddress::of).toList();
    }

    private String addresses(String device) {
        return ip(lan.a, "-o", "addr", "show", "dev", device);
    }

    private AddressLease lease(AddressOwner owner) {
        return on(host, owner::lease);
    }

    private void inA(String command) {
        String unused = TestLan.run("ip", "netns", "exec", lan.a, "sh", "-c", command);
    }

    private void arpIgnore(int value) {
        inA("echo " + value + " > /proc/sys/net/ipv4/conf/eth0/arp_ignore");
    }

    private boolean answers() {
        return succeeds("arping", "-q", "-c", "1", "-w", "1", "-I", "eth0", "10.77.0.100")
                && succeeds("ping", "-q", "-c", "1", "-W", "1", "10.77.0.100");
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
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Also with a strict reverse path filter: the way back to who asks is by eth0, whatever carries the address. */
    @Test
    void addressesOnItAreAnsweredForAndGoWithIt() {
        inA("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
        AddressOwner owner = owner(Duration.ofMillis(2100), VIP);
        assertThat(addresses("ha4j0")).as("made beforehand, with nothing on it").isEmpty();
        assertThat(answers()).isFalse();

        on(host, owner::take);

        assertThat(addresses("ha4j0")).containsPattern("inet 10.77.0.100/32 scope global.* ha4j0.* valid_lft [23]sec");
        assertThat(ip(lan.a, "link", "show", "dev", "ha4j0")).contains("alias ha4j, goes with its process ");
        assertThat(addresses("eth0")).doesNotContain("10.77.0.100");
        await(this::answers, "an answer");
        assertThat(lease(owner).enforcement()).isEqualTo(AddressLease.Enforcement.DEVICE);
        assertThat(lease(owner))
                .hasToString("process-held device and address lifetime, 3 s: silent when the process ends, not when it"
                        + " freezes (ha4j0): " + UNGUARDED);
        String itself =
                TestLan.run("ip", "netns", "exec", lan.a, "ping", "-c", "1", "-I", "10.77.0.100", "10.77.0.100");
        assertThat(itself).contains("1 received");
        String out = TestLan.run("ip", "netns", "exec", lan.a, "ping", "-c", "1", "-I", "10.77.0.100", "10.77.0.2");
        assertThat(out).contains("1 received");

        on(host, owner::release);
        assertThat(addresses("ha4j0")).isEmpty();
        assertThat(answers()).isFalse();
        on(host, owner::take);
        await(this::answers, "an answer");
        host.close();
        assertThat(ip(lan.a, "link")).doesNotContain("ha4j");
        assertThat(answers()).isFalse();
    }

    @Test
    void itIsSharedByTheGroupsOfAProcessAndTheirsAlone() {
        AddressOwner one = owner(MINUTE, VIP);
        AddressOwner two = owner(MINUTE, "10.77.0.101/24", "10.77.0.102");
        on(host, one::take);
        on(host, two::take);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32", "10.77.0.101/32", "10.77.0.102/32");
        Host other = lan.host(lan.a); // another process, as far as this one can tell
        AddressOwner third = on(other, () -> other.addressOwner(spec(MINUTE, "10.77.0.103/24")));
        on(other, third::take);
        assertThat(addresses("ha4j1")).contains("10.77.0.103/32");

        assertThatThrownBy(() -> on(other, () -> other.addressOwner(spec(MINUTE, VIP))))
                .isInstanceOf(HaException.class)
                .hasMessage("address 10.77.0.100 of group VI_1 belongs to another process of ha4j on this machine"
                        + " already (it is on ha4j0, which goes with that process)");
        on(host, two::close);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32").doesNotContain("10.77.0.101", "10.77.0.102");
    }

    @Test
    void itsAddressesAreChangedWhileHeld() {
        AddressOwner owner = owner(MINUTE, VIP, "10.77.0.101/24");
        on(host, owner::take);
        // The first is another one than before on eth0, and the same on the device.
        String changed = on(host, () -> {
            owner.change(virtual("10.77.0.100", "10.77.0.102/24"));
            return addresses("ha4j0"); // before anything that is missing could be put back
        });
        assertThat(changed).contains("10.77.0.100/32", "10.77.0.102/32").doesNotContain("10.77.0.101");
        assertThat(addresses("eth0")).doesNotContain("10.77.0.100", "10.77.0.102");
        on(host, owner::renew);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32", "10.77.0.102/32");
    }

    @Test
    void whatSomebodyDoesToItIsRepaired() {
        AddressOwner owner = owner(MINUTE, VIP);
        on(host, owner::take);
        String unused = ip(lan.a, "addr", "del", "10.77.0.100/32", "dev", "ha4j0");
        await(() -> addresses("ha4j0").contains("10.77.0.100/32"), "the address");

        String unused2 = ip(lan.a, "link", "set", "ha4j0", "down");
        assertThat(answers()).isTrue();

        String unused3 = ip(lan.a, "link", "del", "ha4j0");
        await(
                () -> {
                    on(host, owner::renew); // as with each advertisement
                    return answers();
                },
                "an answer, wherever the address is");
        await(
                () -> {
                    on(host, owner::release);
                    on(host, owner::take);
                    return lease(owner).enforcement() == AddressLease.Enforcement.DEVICE;
                },
                "another device, with the next take-over at the latest");
        await(this::answers, "an answer");
        assertThat(addresses("eth0")).doesNotContain("10.77.0.100");
    }

    @Test
    void withArpIgnoreTheAddressIsOnItsInterface() {
        arpIgnore(1);
        AddressOwner owner = owner(Duration.ofSeconds(1), VIP);
        String why = "net.ipv4.conf.eth0.arp_ignore (or of \"all\") is 1, so it would have to be 0 to answer for"
                + " addresses of another interface";
        assertThat(lease(owner))
                .hasToString("address lifetime only, 1 s: " + UNGUARDED + "; no process-held device for 10.77.0.100: "
                        + why);
        on(host, owner::take);
        assertThat(addresses("eth0")).contains(VIP);
        await(this::answers, "an answer");
        on(host, owner::release);

        arpIgnore(0);
        on(host, owner::take);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32");
        arpIgnore(1); // as a macvlan of another group on eth0 makes it
        await(
                () -> {
                    on(host, owner::renew);
                    return addresses("eth0").contains(VIP);
                },
                "the address to go to its interface");
        await(() -> !addresses("ha4j0").contains("10.77.0.100"), "and to leave the device");
        await(this::answers, "an answer");
        assertThat(lease(owner).enforcement()).isEqualTo(AddressLease.Enforcement.LIFETIME);
    }

    @Test
    void aNetworkThatOnlyTheAddressIsInKeepsItsRoute() {
        AddressOwner owner = owner(Duration.ofSeconds(1), "10.99.0.1/24", "10.98.0.1", VIP);
        on(host, owner::take);
        assertThat(ip(lan.a, "route")).contains("10.99.0.0/24 dev eth0");
        assertThat(addresses("eth0")).contains("10.99.0.1/24").doesNotContain("10.98.0.1", "10.77.0.100");
        assertThat(addresses("ha4j0")).contains("10.98.0.1/32", "10.77.0.100/32");
        assertThat(lease(owner))
                .hasToString("address lifetime only, 1 s: " + UNGUARDED + "; on the process-held device ha4j0, but not"
                        + " 10.99.0.1: eth0 has no other address in the network of 10.99.0.1/24, and so no route to it"
                        + " without it");

        on(host, owner::release);
        String unused = ip(lan.a, "addr", "add", "10.99.0.2/24", "dev", "eth0");
        on(host, owner::take);
        assertThat(addresses("ha4j0")).contains("10.99.0.1/32");
        String unused2 = ip(lan.a, "addr", "del", "10.99.0.2/24", "dev", "eth0");
        await(
                () -> {
                    on(host, owner::renew);
                    return ip(lan.a, "route").contains("10.99.0.0/24 dev eth0");
                },
                "the route to the network");
    }

    @Test
    void ipv6AddressesAndThoseOfLinksWithoutArpAreOnTheirInterfaces() {
        AddressOwner owner = owner(MINUTE, VIP, "2001:db8::1/64");
        on(host, owner::take);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32").doesNotContain("inet6");
        assertThat(addresses("eth0")).contains("2001:db8::1/64");
        assertThat(lease(owner).enforcement()).isEqualTo(AddressLease.Enforcement.LIFETIME);
        assertThat(lease(owner).remark())
                .endsWith("; on the process-held device ha4j0, but not 2001:db8::1: IPv6 neighbour solicitations are"
                        + " answered for addresses of the interface itself only");
        on(host, owner::close);

        AddressOwner.Spec spec = new AddressOwner.Spec("VI_1", "lo", virtual("10.99.0.7"), MINUTE);
        AddressOwner onLo = on(host, () -> host.addressOwner(spec));
        assertThat(lease(onLo).remark()).endsWith("; no process-held device for 10.99.0.7: there is no ARP on lo");
        on(host, onLo::take);
        assertThat(addresses("lo")).contains("10.99.0.7/32");
        on(host, onLo::close);
    }

    @Test
    void virtualMacsRefusedPacketsAndMastersKeepAddressesOnTheirInterfaces() {
        AddressOwner mac = on(
                host,
                () -> host.addressOwner(special(new VirtualLink("vrrp.51", "00:00:5e:00:01:33"), true, "10.77.0.100")));
        assertThat(lease(mac).remark())
                .endsWith("the addresses have a virtual MAC address, and so an interface of their own");
        on(host, mac::close);
        AddressOwner refusing = on(host, () -> host.addressOwner(special(null, false, "10.77.0.100")));
        assertThat(lease(refusing).remark()).endsWith("packets to the addresses are not accepted (no_accept)");
        on(host, refusing::close);

        String unused = ip(lan.a, "link", "add", "br0", "up", "type", "bridge");
        String unused2 = ip(lan.a, "link", "set", "eth0", "master", "br0");
        assertThat(lease(owner(MINUTE, "10.77.0.100")).remark()).endsWith("eth0 belongs to br0");
    }

    private static AddressOwner.Spec special(@Nullable VirtualLink link, boolean accept, String address) {
        return spec(MINUTE, address).toBuilder()
                .virtualLink(link)
                .accept(accept)
                .build();
    }

    @Test
    void routesFromTheAddressAreHeldWithIt() {
        VirtualRoute route = VirtualRoute.to("10.50.0.0/16").via("10.77.0.2").source("10.77.0.100");
        AddressOwner owner = on(
                host,
                () -> host.addressOwner(
                        spec(MINUTE, VIP).toBuilder().routes(List.of(route)).build()));
        on(host, owner::take);
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32");
        assertThat(ip(lan.a, "route")).contains("10.50.0.0/16 via 10.77.0.2 dev eth0 proto 164 src 10.77.0.100");
        on(host, owner::release);
        assertThat(ip(lan.a, "route")).doesNotContain("10.50.0.0/16");
    }

    @Test
    void itIsForGroupsWithoutTheGuard() {
        SignOfLife sign = new SignOfLife("eth0", false, 112, 1, 51, 2);
        Assumptions.assumeTrue(KernelRelease.current().atLeast(5, 16), "needs the egress hook of Linux 5.16");
        AddressOwner.Spec spec =
                spec(Duration.ofSeconds(1), VIP).toBuilder().signOfLife(sign).build();
        AddressOwner guarded = on(host, () -> host.addressOwner(spec));
        on(host, guarded::take);
        assertThat(lease(guarded)).hasToString("kernel guard, 1 s");
        assertThat(addresses("eth0")).contains(VIP);
        assertThat(ip(lan.a, "link")).doesNotContain("ha4j");
        on(host, guarded::close);

        Host refused = new SharedMachine(() -> Machine.open(RefusingSyscalls.ofSocket(4), () -> TestLan.enter(lan.a)))
                .acquire();
        lan.closeAtEnd(refused);
        AddressOwner unguarded = on(refused, () -> refused.addressOwner(spec));
        on(refused, unguarded::take);
        assertThat(on(refused, unguarded::lease))
                .hasToString("process-held device and address lifetime, 1 s: silent when the process ends, not when it"
                        + " freezes (ha4j0): socket(nfnetlink): EPERM (Operation not permitted)");
        assertThat(addresses("ha4j0")).contains("10.77.0.100/32");
    }

    @Test
    void withoutTheKernelsLeaveTheLifetimeRemainsAndSaysSo() {
        Host refused = new SharedMachine(() -> Machine.open(RefusingSyscalls.of("open"), () -> TestLan.enter(lan.a)))
                .acquire();
        lan.closeAtEnd(refused);
        AddressOwner owner = on(refused, () -> refused.addressOwner(spec(Duration.ofSeconds(1), VIP)));
        assertThat(on(refused, owner::lease))
                .hasToString("address lifetime only, 1 s: " + UNGUARDED + "; no process-held device for 10.77.0.100:"
                        + " open(/dev/net/tun): EPERM (Operation not permitted)");
        on(refused, owner::take);
        assertThat(addresses("eth0")).contains(VIP);
        on(refused, owner::close);

        System.setProperty(ProcessDevice.SWITCH, "off");
        AddressOwner off = owner(Duration.ofSeconds(1), VIP);
        assertThat(lease(off).remark())
                .isEqualTo(UNGUARDED + "; no process-held device for 10.77.0.100: switched off (ha4j.tun=off)");
        on(host, off::take);
        assertThat(addresses("eth0")).contains(VIP);
        assertThat(ip(lan.a, "link")).doesNotContain("ha4j");
    }
}
