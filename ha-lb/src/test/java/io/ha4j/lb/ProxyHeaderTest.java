package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.LoadBalancer;
import io.ha4j.ProxyProtocol;
import io.ha4j.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PROXY headers towards backends. */
@Timeout(60)
class ProxyHeaderTest {
    private record Connection(InetSocketAddress client, InetSocketAddress destination) implements Incoming {}

    private static final Connection IPV4 = connection("192.0.2.1", "10.0.0.100");
    private static final Connection IPV6 = connection("2001:db8::1", "2001:db8::ff");
    private static final Connection MIXED = connection("192.0.2.1", "2001:db8::ff");

    private static Connection connection(String client, String destination) {
        return new Connection(
                Backend.of(client, 40000).address(),
                Backend.of(destination, 443).address());
    }

    private static String version1(Incoming incoming) {
        return new String(ProxyHeader.of(ProxyProtocol.V1, incoming), StandardCharsets.US_ASCII);
    }

    private static String version2(Incoming incoming) {
        return HexFormat.of().formatHex(ProxyHeader.of(ProxyProtocol.V2, incoming));
    }

    @Test
    void version1IsALine() {
        assertThat(version1(IPV4)).isEqualTo("PROXY TCP4 192.0.2.1 10.0.0.100 40000 443\r\n");
        assertThat(version1(IPV6)).isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:ff 40000 443\r\n");
        assertThat(version1(MIXED)).isEqualTo("PROXY UNKNOWN\r\n");
    }

    @Test
    void version2IsBinary() {
        String signature = "0d0a0d0a000d0a515549540a";
        assertThat(version2(IPV4))
                .isEqualTo(signature + "21" // version 2, PROXY
                        + "11" // TCP over IPv4
                        + "000c" // 12 bytes follow
                        + "c0000201" // 192.0.2.1
                        + "0a000064" // 10.0.0.100
                        + "9c40" // 40000
                        + "01bb"); // 443
        assertThat(version2(IPV6))
                .isEqualTo(signature + "2121" + "0024" + "20010db8000000000000000000000001"
                        + "20010db80000000000000000000000ff" + "9c4001bb");
        assertThat(version2(MIXED)).isEqualTo(signature + "2100" + "0000");
    }

    @ParameterizedTest
    @EnumSource
    void theBackendGetsItBeforeTheFirstByte(Transport transport) throws IOException {
        try (ServerSocket server = Route.server();
                LoadBalancer balancer = LoadBalancer.builder("web")
                        .listen("127.0.0.1", 0)
                        .backend(Route.backend(server).proxyProtocol(ProxyProtocol.V1))
                        .transport(transport)
                        .start()) {
            InetSocketAddress listener = balancer.snapshot().listeners().get(0);
            try (Peer client = Peer.connect(listener);
                    Peer accepted = new Peer(server.accept())) {
                String expected = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " "
                        + listener.getPort() + "\r\n";
                byte[] header = accepted.socket.getInputStream().readNBytes(expected.length());
                assertThat(new String(header, StandardCharsets.US_ASCII)).isEqualTo(expected);
                client.send(70_000).fin();
                assertThat(accepted.receiveAll()).isEqualTo(Peer.expected(70_000, Peer.Ending.FIN));
                assertThat(balancer.snapshot().backends().get(0).bytesIn()).isEqualTo(70_000);
            }
        }
    }
}
