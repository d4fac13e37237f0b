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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the running kernel; {@code nft}, {@code arping} and {@code ping} are the judges. */
class VipGuardTest {
    private static final String VIP = "10.77.0.100";
    private static final SignOfLife SIGN = new SignOfLife("eth0", false, 112, 1, 51, 2);

    private TestLan lan;
    private Host host;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(KernelRelease.current().atLeast(5, 16), "needs the egress hook of Linux 5.16");
        for (String program : List.of("/usr/sbin/nft", "/usr/bin/arping", "/usr/bin/ping")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
        lan = TestLan.create();
        host = lan.host(lan.a);
    }

    @AfterEach
    void close() {
        if (lan != null) {
            lan.close();
        }
    }

    private static AddressOwner owner(Host host, SignOfLife sign, Duration lease, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        return on(host, () -> host.addressOwner(new AddressOwner.Spec("VI_1", "eth0", list, lease, sign)));
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
}
