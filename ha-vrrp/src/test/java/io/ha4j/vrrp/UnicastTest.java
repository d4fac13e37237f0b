package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ha4j.ChecksumForm;
import io.ha4j.GroupEvent;
import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A group of this node, 10.77.0.1, and the peers 10.77.0.2 and 10.77.0.3. */
class UnicastTest {
    private static final InetAddress OWN = ip("10.77.0.1");
    private static final InetAddress PEER = ip("10.77.0.2");
    private static final InetAddress OTHER_PEER = ip("10.77.0.3");
    private static final List<VirtualAddress> ADDRESSES = List.of(VirtualAddress.of("10.77.0.100/24"));

    private final Counters counters = new Counters();
    private final List<GroupEvent> events = new ArrayList<>();
    private final FakeLoop loop = new FakeLoop();
    private final GroupEvents raised = new GroupEvents("VI_1", ADDRESSES, events::add, loop);

    private static VirtualRouter.Builder router() {
        return VirtualRouter.on("eth0").id(51).unicastPeers(PEER, OTHER_PEER);
    }

    private boolean hears(VirtualRouter router, InetAddress source, InetAddress destination, int hopLimit) {
        ByteBuffer packet = VrrpCodec.encode(
                new Advertisement(
                        3, 51, 150, 0, Duration.ofSeconds(1), List.of(ip("10.77.0.100")), ChecksumForm.PSEUDO_HEADER),
                source,
                destination);
        return new AdvertReceiver(router, ADDRESSES, counters, raised).receive(packet, source, destination, hopLimit)
                != null;
    }

    @Test
    void onlyListedPeersAreHeardAndOnlyByUnicast() {
        assertThat(hears(router().build(), PEER, OWN, 255)).isTrue();
        assertThat(hears(router().build(), OTHER_PEER, OWN, 64)).isTrue();
        assertThat(counters.get(Counter.UNICAST_ERRORS)).isZero();

        assertThat(hears(router().build(), ip("10.77.0.4"), OWN, 255)).isFalse();
        loop.nowNs += Duration.ofSeconds(1).toNanos(); // one event of a kind in a second
        assertThat(hears(router().build(), PEER, Family.IPV4.group(), 255)).isFalse();
        assertThat(counters.get(Counter.UNICAST_ERRORS)).isEqualTo(2);
        assertThat(events)
                .extracting(
                        event -> ((GroupEvent.MismatchHeard) event).mismatch().detail())
                .containsExactly(
                        "its sender is none of the unicast peers",
                        "it was sent by multicast, but this group uses unicast");
    }

    @Test
    void aMulticastGroupDoesNotHearUnicast() {
        assertThat(hears(VirtualRouter.on("eth0").id(51).build(), PEER, OWN, 255))
                .isFalse();

        assertThat(counters.get(Counter.UNICAST_ERRORS)).isEqualTo(1);
        assertThat(events)
                .extracting(
                        event -> ((GroupEvent.MismatchHeard) event).mismatch().detail())
                .containsExactly("it was sent by unicast, but this group uses multicast");
    }

    @Test
    void theMinimumHopLimitIsChecked() {
        VirtualRouter router = router().minimumHopLimit(64).build();

        assertThat(hears(router, PEER, OWN, 64)).isTrue();
        assertThat(hears(router, PEER, OWN, 63)).isFalse();
        assertThat(hears(VirtualRouter.on("eth0").id(51).build(), PEER, Family.IPV4.group(), 254))
                .as("multicast comes from the link itself")
                .isFalse();
        assertThat(counters.get(Counter.IP_TTL_ERRORS)).isEqualTo(2);
    }

    @Test
    void eachPeerGetsAPacketWithItsOwnChecksumAlsoWhenAnotherCannotBeReached() {
        List<Decoded> sent = new ArrayList<>();
        AdvertSender sender = new AdvertSender(router().priority(150).build(), ADDRESSES, counters, raised);
        sender.use(new AdvertChannel(new Link("eth0", 2, true, "", List.of(OWN)), OWN, 255, new PacketChannel() {
            @Override
            public void send(ByteBuffer payload) {
                throw new AssertionError("multicast");
            }

            @Override
            public void send(ByteBuffer payload, InetAddress destination) {
                if (destination.equals(PEER)) {
                    throw new HaException("sendto: EHOSTUNREACH");
                }
                sent.add(VrrpCodec.decode(payload, OWN, destination));
            }

            @Override
            public void close() {}
        }));

        assertThat(sender.advertise(150)).isTrue();

        assertThat(sent)
                .singleElement()
                .isInstanceOfSatisfying(
                        Advertisement.class, it -> assertThat(it.checksumForm()).isEqualTo(ChecksumForm.PSEUDO_HEADER));
        assertThat(counters.get(Counter.SENT_ADVERTISEMENTS)).isEqualTo(1);
        assertThat(events).singleElement().isInstanceOf(GroupEvent.AdvertisementFailed.class);
    }

    @Test
    void refusesPeersOfTheOtherFamilyAndItself() {
        assertRefused(
                VirtualRouter.on("eth0").id(51).unicastPeers(ip("fe80::2")).build(),
                "unicastPeers must be of the family of the virtual addresses, but was fe80::2");
        assertRefused(
                router().sourceAddress(PEER).build(),
                "unicastPeers must not contain the sourceAddress, but had 10.77.0.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualRouter.on("eth0")
                        .id(51)
                        .unicastPeers(ip("224.0.0.18"))
                        .build())
                .withMessage("unicastPeers must be unicast addresses of other nodes, but was 224.0.0.18");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router().minimumHopLimit(256).build())
                .withMessage("minimumHopLimit must be in [0, 255], but was 256");
    }

    @SuppressWarnings("NullAway") // nothing of the machine is touched before the check
    private static void assertRefused(VirtualRouter router, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VrrpElectionProvider()
                        .open(new Candidacy.Spec("VI_1", router, ADDRESSES, null, null, event -> {})))
                .withMessage(message);
    }
}
