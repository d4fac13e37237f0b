package io.ha4j.linux;

import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What leaves together, against the running kernel. */
class PacketBatchTest {
    private static final int VRRP = 112;
    private static final InetAddress GROUP = TestLan.address("224.0.0.18");

    private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;
    private PacketChannel channel;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
        Host other = lan.host(lan.b);
        channel = open(host, "10.77.0.1");
        open(other, "10.77.0.2");
    }

    private PacketChannel open(Host host, String source) {
        return on(
                host,
                () -> host.openPackets(
                        new PacketChannel.Spec(host.link("eth0"), VRRP, TestLan.address(source), GROUP, 255),
                        (payload, from, to, ttl) -> arrived.add((int) payload.getShort())));
    }

    private void send(int number, int length) {
        ByteBuffer payload = ByteBuffer.allocate(length).putShort((short) number);
        channel.send(payload.rewind(), new PacketChannel.Outcome() {
            @Override
            public void sent() {
                told.add("sent " + number);
            }

            @Override
            public void refused(HaException why) {
                told.add("refused " + number + ": " + why.getMessage());
            }
        });
    }

    /** Sends from this many timers that expire together. */
    private void together(int packets) throws InterruptedException {
        CountDownLatch expired = new CountDownLatch(packets);
        on(host, () -> {
            long deadline = host.eventLoop().nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            for (int i = 0; i < packets; i++) {
                int number = i;
                EventLoop.Timer timer = host.eventLoop().timer(() -> {
                    told.add("timer");
                    send(number, 28);
                    expired.countDown();
                });
                timer.arm(deadline);
            }
        });
        assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static <T> List<T> take(BlockingQueue<T> queue, int count) throws InterruptedException {
        List<T> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(queue.poll(10, TimeUnit.SECONDS));
        }
        return taken;
    }

    @Test
    void packetsOfTimersThatExpireTogetherLeaveAfterThem() throws InterruptedException {
        together(5);

        List<String> events = take(told, 10);
        assertThat(events.subList(0, 5)).containsOnly("timer");
        assertThat(events.subList(5, 10)).containsExactlyInAnyOrder("sent 0", "sent 1", "sent 2", "sent 3", "sent 4");
        assertThat(take(arrived, 5)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void moreThanABatchHoldsLeaveAll() throws InterruptedException {
        together(200);

        assertThat(take(arrived, 200))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 200).boxed().toList());
        assertThat(take(told, 400)).doesNotContainNull();
    }

    @Test
    void outsideOfTimersALargePacketAndOneForNowKeepTheOrder() throws InterruptedException {
        on(host, () -> send(1, 28));
        on(host, () -> send(2, PacketBatch.PACKET_CAPACITY + 1));
        CountDownLatch expired = new CountDownLatch(1);
        on(
                host,
                () -> host.eventLoop()
                        .timer(() -> {
                            send(3, 28);
                            channel.send(ByteBuffer.wrap(new byte[] {0, 4}));
                            send(5, 28);
                            send(6, PacketBatch.PACKET_CAPACITY + 1);
                            expired.countDown();
                        })
                        .arm(host.eventLoop().nanoTime()));

        assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(take(arrived, 6)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void oneThatTheKernelRefusesDoesNotHoldUpTheOthers() throws InterruptedException {
        String unused = TestLan.run(
                "ip",
                "netns",
                "exec",
                lan.a,
                "nft",
                "add table inet t; "
                        + "add chain inet t out { type filter hook output priority 0; }; "
                        + "add rule inet t out ip protocol 112 @th,0,16 2 drop");
        together(5);

        List<String> outcomes = take(told, 10).subList(5, 10);
        assertThat(outcomes)
                .containsExactlyInAnyOrder(
                        "sent 0",
                        "sent 1",
                        "refused 2: sendmmsg(raw 112 on eth0): EPERM (Operation not permitted)",
                        "sent 3",
                        "sent 4");
        assertThat(take(arrived, 4)).containsExactlyInAnyOrder(0, 1, 3, 4);
    }

    @Test
    void whatWaitsLeavesBeforeTheChannelIsClosed() throws InterruptedException {
        on(
                host,
                () -> host.eventLoop()
                        .timer(() -> {
                            send(7, 28);
                            channel.close();
                        })
                        .arm(host.eventLoop().nanoTime()));

        assertThat(take(told, 1)).containsExactly("sent 7");
        assertThat(take(arrived, 1)).containsExactly(7);
    }
}
