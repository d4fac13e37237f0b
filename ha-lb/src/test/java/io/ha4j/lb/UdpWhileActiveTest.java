package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.BalancerEvent.ListenerClosed;
import io.ha4j.BalancerEvent.ListenerOpened;
import io.ha4j.ConnectionLimits;
import io.ha4j.GroupState;
import io.ha4j.LoadBalancer;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import io.ha4j.spi.BalancerProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams to an address of a group. */
@Timeout(60)
class UdpWhileActiveTest {
    private static final String VIP = "127.0.0.78";

    private final FakeGroup group = new FakeGroup();
    private final Events events = new Events();

    private LoadBalancer start(Transport transport, String listener, UdpServer server) throws IOException {
        return RelayProvider.start(
                new BalancerProvider.Spec(
                        "dns",
                        Protocol.UDP,
                        List.of(new InetSocketAddress(listener, 0)),
                        List.of(server.backend()),
                        Scheduler.ROUND_ROBIN,
                        null,
                        ConnectionLimits.DEFAULT_UDP,
                        PassiveChecks.NONE,
                        TrustedProxies.NONE,
                        Persistence.NONE,
                        Duration.ofSeconds(30),
                        SourceAddress.KERNEL,
                        transport,
                        group,
                        null,
                        events),
                GroupWatch.of(group, Set.of(new InetSocketAddress(VIP, 1).getAddress())));
    }

    private static void ask(DatagramSocket client, InetSocketAddress to) throws IOException {
        client.send(new DatagramPacket(new byte[5], 5, to));
        DatagramPacket answer = new DatagramPacket(new byte[10], 10);
        client.receive(answer);
        assertThat(answer.getLength()).isEqualTo(5);
        assertThat(answer.getSocketAddress()).isEqualTo(to);
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, 127.0.0.78", "EPOLL, 0.0.0.0", "NIO, 127.0.0.78"})
    void servesOnlyWhileTheNodeIsActive(Transport transport, String listener) throws Exception {
        boolean wildcard = listener.equals("0.0.0.0");
        try (UdpServer server = new UdpServer("127.0.0.1");
                DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                LoadBalancer balancer = start(transport, listener, server)) {
            client.setSoTimeout(Peer.PATIENCE_MILLIS);
            for (int term = 1; term <= 2; term++) {
                assertThat(balancer.snapshot().listening()).isEqualTo(wildcard);
                if (transport == Transport.EPOLL) {
                    InetSocketAddress early = new InetSocketAddress(
                            VIP, balancer.snapshot().listeners().get(0).getPort());
                    client.send(new DatagramPacket(new byte[1], 1, early));
                    Long dropped = (long) term;
                    Await.until(
                            "dropped",
                            () -> dropped.equals(balancer.snapshot().ended().get("not_active")));
                }
                group.tell(group.become(GroupState.ACTIVE));
                if (!wildcard) {
                    events.await(ListenerOpened.class);
                }
                ask(
                        client,
                        new InetSocketAddress(
                                VIP, balancer.snapshot().listeners().get(0).getPort()));
                assertThat(balancer.snapshot().active()).isEqualTo(1);

                group.tell(group.become(GroupState.BACKUP));
                if (!wildcard) {
                    events.await(ListenerClosed.class);
                }
                Await.until("ended", () -> balancer.snapshot().active() == 0);
                assertThat(balancer.snapshot().ended()).containsEntry("address_released", (long) term);
            }
            assertThat(server.received.get()).isEqualTo(2);
        }
    }
}
