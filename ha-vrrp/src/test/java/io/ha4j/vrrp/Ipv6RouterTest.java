package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.hex;
import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ha4j.ChecksumForm;
import io.ha4j.GroupEvent;
import io.ha4j.Peer;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.Link;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is particular to virtual routers over IPv6. */
class Ipv6RouterTest {
    private static final InetAddress PEER = ip("fe80::a4df:ceff:fe84:4589");
    private static final String[] ADDRESSES = {"fe80::100/64", "2001:db8:77::100/64"};
    // fe80::100 and 2001:db8:77::100, as keepalived sent it
    private static final byte[] KEEPALIVED =
            hex("31 33 96 02 0064 5399" + "fe80000000000000 0000000000000100" + "20010db800770000 0000000000000100");

    private final Counters counters = new Counters();
    private final List<GroupEvent> events = new ArrayList<>();

    private @Nullable Peer receive(byte[] packet) {
        VirtualRouter router = VirtualRouter.on("eth0").id(51).build();
        List<VirtualAddress> addresses =
                Stream.of(ADDRESSES).map(VirtualAddress::of).toList();
        return new AdvertReceiver(
                        router, addresses, counters, new GroupEvents("VI_6", addresses, events::add, new FakeLoop()))
                .receive(ByteBuffer.wrap(packet), PEER, Family.IPV6.group(), 255);
    }

    @Test
    void acceptsWhatKeepalivedSends() {
        assertThat(receive(KEEPALIVED)).isEqualTo(new Peer(PEER, 3, 150, Duration.ofSeconds(1)));
        assertThat(counters.get(Counter.RCVD_PSEUDO_HEADER_CHECKSUMS)).isEqualTo(1);
        assertThat(events).as("the lists are the same").isEmpty();
    }

    @Test
    void dropsAnAdvertisementWhoseFirstAddressIsNotLinkLocal() {
        ByteBuffer swapped = VrrpCodec.encode(
                new Advertisement(
                        3,
                        51,
                        150,
                        0,
                        Duration.ofSeconds(1),
                        List.of(ip("2001:db8:77::100"), ip("fe80::100")),
                        ChecksumForm.PSEUDO_HEADER),
                PEER,
                Family.IPV6.group());
        byte[] packet = new byte[swapped.remaining()];
        swapped.get(packet);

        assertThat(receive(packet)).isNull();

        assertThat(counters.get(Counter.ADDRESS_LIST_ERRORS)).isEqualTo(1);
        assertThat(events).singleElement().isInstanceOfSatisfying(GroupEvent.AdvertisementRejected.class, it -> {
            assertThat(it.counter()).isEqualTo("addressListErrors");
            assertThat(it.detail()).isEqualTo("the first IPv6 address must be link-local, but was 2001:db8:77::100");
        });
    }

    @Test
    void theGroupAndTheSourceAreThoseOfTheFamily() {
        Link link = new Link("eth0", 2, true, "", List.of(ip("2001:db8::1"), ip("10.77.0.1"), ip("fe80::1")));

        assertThat(Family.of(PEER)).isEqualTo(Family.IPV6);
        assertThat(Family.IPV6.group()).isEqualTo(ip("ff02::12"));
        assertThat(Family.IPV6.source(link, List.of())).contains(ip("fe80::1"));
        assertThat(Family.IPV4.source(link, List.of())).contains(ip("10.77.0.1"));
        Link owner = new Link("eth0", 2, true, "", List.of(ip("10.77.0.100"), ip("fe80::1"), ip("10.77.0.1")));
        assertThat(Family.IPV4.source(owner, List.of(ip("10.77.0.100")))).contains(ip("10.77.0.1"));
        assertThat(Family.IPV6.source(owner, List.of(ip("fe80::1"))))
                .as("better than none")
                .contains(ip("fe80::1"));
    }

    @Test
    void refusesWhatNoPeerWouldAccept() {
        VirtualRouter.Builder router = VirtualRouter.on("eth0").id(51);
        assertRefused(
                router.build(),
                "the first IPv6 address of a virtual router must be link-local (fe80::/10), but was"
                        + " 2001:db8:77::100/64",
                "2001:db8:77::100/64",
                "fe80::100/64");
        assertRefused(
                router.build(),
                "virtual addresses of VI_6 must be of one family, but were fe80::100/64 and 10.77.0.100/32",
                "fe80::100/64",
                "10.77.0.100");
        assertRefused(
                VirtualRouter.on("eth0").id(51).version(2).build(),
                "version must be 3 with IPv6 addresses, but was 2 with fe80::100/64",
                ADDRESSES);
        assertRefused(
                VirtualRouter.on("eth0").id(51).sourceAddress(ip("10.77.0.1")).build(),
                "sourceAddress must be of the family of the virtual addresses, but was 10.77.0.1",
                ADDRESSES);
        assertRefused(
                VirtualRouter.on("eth0").id(51).sourceAddress(ip("2001:db8::1")).build(),
                "sourceAddress must be link-local, but was 2001:db8::1",
                ADDRESSES);
    }

    @SuppressWarnings("NullAway") // nothing of the machine is touched before the check
    private static void assertRefused(VirtualRouter router, String message, String... addresses) {
        List<VirtualAddress> list = Stream.of(addresses).map(VirtualAddress::of).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VrrpElectionProvider()
                        .open(new Candidacy.Spec("VI_6", router, list, null, null, event -> {})))
                .withMessage(message);
    }
}
