package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.BalancerEvent.ListenerClosed;
import io.ha4j.BalancerEvent.ListenerFailed;
import io.ha4j.BalancerEvent.ListenerOpened;
import io.ha4j.ConnectionLimits;
import io.ha4j.GroupState;
import io.ha4j.HaException;
import io.ha4j.LoadBalancer;
import io.ha4j.PassiveChecks;
import io.ha4j.Persistence;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import io.ha4j.lb.Peer.Ending;
import io.ha4j.spi.BalancerProvider;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All of 127/8 is on every Linux machine, so that 127.0.0.77 stands for a virtual address that is there already. */
@Timeout(60)
class WhileActiveTest {
    private static final String VIP = "127.0.0.77";

    private final FakeGroup group = new FakeGroup("10.0.0.77/24");
    private final Events events = new Events();
    private ServerSocket server = new ServerSocket();

    WhileActiveTest() throws IOException {}

    @BeforeEach
    void open() throws IOException {
        server = Route.server();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    // A VirtualAddress cannot be a loopback address, so the balancer is told separately.
    private LoadBalancer start(Transport transport, InetSocketAddress... listeners) {
        return RelayProvider.start(
                new BalancerProvider.Spec(
                        "web",
                        Protocol.TCP,
                        List.of(listeners),
                        List.of(Route.backend(server)),
                        Scheduler.ROUND_ROBIN,
                        null,
                        ConnectionLimits.DEFAULT,
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

    private LoadBalancer start(Transport transport, int port) {
        return start(transport, new InetSocketAddress(VIP, port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 77}))) {
            return probe.getLocalPort();
        }
    }

    /** Refused, or accepted and reset at once. */
    private static boolean isServed(InetSocketAddress address) throws IOException {
        try (Peer client = Peer.connect(address)) {
            client.fin();
            return client.receiveAll().ending() == Ending.FIN;
        } catch (ConnectException e) {
            return false;
        }
    }

    private CompletableFuture<Object> acceptOne() {
        return Peer.async(() -> {
            server.accept().close();
            return "";
        });
    }

    @ParameterizedTest
    @EnumSource
    void servesOnlyWhileTheNodeIsActive(Transport transport) throws Exception {
        int port = freePort();
        InetSocketAddress vip = new InetSocketAddress(VIP, port);
        try (LoadBalancer balancer = start(transport, port)) {
            assertThat(balancer.snapshot().listening()).isFalse();
            assertThat(isServed(vip)).isFalse();

            group.tell(group.become(GroupState.ACTIVE));
            assertThat(events.await(ListenerOpened.class).listener()).isEqualTo(vip);
            assertThat(balancer.snapshot().listening()).isTrue();
            CompletableFuture<Object> accepted = acceptOne();
            assertThat(isServed(vip)).isTrue();
            accepted.join();
            Await.until("finished", () -> balancer.snapshot().active() == 0);

            try (Peer client = Peer.connect(vip);
                    Peer backend = new Peer(server.accept())) {
                group.tell(group.become(GroupState.BACKUP));
                assertThat(events.await(ListenerClosed.class).listener()).isEqualTo(vip);
                assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
                assertThat(backend.receiveAll().ending()).isEqualTo(Ending.RST);
            }
            assertThat(balancer.snapshot().listening()).isFalse();
            Await.until("ended", () -> balancer.snapshot().active() == 0);
            assertThat(balancer.snapshot().ended()).containsEntry("address_released", 1L);
            assertThat(isServed(vip)).isFalse();

            group.tell(group.become(GroupState.ACTIVE));
            assertThat(events.await(ListenerOpened.class).listener()).isEqualTo(vip);
            accepted = acceptOne();
            assertThat(isServed(vip)).isTrue();
            accepted.join();
        }
        events.await(ListenerClosed.class);
        assertThat(group.listeners()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aGroupThatIsActiveAlreadyIsServedAtOnce(Transport transport) throws Exception {
        group.become(GroupState.ACTIVE);
        try (LoadBalancer balancer = start(transport, 0)) {
            InetSocketAddress vip = events.await(ListenerOpened.class).listener();
            assertThat(vip.getPort()).isNotZero();
            assertThat(balancer.snapshot().listeners()).containsExactly(vip);
            CompletableFuture<Object> accepted = acceptOne();
            assertThat(isServed(vip)).isTrue();
            accepted.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsOfAnEarlierTermDoNotOutliveIt(Transport transport) throws Exception {
        group.become(GroupState.ACTIVE);
        try (LoadBalancer balancer = start(transport, 0)) {
            InetSocketAddress vip = events.await(ListenerOpened.class).listener();
            try (Peer client = Peer.connect(vip);
                    Peer backend = new Peer(server.accept())) {
                // Lost and won again before the listener of the events had its turn.
                group.tell(group.released());
                assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
                assertThat(backend.receiveAll().ending()).isEqualTo(Ending.RST);
            }
            events.await(ListenerClosed.class);
            events.await(ListenerOpened.class);
            assertThat(balancer.snapshot().listening()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsOutliveTheTermWhereTheGroupDrainsThem(Transport transport) throws Exception {
        group.draining(Duration.ofSeconds(30)).become(GroupState.ACTIVE);
        try (LoadBalancer balancer = start(transport, 0)) {
            InetSocketAddress vip = events.await(ListenerOpened.class).listener();
            try (Peer client = Peer.connect(vip);
                    Peer backend = new Peer(server.accept())) {
                group.tell(group.become(GroupState.BACKUP));
                events.await(ListenerClosed.class);
                client.send(100_000);
                assertThat(backend.receive(100_000).bytes()).isEqualTo(100_000);

                group.tell(group.released());
                assertThat(client.receiveAll().ending()).isEqualTo(Ending.RST);
            }
            Await.until("ended", () -> balancer.snapshot().active() == 0);
            assertThat(balancer.snapshot().ended()).containsEntry("address_released", 1L);
        }
    }

    @Test
    void anEarlyClientIsServedOnceTheGroupIsActive() throws Exception {
        try (LoadBalancer balancer = start(Transport.EPOLL, 0)) {
            InetSocketAddress vip = balancer.snapshot().listeners().get(0);
            try (Peer client = Peer.connect(vip)) {
                group.tell(group.become(GroupState.ACTIVE));
                try (Peer backend = new Peer(server.accept())) {
                    backend.send(10).fin();
                    assertThat(client.receiveAll()).isEqualTo(Peer.expected(10, Ending.FIN));
                }
            }
        }
    }

    @Test
    void otherListenersDoNotDependOnTheGroup() throws Exception {
        try (LoadBalancer balancer = start(
                Transport.AUTO,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(VIP, 0))) {
            assertThat(balancer.snapshot().listening()).isTrue();
            CompletableFuture<Object> accepted = acceptOne();
            assertThat(isServed(balancer.snapshot().listeners().get(0))).isTrue();
            accepted.join();
        }
    }

    /** One listener for all addresses serves the machine's own always, and a virtual one only while it is active. */
    @Test
    void aWildcardListenerTellsTheAddressesApart() throws Exception {
        try (LoadBalancer balancer = start(Transport.AUTO, new InetSocketAddress("0.0.0.0", 0))) {
            int port = balancer.snapshot().listeners().get(0).getPort();
            CompletableFuture<Object> accepted = acceptOne();
            assertThat(isServed(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .isTrue();
            accepted.join();
            assertThat(isServed(new InetSocketAddress(VIP, port))).isFalse();
            Await.until(
                    "counted",
                    () -> Long.valueOf(1).equals(balancer.snapshot().ended().get("not_active")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPortInUseShowsAtStart(Transport transport) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 77}))) {
            assertThatThrownBy(() -> start(transport, taken.getLocalPort()))
                    .isInstanceOf(HaException.class)
                    .hasMessage("cannot listen on " + VIP + ":" + taken.getLocalPort()
                            + ": EADDRINUSE (address already in use)");
        }
    }

    /** 192.0.2.1 is on no machine (RFC 5737): bound before it is there with epoll, tried again with NIO. */
    @ParameterizedTest
    @EnumSource
    void anAddressThatIsNotThereYet(Transport transport) throws Exception {
        FakeGroup far = new FakeGroup("192.0.2.1/24");
        try (LoadBalancer balancer = LoadBalancer.builder("web")
                .listen("192.0.2.1", 8080)
                .transport(transport)
                .whileActive(far)
                .onEvent(events)
                .start()) {
            assertThat(balancer.snapshot().listening()).isFalse();
            far.tell(far.become(GroupState.ACTIVE));
            if (transport == Transport.NIO || !Epoll.isAvailable()) {
                assertThat(events.await(ListenerFailed.class).detail())
                        .isEqualTo("cannot listen on 192.0.2.1:8080: EADDRNOTAVAIL (cannot assign requested address)");
                assertThat(balancer.snapshot().listening()).isFalse();
            } else {
                events.await(ListenerOpened.class);
            }
        }
    }
}
