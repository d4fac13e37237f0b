package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.BalancerEvent;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.BalancerSnapshot.NameSnapshot;
import io.ha4j.LoadBalancer;
import io.ha4j.lb.Peer.Ending;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of what a resolver says. The resolver of the system itself is asked in {@code NamesIT}. */
@Timeout(60)
class BackendNameTest {
    private static final Backend TEMPLATE =
            Backend.named("app.test", 80).weight(3).maxConnections(7);

    /** The backends of a balancer. */
    private static final class Fake implements BackendNames.Backends {
        final Map<InetSocketAddress, Backend> all = new LinkedHashMap<>();

        @Override
        public void add(Backend backend) {
            if (all.putIfAbsent(backend.address(), backend) != null) {
                throw new IllegalArgumentException("there is one already");
            }
        }

        @Override
        public void remove(InetSocketAddress address) {
            assertThat(all.remove(address)).isNotNull();
        }

        @Override
        public void setWeight(InetSocketAddress address, int weight) {
            all.computeIfPresent(address, (key, backend) -> backend.weight(weight));
        }
    }

    private final Fake backends = new Fake();
    private final Events events = new Events();
    private List<String> answer = List.of(); // none: the resolver fails
    private final BackendName name = new BackendName("web", TEMPLATE, backends, this::resolve, events);

    private InetAddress[] resolve(String host) throws UnknownHostException {
        assertThat(host).isEqualTo("app.test");
        if (answer.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return answer.stream()
                .map(ip -> new InetSocketAddress(ip, 0).getAddress())
                .toArray(InetAddress[]::new);
    }

    private void answer(String... addresses) {
        answer = List.of(addresses);
        name.resolve();
    }

    private List<String> addresses() {
        return backends.all.keySet().stream().map(HostPort::text).toList();
    }

    @Test
    void itsAddressesAreBackendsAndFollowIt() throws InterruptedException {
        answer("10.0.0.1", "10.0.0.2", "2001:db8::1");
        assertThat(addresses()).containsExactly("10.0.0.1:80", "10.0.0.2:80", "[2001:db8:0:0:0:0:0:1]:80");
        assertThat(backends.all.values())
                .allMatch(backend ->
                        backend.equals(Backend.of(backend.address()).weight(3).maxConnections(7)));
        assertThat(events.await(BalancerEvent.NameResolved.class).addresses()).hasSize(3);

        Backend untouched = backends.all.get(new InetSocketAddress("10.0.0.2", 80));
        answer("10.0.0.3", "10.0.0.2");
        assertThat(addresses()).containsExactly("10.0.0.2:80", "10.0.0.3:80");
        assertThat(backends.all.values()).contains(untouched);
        assertThat(name.snapshot().addresses()).hasSize(2);

        name.setWeight(9);
        answer("10.0.0.3", "10.0.0.4");
        assertThat(backends.all.values()).allMatch(backend -> backend.weight() == 9);
        name.end();
        assertThat(addresses()).isEmpty();
        answer("10.0.0.5");
        assertThat(addresses()).isEmpty();
    }

    @Test
    void whileItCannotBeResolvedItsLastAddressesStay() throws InterruptedException {
        assertThat(name.snapshot().detail()).isEqualTo("not resolved yet");
        answer();
        assertThat(name.snapshot().detail()).isEqualTo("the name cannot be resolved");
        assertThat(name.snapshot().resolvedAt()).isNull();
        answer("10.0.0.1");
        assertThat(events.await(BalancerEvent.NameResolved.class).name()).isEqualTo(TEMPLATE.address());
        answer();
        answer();
        NameSnapshot failed = name.snapshot();
        assertThat(addresses()).containsExactly("10.0.0.1:80");
        assertThat(failed.addresses()).hasSize(1);
        assertThat(failed.resolvedAt()).isNotNull();
        assertThat(failed.detail()).isEqualTo("the name cannot be resolved");
        answer("10.0.0.1");
        assertThat(name.snapshot().detail()).isEmpty();
        // One of each failure, and one of the recovery, although nothing has changed.
        assertThat(events.await(BalancerEvent.NameFailed.class).detail()).isEqualTo("the name cannot be resolved");
        assertThat(events.await(BalancerEvent.NameResolved.class).addresses()).hasSize(1);
    }

    @Test
    void whatIsABackendAlreadyStaysWhatItIs() {
        Backend own = Backend.of("10.0.0.1", 80);
        backends.add(own);
        answer("10.0.0.1", "10.0.0.2");
        assertThat(name.snapshot().addresses()).containsExactly(new InetSocketAddress("10.0.0.2", 80));
        answer("10.0.0.2");
        name.end();
        assertThat(backends.all.values()).containsExactly(own);
    }

    /** Each in its turn, and one that hangs delays no other. */
    @Test
    void theyAreAskedForAgainAndAgain() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(5);
        CountDownLatch end = new CountDownLatch(1);
        Fake none = new Fake();
        try (BackendNames names = new BackendNames("web", Duration.ofMillis(10), none, events, host -> {
            if (host.equals("hangs.test")) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            asked.countDown();
            throw new UnknownHostException(host);
        })) {
            names.add(Backend.named("hangs.test", 80));
            names.add(TEMPLATE);
            assertThat(asked.await(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            assertThatThrownBy(() -> names.add(TEMPLATE)).hasMessage("balancer web has a backend app.test:80 already");
            assertThatThrownBy(() -> names.remove(InetSocketAddress.createUnresolved("x.test", 1)))
                    .hasMessage("balancer web has no backend x.test:1");
            assertThat(names.snapshot()).hasSize(2);
            end.countDown();
        }
    }

    /** Whatever this machine's name for loopback is, one of its addresses is where the server listens. */
    @Test
    void aBalancerHasThemWhenItHasStarted() throws Exception {
        try (ServerSocket server = Route.server();
                LoadBalancer balancer = LoadBalancer.builder("web")
                        .listen("127.0.0.1", 0)
                        .backend(Backend.named("localhost", server.getLocalPort()))
                        .start()) {
            InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", server.getLocalPort());
            Await.until(
                    "resolved",
                    () -> balancer.snapshot().names().get(0).detail().isEmpty());
            assertThat(balancer.snapshot().names().get(0).name()).isEqualTo(name);
            assertThat(balancer.snapshot().backends())
                    .extracting(BackendSnapshot::address)
                    .containsExactlyElementsOf(
                            balancer.snapshot().names().get(0).addresses());
            try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0));
                    Peer accepted = new Peer(server.accept())) {
                client.send(1000).fin();
                assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(1000, Ending.FIN));
            }
            balancer.setWeight(name, 5);
            assertThat(balancer.snapshot().backends()).allMatch(backend -> backend.weight() == 5);
            assertThatThrownBy(() -> balancer.drain(name)).hasMessageContaining("must be given by its address");
            balancer.removeBackend(name);
            assertThat(balancer.snapshot().backends()).isEmpty();
            assertThat(balancer.snapshot().names()).isEmpty();
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> Backend.named("app.test", 0)).hasMessageContaining("address must have a port");
        assertThatThrownBy(() -> Backend.named(" ", 1)).hasMessage("host must not be blank");
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(2))) {
            assertThatThrownBy(() -> LoadBalancer.builder("web").resolveInterval(wrong))
                    .hasMessage("resolveInterval must be in [10 ms, 1 day], but was " + wrong);
        }
        assertThat(Stream.of(TEMPLATE)).allMatch(backend -> BackendNames.isName(backend.address()));
    }
}
