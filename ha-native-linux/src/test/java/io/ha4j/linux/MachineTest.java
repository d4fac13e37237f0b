package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MachineTest {
    @RegisterExtension
    final TestLan lan = new TestLan();

    private static int openDescriptors() {
        String[] descriptors =
                Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list());
        return descriptors.length;
    }

    @Test
    void usesShareOneMachineAndTheLastEndsIt() throws Exception {
        lan.machine(lan.a).acquire().close(); // loads what is loaded once
        int before = openDescriptors();
        SharedMachine machine = lan.machine(lan.a);
        Host first = machine.acquire();
        Host second = machine.acquire();
        assertThat(second.eventLoop()).isSameAs(first.eventLoop());
        Thread loop = on(first, Thread::currentThread);
        assertThat(loop.isDaemon()).isTrue();
        on(first, () -> first.openPackets(spec(first.link("eth0")), (payload, from, to, ttl) -> {}));

        first.close();
        first.close();
        assertThat(on(second, () -> second.link("eth0")).up()).isTrue();

        long start = System.nanoTime();
        second.close();
        assertThat(loop.isAlive()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(openDescriptors()).isEqualTo(before);

        Host again = machine.acquire();
        assertThat(on(again, () -> again.link("eth0")).up()).isTrue();
        again.close();
    }

    @Test
    void closingOnTheLoopsOwnThreadEndsItToo() throws InterruptedException {
        Host host = lan.machine(lan.a).acquire();
        Thread loop = on(host, Thread::currentThread);
        host.eventLoop().execute(host::close);
        loop.join(10_000);
        assertThat(loop.isAlive()).isFalse();
    }

    @Test
    void nothingStaysOpenWhenTheKernelRefuses() {
        lan.machine(lan.a).acquire().close();
        int before = openDescriptors();
        // Every socket call that opening makes fails in turn.
        for (int failing = 1; failing <= 3; failing++) {
            LinuxSyscalls syscalls = RefusingSyscalls.ofSocket(failing);
            assertThatThrownBy(() -> Machine.open(syscalls, () -> TestLan.enter(lan.a)))
                    .isInstanceOf(HaException.class)
                    .hasMessageMatching("socket\\(.*\\): EPERM \\(Operation not permitted\\)");
        }
        assertThat(openDescriptors()).isEqualTo(before);

        Host host = lan.host(lan.a);
        int open = openDescriptors();
        assertThatThrownBy(() -> on(
                        host,
                        () -> host.openPackets(
                                spec(new Link(
                                        "eth7", 77, true, "", host.link("eth0").addresses())),
                                (payload, from, to, ttl) -> {})))
                .isInstanceOf(HaException.class);
        assertThat(openDescriptors()).isEqualTo(open);
    }

    @Test
    void otherThreadsAreKeptOut() {
        Host host = lan.host(lan.a);
        assertThatThrownBy(() -> host.link("eth0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("must be called on the event loop's thread, but was called on ");
    }

    @Test
    void theClockIsTheOneThatGoesOnWhileTheMachineIsSuspended() throws Exception {
        Host host = lan.host(lan.a);
        BigDecimal before = uptime(); // of CLOCK_BOOTTIME: proc_uptime(5)
        BigDecimal now = BigDecimal.valueOf(host.eventLoop().nanoTime(), 9);
        BigDecimal after = uptime();
        assertThat(now).isBetween(before, after.add(new BigDecimal("0.01"))); // it has two decimals, cut off
    }

    private static BigDecimal uptime() throws IOException {
        return new BigDecimal(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    }

    @Test
    void timersExpireAtTheirTime() throws InterruptedException {
        Host host = lan.host(lan.a);
        EventLoop loop = host.eventLoop();
        CountDownLatch expired = new CountDownLatch(2);
        AtomicLong late = new AtomicLong();
        on(host, () -> {
            long start = loop.nanoTime();
            EventLoop.Timer pushedBack = loop.timer(expired::countDown);
            EventLoop.Timer cancelled = loop.timer(() -> late.set(Long.MIN_VALUE));
            EventLoop.Timer exact = loop.timer(() -> {
                late.set(loop.nanoTime() - start - TimeUnit.MILLISECONDS.toNanos(20));
                expired.countDown();
            });
            pushedBack.arm(start + TimeUnit.MILLISECONDS.toNanos(5));
            cancelled.arm(start + TimeUnit.MILLISECONDS.toNanos(10));
            exact.arm(start + TimeUnit.MILLISECONDS.toNanos(20));
            pushedBack.arm(start + TimeUnit.MILLISECONDS.toNanos(40));
            cancelled.cancel();
        });
        assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(late.get()).isGreaterThanOrEqualTo(0); // how late depends on the machine: never early
    }

    @Test
    void aReceiverThatFailsStopsNeitherTimersNorPackets() {
        Host a = lan.host(lan.a);
        Host b = lan.host(lan.b);
        AtomicLong received = new AtomicLong();
        on(
                b,
                () -> b.openPackets(spec(b.link("eth0")), (payload, from, to, ttl) -> {
                    if (received.incrementAndGet() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                }));
        PacketChannel sender = on(a, () -> a.openPackets(spec(a.link("eth0")), (payload, from, to, ttl) -> {}));
        AtomicLong expired = new AtomicLong();
        on(b, () -> {
            b.eventLoop().timer(expired::incrementAndGet).arm(b.eventLoop().nanoTime());
            on(a, () -> sender.send(ByteBuffer.wrap(new byte[] {1}))); // read before the timer expires
        });
        await(() -> expired.get() == 1, "the timer");

        on(
                b,
                () -> b.eventLoop()
                        .timer(expired::incrementAndGet)
                        .arm(b.eventLoop().nanoTime()));
        on(a, () -> sender.send(ByteBuffer.wrap(new byte[] {2})));
        await(() -> expired.get() == 2 && received.get() == 2, "the next timer and packet");
    }

    @Test
    void whatHasArrivedIsSeenBeforeATimerExpires() {
        Host a = lan.host(lan.a);
        Host b = lan.host(lan.b);
        List<String> order = new CopyOnWriteArrayList<>();
        on(b, () -> b.openPackets(spec(b.link("eth0")), (payload, from, to, ttl) -> order.add("packet")));
        PacketChannel sender = on(a, () -> a.openPackets(spec(a.link("eth0")), (payload, from, to, ttl) -> {}));

        on(b, () -> {
            b.eventLoop().timer(() -> order.add("timer")).arm(b.eventLoop().nanoTime());
            on(a, () -> sender.send(ByteBuffer.wrap(new byte[] {1}))); // while b is held up, as in a pause
            long end = b.eventLoop().nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (b.eventLoop().nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        });

        await(() -> order.contains("timer"), "the timer");
        assertThat(order).containsExactly("packet", "timer");
    }

    @Test
    void advertisingAllocatesNothing() throws Exception {
        Host a = lan.host(lan.a);
        Host b = lan.host(lan.b);
        AtomicLong received = new AtomicLong();
        PacketChannel unused = on(
                b, () -> b.openPackets(spec(b.link("eth0")), (payload, from, to, ttl) -> received.incrementAndGet()));
        PacketChannel sender = on(a, () -> a.openPackets(spec(a.link("eth0")), (payload, from, to, ttl) -> {}));
        ByteBuffer advertisement = ByteBuffer.allocate(24);
        EventLoop.Timer[] timer = new EventLoop.Timer[1];
        AtomicLong sent = new AtomicLong();
        on(a, () -> {
            timer[0] = a.eventLoop().timer(() -> {
                for (int i = 0; i < 32; i++) { // fewer than a socket queues
                    sender.send(advertisement.clear());
                    sent.incrementAndGet();
                }
                timer[0].arm(a.eventLoop().nanoTime() + 1_000_000);
            });
            timer[0].arm(a.eventLoop().nanoTime());
        });
        Thread loopA = on(a, Thread::currentThread);
        Thread loopB = on(b, Thread::currentThread);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Until the compiler is done with it, the same code does allocate. What is left is Netty's, once per wake-up,
        // and
        // a receiver may be woken by each packet: on JDK 25 that is up to 63 bytes, less than any object with a buffer
        // in it.
        await(
                () -> {
                    long sentAtStart = sent.get();
                    long receivedAtStart = received.get();
                    long bytesA = threads.getThreadAllocatedBytes(loopA.getId());
                    long bytesB = threads.getThreadAllocatedBytes(loopB.getId());
                    await(() -> received.get() > receivedAtStart + 2_000, "packets");
                    bytesA = threads.getThreadAllocatedBytes(loopA.getId()) - bytesA;
                    bytesB = threads.getThreadAllocatedBytes(loopB.getId()) - bytesB;
                    return bytesA / (sent.get() - sentAtStart) < 8 && bytesB / (received.get() - receivedAtStart) < 64;
                },
                "nothing to be allocated for a packet");
        on(a, () -> timer[0].cancel());
    }

    private static PacketChannel.Spec spec(Link link) {
        InetAddress source = link.primaryIpv4().orElseThrow();
        return new PacketChannel.Spec(link, 112, source, TestLan.address("224.0.0.18"), 255);
    }
}
