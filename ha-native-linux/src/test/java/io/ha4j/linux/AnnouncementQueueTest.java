package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Announcements;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How often and how fast addresses are announced: tcpdump at the other end of the cable is the judge. */
class AnnouncementQueueTest {
    private static final Announcements QUIET = Announcements.DEFAULT
            .whenTaken(1, Duration.ZERO)
            .afterContention(0, Duration.ZERO)
            .refresh(Duration.ZERO, 1);

    @TempDir
    Path directory;

    @RegisterExtension
    final TestLan lan = new TestLan("tcpdump");

    private Process tcpdump;

    @BeforeEach
    void open() throws IOException {
        tcpdump = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        lan.b,
                        "tcpdump",
                        "-n",
                        "-l",
                        "--immediate-mode",
                        "-i",
                        "eth0",
                        "(arp and arp[6:2] == 1 and arp[14:4] == arp[24:4]) or (icmp6 and ip6[40] == 136)")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("frames").toFile())
                .start();
        await(() -> frames().contains("listening on"), "tcpdump");
    }

    @AfterEach
    void close() throws InterruptedException {
        if (tcpdump != null) {
            tcpdump.destroy();
            assertThat(tcpdump.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String frames() {
        try {
            return Files.readString(directory.resolve("frames"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long count(String address) {
        return frames().lines()
                .filter(line ->
                        line.contains("Request who-has " + address + " ") || line.contains("tgt is " + address + ","))
                .count();
    }

    private AddressOwner owner(Host host, Announcements settings, List<VirtualAddress> addresses) {
        return owner(host, settings, addresses, Duration.ofSeconds(60));
    }

    private AddressOwner owner(Host host, Announcements settings, List<VirtualAddress> addresses, Duration lease) {
        AddressOwner.Spec spec = new AddressOwner.Spec("VI_1", "eth0", addresses, lease);
        return on(
                host,
                () -> host.addressOwner(spec.toBuilder().announcements(settings).build()));
    }

    private static List<VirtualAddress> two() {
        return List.of(VirtualAddress.of("10.77.0.100/24"), VirtualAddress.of("2001:db8::1/64"));
    }

    @Test
    void atOnceAndOnceMoreAfterADelayAndThenAtALowRate() {
        Host host = lan.host(lan.a);
        Announcements settings = QUIET.whenTaken(3, Duration.ofMillis(500)).refresh(Duration.ofSeconds(2), 2);
        AddressOwner owner = owner(host, settings, two());

        on(host, owner::take);

        await(() -> count("10.77.0.100") == 3 && count("2001:db8::1") == 3, "the first ones");
        await(() -> count("10.77.0.100") == 6 && count("2001:db8::1") == 6, "those after the delay");
        await(() -> count("10.77.0.100") == 8 && count("2001:db8::1") == 8, "a refresh");
        await(() -> count("10.77.0.100") == 10 && count("2001:db8::1") == 10, "another refresh");
        on(host, owner::release);
        assertThat(on(host, owner::counters)).containsEntry("sentAnnouncements", 20L);
    }

    @Test
    void afterAContentionAsTheSettingsSay() {
        Host host = lan.host(lan.a);
        AddressOwner owner = owner(host, QUIET.afterContention(2, Duration.ofMillis(300)), two());
        on(host, owner::take);
        await(() -> count("2001:db8::1") == 1, "the takeover");

        on(host, owner::announce);

        await(() -> count("10.77.0.100") == 5 && count("2001:db8::1") == 5, "twice two more");
    }

    @Test
    void whenTheLinkComesBack() {
        Host host = lan.host(lan.a);
        AddressOwner owner = owner(host, QUIET.whenTaken(2, Duration.ZERO), two());
        on(host, owner::take);
        await(() -> count("2001:db8::1") == 2, "the takeover");

        String unused = ip(lan.a, "link", "set", "eth0", "down");
        await(() -> !on(host, () -> host.link("eth0")).up(), "down");
        String unused2 = ip(lan.a, "link", "set", "eth0", "up");

        await(() -> count("10.77.0.100") == 4 && count("2001:db8::1") == 4, "two more");
        assertThat(ip(lan.a, "-6", "addr")).contains("2001:db8::1/64");
    }

    @Test
    void manyAreSpreadAndNoneIsLost() {
        Host host = lan.host(lan.a);
        List<VirtualAddress> many = IntStream.rangeClosed(1, 255)
                .mapToObj(i -> VirtualAddress.of("10.99." + i + ".1/32"))
                .toList();
        AddressOwner owner =
                owner(host, QUIET.whenTaken(2, Duration.ZERO).spacing(Duration.ofMillis(1), Duration.ZERO), many);

        long began = System.nanoTime();
        on(host, owner::take);
        long returned = System.nanoTime();
        await(() -> Long.valueOf(510).equals(on(host, owner::counters).get("sentAnnouncements")), "all of them");
        long sent = System.nanoTime();

        assertThat(sent - began)
                .as("510 packets at least 1 ms apart, ns")
                .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(509));
        assertThat(returned - began).as("take does not wait for them, ns").isLessThan(sent - began);
        await(
                () -> IntStream.rangeClosed(1, 255).allMatch(i -> count("10.99." + i + ".1") == 2),
                "two of each in the capture");
    }

    @Test
    void whoWasAwayForLongerThanTheLeaseSaysNothing() {
        Host host = lan.host(lan.a);
        Announcements settings = QUIET.whenTaken(1, Duration.ofMillis(1500))
                .refresh(Duration.ofMillis(1600), 1)
                .afterContention(1, Duration.ZERO);
        AddressOwner owner = owner(host, settings, two(), Duration.ofSeconds(1));
        on(host, owner::take);
        await(() -> count("2001:db8::1") == 1, "the takeover");

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < end) { // without a renewal, through both timers
            assertThat(on(host, owner::counters)).containsEntry("sentAnnouncements", 2L);
        }
        on(host, owner::renew); // which puts the addresses back
        await(() -> count("2001:db8::1") > 1, "an announcement after the renewal");
    }

    @Test
    void whatAFullQueueRefusesIsSentLater() {
        AtomicInteger refusals = new AtomicInteger();
        LinuxSyscalls full = full(refusals);
        Host host = new SharedMachine(() -> Machine.open(full, () -> TestLan.enter(lan.a))).acquire();
        lan.closeAtEnd(host);
        AddressOwner owner = owner(host, QUIET.whenTaken(2, Duration.ZERO), two());
        refusals.set(3);

        on(host, owner::take);

        await(() -> count("10.77.0.100") == 2 && count("2001:db8::1") == 2, "all of them");
        Map<String, Long> counters = on(host, owner::counters);
        assertThat(counters).containsEntry("sentAnnouncements", 4L).containsEntry("deferredAnnouncements", 3L);
    }

    /** The kernel, but for as many refusals of what goes to a packet socket: the queue of the interface is full. */
    private static LinuxSyscalls full(AtomicInteger refusals) {
        return RefusingSyscalls.when(
                Errno.ENOBUFS,
                (call, arguments) -> call.equals("sendto")
                        && arguments[5].equals(20) // struct sockaddr_ll
                        && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0);
    }
}
