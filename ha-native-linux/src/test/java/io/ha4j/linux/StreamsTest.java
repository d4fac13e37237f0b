package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.StreamChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP connections over the running kernel, from one namespace to the other. */
class StreamsTest {
    private static final int PORT = 7112; // in a namespace of our own

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<StreamChannel> accepted = new CopyOnWriteArrayList<>();

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host hostA;
    private Host hostB;

    @BeforeEach
    void open() {
        hostA = lan.host(lan.a);
        hostB = lan.host(lan.b);
    }

    private StreamChannel.Receiver receiver(String name) {
        return new StreamChannel.Receiver() {
            @Override
            public void received(ByteBuffer bytes) {
                events.add(name + " received " + StandardCharsets.US_ASCII.decode(bytes));
            }

            @Override
            public void ended(StreamChannel.End end, String detail) {
                events.add(name + " " + end);
            }
        };
    }

    static StreamChannel.Place place(Host host, boolean ipv6) {
        List<StreamChannel.Place> found = new ArrayList<>();
        await(
                () -> on(host, () -> {
                    Link link = host.link("eth0");
                    InetAddress address = (ipv6 ? link.linkLocalIpv6() : link.primaryIpv4()).orElse(null);
                    if (address != null) {
                        found.add(new StreamChannel.Place(link, address, PORT));
                    }
                    return address != null;
                }),
                "an address");
        return found.get(0);
    }

    private Subscription listen(StreamChannel.Place at) {
        return on(
                hostA,
                () -> hostA.listen(at, stream -> {
                    accepted.add(stream);
                    return receiver("server");
                }));
    }

    private StreamChannel connect(StreamChannel.Place from, StreamChannel.Place to) {
        return on(hostB, () -> hostB.connect(from, to.address(), PORT, receiver("client")));
    }

    private static ByteBuffer text(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }

    @Test
    void anAcceptedConnectionEndsWithTheKeepersThread() throws IOException {
        StreamChannel.Place server = place(hostA, false);
        Subscription unused = listen(server);
        StreamChannel one = connect(place(hostB, false), server);
        await(() -> accepted.size() == 1, "a connection");
        on(hostA, () -> {}); // and what follows in the same turn of the loop
        String port = String.format(":%04X", PORT);
        String line = TestLan.run("ip", "netns", "exec", lan.a, "cat", "/proc/net/tcp")
                .lines()
                .map(String::strip)
                .filter(it -> it.split("\\s+")[1].endsWith(port) && it.split("\\s+")[3].equals("01"))
                .findFirst()
                .orElseThrow();
        assertThat(SocketKeeperTest.holders("socket:[" + line.split("\\s+")[9] + "]"))
                .containsExactly("ha4j-keeper");
        on(hostB, () -> one.close());
        await(() -> events.contains("server FINISHED"), "server FINISHED");
    }

    @Test
    void bytesAndEndsArriveWhereThereIsNoKeeper() {
        hostA.close();
        hostA = new SharedMachine(() -> Machine.open(RefusingSyscalls.of("closeRange"), () -> TestLan.enter(lan.a)))
                .acquire();
        lan.closeAtEnd(hostA);
        bytesAndEndsArrive(false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesAndEndsArrive(boolean ipv6) {
        StreamChannel.Place server = place(hostA, ipv6);
        StreamChannel.Place client = place(hostB, ipv6);
        Subscription listening = listen(server);
        StreamChannel one = connect(client, server);
        await(() -> accepted.size() == 1, "a connection");
        assertThat(accepted.get(0).remote()).isEqualTo(client.address());

        on(hostA, () -> accepted.get(0).send(text("challenge")));
        await(() -> events.contains("client received challenge"), "client received challenge");
        on(hostB, () -> one.send(text("hello")));
        await(() -> events.contains("server received hello"), "server received hello");
        on(hostA, () -> listening.close()); // which leaves the connection
        on(hostA, () -> accepted.get(0).send(text("bye")));
        on(hostA, () -> accepted.get(0).close());
        await(() -> events.contains("client FINISHED"), "client FINISHED");
        assertThat(events).contains("client received bye");
        assertThatThrownBy(() -> on(hostB, () -> one.send(text("x"))))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whereNobodyListensItIsRefused() {
        StreamChannel unused = connect(place(hostB, false), place(hostA, false));
        await(() -> events.contains("client REFUSED"), "client REFUSED");
    }

    /** What the backlog has when the listening socket is closed, the kernel resets: as when a process dies. */
    @Test
    void aListenerCanBeOpenedAgainAndAgain() {
        StreamChannel.Place server = place(hostA, false);
        for (int i = 0; i < 40; i++) { // more often than there are descriptors for it
            Subscription once = listen(server);
            on(hostA, () -> once.close());
        }
        Subscription listening = listen(server);
        assertThatThrownBy(() -> listen(server)).hasMessageContaining("EADDRINUSE");
        StreamChannel unused = connect(place(hostB, false), server);
        await(() -> accepted.size() == 1, "a connection");
        on(hostA, () -> listening.close());
    }
}
