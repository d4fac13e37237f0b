package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.Backend;
import io.ha4j.HaUnavailableException;
import io.ha4j.LoadBalancer;
import io.ha4j.Protocol;
import io.ha4j.Scheduler;
import io.ha4j.SourceAddress;
import io.ha4j.Transport;
import io.ha4j.TrustedProxies;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What backends see as the source. On loopback all of 127.0.0.0/8 is this machine's; SourceAddressIT has real routes. */
@Timeout(60)
class SourceAddressTest extends Opening {
    private static LoadBalancer.Builder builder(Transport transport, SourceAddress source) {
        return LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .scheduler(Scheduler.ROUND_ROBIN)
                .transport(transport)
                .source(source);
    }

    private Socket connect(LoadBalancer balancer, String from) throws IOException {
        Socket client = open(new Socket());
        client.bind(new InetSocketAddress(from, 0));
        client.connect(balancer.snapshot().listeners().get(0));
        return client;
    }

    private String sourceSeen(ServerSocket server) throws IOException {
        Socket accepted = open(server.accept());
        return accepted.getInetAddress().getHostAddress();
    }

    private static ServerSocket serverAt(String address) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setSoTimeout(Peer.PATIENCE_MILLIS);
        server.bind(new InetSocketAddress(address, 0));
        return server;
    }

    private static void awaitEnded(LoadBalancer balancer, EndReason reason, long count) {
        Await.until(
                reason + " " + count + " in " + balancer.snapshot().ended(),
                () -> Long.valueOf(count).equals(balancer.snapshot().ended().get(reason.key())));
    }

    private void requirePrivilege() {
        try (LoadBalancer balancer =
                builder(Transport.EPOLL, SourceAddress.CLIENT).start()) {
            assertThat(balancer.snapshot().source()).isEqualTo(SourceAddress.CLIENT);
        } catch (HaUnavailableException e) {
            assumeTrue(false, String.valueOf(e.getMessage()));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void aFixedAddress(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, SourceAddress.of("127.0.0.7", "2001:db8::7"))
                .backend(Route.backend(server))
                .start());
        connect(balancer, "127.0.0.3");
        assertThat(sourceSeen(server)).isEqualTo("127.0.0.7");
        assertThat(balancer.snapshot().source()).hasToString("127.0.0.7 2001:db8::7");
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void aBackendOfAFamilyWithoutAFixedAddressSeesTheKernelsChoice(Transport transport) throws IOException {
        ServerSocket server = open(serverAt("::1"));
        LoadBalancer balancer = open(builder(transport, SourceAddress.of("127.0.0.7"))
                .backend(Backend.of("::1", server.getLocalPort()))
                .start());
        connect(balancer, "127.0.0.3");
        assertThat(sourceSeen(server)).isEqualTo("0:0:0:0:0:0:0:1");
    }

    /** 192.0.2.0/24 is nobody's (RFC 5737). */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "AUTO")
    void anAddressThatIsNotHereIsNotTheBackendsFault(Transport transport) throws IOException {
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(transport, SourceAddress.of("192.0.2.1"))
                .backend(Route.backend(server))
                .start());
        connect(balancer, "127.0.0.3");
        awaitEnded(balancer, EndReason.OUT_OF_RESOURCES, 1);
        assertThat(balancer.snapshot().backends().get(0).connectFailures()).isZero();
    }

    @Test
    void theClientsAddress() throws IOException {
        requirePrivilege();
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(Transport.EPOLL, SourceAddress.CLIENT)
                .backend(Route.backend(server))
                .start());
        for (String client : new String[] {"127.0.0.3", "127.0.0.4"}) {
            connect(balancer, client);
            assertThat(sourceSeen(server)).isEqualTo(client);
        }
    }

    @Test
    void theClientThatAProxyHasNamed() throws IOException {
        requirePrivilege();
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(Transport.EPOLL, SourceAddress.CLIENT)
                .acceptProxy(TrustedProxies.of("127.0.0.0/8"))
                .backend(Route.backend(server))
                .start());
        connect(balancer, "127.0.0.3")
                .getOutputStream()
                .write("PROXY TCP4 127.0.0.9 10.0.0.100 40000 443\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(sourceSeen(server)).isEqualTo("127.0.0.9");
    }

    /** Bound to the wildcard address, it would come from the balancer's own. */
    @Test
    void aNamedClientThatIsNone() throws IOException {
        requirePrivilege();
        ServerSocket server = open(Route.server());
        LoadBalancer balancer = open(builder(Transport.EPOLL, SourceAddress.CLIENT)
                .acceptProxy(TrustedProxies.of("127.0.0.0/8"))
                .backend(Route.backend(server))
                .start());
        for (String named : new String[] {"0.0.0.0", "224.0.0.1"}) {
            connect(balancer, "127.0.0.3")
                    .getOutputStream()
                    .write(("PROXY TCP4 " + named + " 10.0.0.100 40000 443\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        awaitEnded(balancer, EndReason.OUT_OF_RESOURCES, 2);
        assertThat(balancer.snapshot().backends().get(0).connectFailures()).isZero();
    }

    /** The one of the client's family gets it; without one, none does: a backend must not take the balancer for the client. */
    @Test
    void aBackendOfTheOtherFamilyIsNotConnectedTo() throws IOException {
        requirePrivilege();
        ServerSocket server = open(Route.server());
        ServerSocket other = open(serverAt("::1"));
        Backend unsuitable = Backend.of("::1", other.getLocalPort());
        LoadBalancer balancer = open(builder(Transport.EPOLL, SourceAddress.CLIENT)
                .backend(unsuitable)
                .backend(Route.backend(server))
                .start());
        for (int i = 0; i < 2; i++) {
            connect(balancer, "127.0.0.3");
            assertThat(sourceSeen(server)).isEqualTo("127.0.0.3");
        }
        balancer.removeBackend(Route.backend(server).address());
        Socket refused = connect(balancer, "127.0.0.3");
        awaitEnded(balancer, EndReason.SOURCE_FAMILY, 1);
        assertThat(refused.isConnected()).isTrue();
        var unsuitables = balancer.snapshot().backends().get(0);
        assertThat(unsuitables.connectFailures()).isZero();
        assertThat(unsuitables.active()).isZero();
        assertThat(unsuitables.total()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, 127.0.0.7", "NIO, 127.0.0.7", "EPOLL, client"})
    void datagrams(Transport transport, String source) throws IOException {
        SourceAddress address = source.equals("client") ? SourceAddress.CLIENT : SourceAddress.of(source);
        if (address.client()) {
            requirePrivilege();
        }
        UdpServer server = open(new UdpServer("127.0.0.1"));
        LoadBalancer balancer = open(builder(transport, address)
                .protocol(Protocol.UDP)
                .backend(server.backend())
                .start());
        DatagramSocket client = open(new DatagramSocket(new InetSocketAddress("127.0.0.3", 0)));
        client.setSoTimeout(Peer.PATIENCE_MILLIS);
        client.send(new DatagramPacket(
                new byte[9], 9, balancer.snapshot().listeners().get(0)));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        client.receive(answer);
        assertThat(answer.getLength()).isEqualTo(9);
        assertThat(server.sources)
                .singleElement()
                .extracting(seen -> ((InetSocketAddress) seen).getAddress().getHostAddress())
                .isEqualTo(source.equals("client") ? "127.0.0.3" : source);
    }

    @Test
    void aUdpSessionOfTheOtherFamilyEndsWithThatReason() throws IOException {
        requirePrivilege();
        UdpServer server = open(new UdpServer("::1"));
        LoadBalancer balancer = open(builder(Transport.EPOLL, SourceAddress.CLIENT)
                .protocol(Protocol.UDP)
                .backend(server.backend())
                .start());
        DatagramSocket client = open(new DatagramSocket(new InetSocketAddress("127.0.0.3", 0)));
        client.send(new DatagramPacket(
                new byte[9], 9, balancer.snapshot().listeners().get(0)));
        awaitEnded(balancer, EndReason.SOURCE_FAMILY, 1);
        assertThat(balancer.snapshot().backends().get(0).connectFailures()).isZero();
        assertThat(server.received.get()).isZero();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> builder(Transport.NIO, SourceAddress.CLIENT).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "transport of balancer web must be AUTO, EPOLL or IO_URING with the client's address as source, but was NIO");
        assertThatThrownBy(() -> Origin.requireAvailable(SourceAddress.CLIENT, "web", IoTransport.NIO, Set.of()))
                .isInstanceOf(HaUnavailableException.class)
                .hasMessage(
                        "the client's address as source of balancer web needs epoll or io_uring, which are not available here");
        assertThatThrownBy(() -> SourceAddress.of("10.0.0.1", "10.0.0.2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("source must have at most one address of each family, but was 10.0.0.1 10.0.0.2");
        assertThatThrownBy(() -> SourceAddress.of("::"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("source must be an address of one host, but was ::");
        assertThatThrownBy(() -> SourceAddress.of("client"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address must be a literal IPv4 or IPv6 address, but was client");
        assertThat(SourceAddress.KERNEL).hasToString("kernel");
    }
}
