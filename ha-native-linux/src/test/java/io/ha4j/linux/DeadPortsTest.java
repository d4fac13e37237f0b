package io.ha4j.linux;

import static io.ha4j.linux.TestLan.await;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Subscription;
import io.ha4j.spi.Host;
import io.ha4j.spi.StreamChannel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the guard's owner is gone, its port refuses connections although somebody still listens there. */
class DeadPortsTest {
    private final List<StreamChannel> accepted = new CopyOnWriteArrayList<>();
    private final List<StreamChannel.End> ends = new CopyOnWriteArrayList<>();

    @RegisterExtension
    final TestLan lan = TestLan.guarded();

    private Host hostA;
    private Host hostB;

    @BeforeEach
    void open() {
        hostA = lan.host(lan.a);
        hostB = lan.host(lan.b);
    }

    private final StreamChannel.Receiver receiver = new StreamChannel.Receiver() {
        @Override
        public void received(ByteBuffer bytes) {}

        @Override
        public void ended(StreamChannel.End end, String detail) {
            ends.add(end);
        }
    };

    private void listen(StreamChannel.Place at) {
        Subscription unused = on(
                hostA,
                () -> hostA.listen(at, stream -> {
                    accepted.add(stream);
                    return receiver;
                }));
    }

    private void connect(StreamChannel.Place from, StreamChannel.Place to) {
        StreamChannel unused = on(hostB, () -> hostB.connect(from, to.address(), to.port(), receiver));
    }

    private String nft() {
        return TestLan.run("ip", "netns", "exec", lan.a, "nft", "list", "ruleset");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesWhenTheOwnerIsGone(boolean ipv6) {
        StreamChannel.Place server = StreamsTest.place(hostA, ipv6);
        StreamChannel.Place client = StreamsTest.place(hostB, ipv6);
        listen(server);
        NetlinkClient owner = on(hostA, () -> {
            NetlinkClient netlink = new NetlinkClient(new JnaSyscalls(), NetlinkClient.NETLINK_NETFILTER, "nfnetlink");
            GuardTables tables = new GuardTables("x");
            NftTransaction tx = new NftTransaction(netlink);
            tables.createLease(tx);
            tables.createGuard(tx);
            tx.commit();
            DeadPorts ports = new DeadPorts("x", hostA.eventLoop(), () -> netlink);
            ports.add(server);
            ports.install(false); // as often as one likes
            return netlink;
        });
        assertThat(nft()).contains("table netdev ha4j_port_x {").contains("reject with tcp reset");
        connect(client, server);
        await(() -> accepted.size() == 1, "a connection");

        on(hostA, owner::close);
        assertThat(nft()).doesNotContain("ha4j_port_x");
        connect(client, server);
        await(() -> ends.contains(StreamChannel.End.REFUSED), "a refusal");
        assertThat(accepted).hasSize(1);
        StreamChannel.Place other = new StreamChannel.Place(server.link(), server.address(), 7113);
        listen(other);
        connect(client, other);
        await(() -> accepted.size() == 2, "a connection to a port that is none of them");
    }
}
