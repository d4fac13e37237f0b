package io.ha4j.vrrp.sim;

import static io.ha4j.vrrp.sim.Cluster.address;
import static io.ha4j.vrrp.sim.Cluster.router;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupSnapshot;
import io.ha4j.GroupState;
import io.ha4j.HaException;
import io.ha4j.Mismatch;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.vrrp.VrrpElectionProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What one process does with several groups, foreign packets, and a machine that does not always oblige. */
class EngineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Cluster cluster = new Cluster(3);
    private final VrrpElectionProvider provider = new VrrpElectionProvider();
    private final List<GroupEvent> events = new ArrayList<>();
    private final Map<Candidacy, SimUse> uses = new HashMap<>();

    private Candidacy open(SimHost host, VirtualRouter router, String... addresses) {
        List<VirtualAddress> virtual =
                List.of(addresses).stream().map(VirtualAddress::of).toList();
        AddressOwner owner =
                host.addressOwner(new AddressOwner.Spec("VI_" + router.id(), "eth0", virtual, provider.lease(router)));
        SimUse use = host.use();
        try {
            Candidacy candidacy =
                    provider.open(new Candidacy.Spec("VI_" + router.id(), router, virtual, use, owner, events::add));
            uses.put(candidacy, use);
            return candidacy;
        } catch (RuntimeException e) {
            use.close();
            throw e;
        }
    }

    private Candidacy open(SimHost host, int id) {
        return open(host, router(100).id(id).build(), "10.77.1." + id);
    }

    /** As a group is closed: what was opened through its use of the machine ends with it. */
    private void stop(Candidacy candidacy) {
        SimUse use = requireNonNull(uses.remove(candidacy), "stopped twice");
        candidacy.stop(use::close);
    }

    @Test
    void theProviderIsFoundAsAService() {
        assertThat(ServiceLoader.load(ElectionProvider.class))
                .singleElement()
                .isInstanceOf(VrrpElectionProvider.class)
                .matches(it -> it.supports(router(100).build()));
    }

    @Test
    void theLeaseIsThreeIntervals() {
        assertThat(provider.lease(router(100).build())).isEqualTo(Duration.ofMillis(300));
        assertThat(provider.lease(
                        router(100).version(2).advertisementInterval(SECOND).build()))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void manyVirtualRoutersShareOneSocketAndEachHearsItsOwn() {
        SimHost one = cluster.host(1);
        SimHost other = cluster.host(2);
        List<Candidacy> mine = new ArrayList<>();
        for (int id = 1; id <= 255; id++) {
            mine.add(open(one, id));
            open(other, router(id % 2 == 0 ? 50 : 150).id(id).build(), "10.77.1." + id)
                    .start();
        }
        mine.forEach(Candidacy::start);
        cluster.run(SECOND);

        assertThat(cluster.lan().attached()).isEqualTo(2);
        for (int id = 1; id <= 255; id++) {
            GroupSnapshot snapshot = mine.get(id - 1).snapshot();
            assertThat(snapshot.state()).isEqualTo(id % 2 == 0 ? GroupState.ACTIVE : GroupState.BACKUP);
            assertThat(snapshot.counters()).containsEntry("vrIdErrors", 0L);
        }

        mine.forEach(this::stop);
        cluster.run(SECOND);
        assertThat(cluster.lan().attached()).isEqualTo(1);
        assertThat(one.watchers()).isZero();
    }

    @Test
    void theOthersGoOnWhenTheGroupThatOpenedTheSocketLeaves() {
        SimHost host = cluster.host(1);
        Candidacy first = open(host, 1);
        Candidacy second = open(host, 2);
        Candidacy peer = open(cluster.host(2), router(150).id(2).build(), "10.77.1.2");
        List.of(first, second, peer).forEach(Candidacy::start);
        cluster.run(SECOND);

        stop(first);
        cluster.run(SECOND);
        assertThat(second.snapshot().state()).isEqualTo(GroupState.BACKUP); // hears the peer
        stop(peer);
        cluster.run(SECOND);
        assertThat(second.snapshot().state()).isEqualTo(GroupState.ACTIVE); // is heard, and heard the peer leave
        assertThat(second.snapshot().counters()).containsEntry("rcvdPriZeroPackets", 1L);
        host.linkUp(false);
        cluster.run(SECOND);
        assertThat(second.snapshot().state()).isEqualTo(GroupState.FAULT); // watches the link
    }

    @Test
    void ifTheirSocketCannotBeOpenedThenItIsTriedAgain() {
        SimHost host = cluster.host(1);
        Candidacy first = open(host, 1);
        Candidacy second = open(host, 2);
        List.of(first, second).forEach(Candidacy::start);
        cluster.run(SECOND);

        host.refuseToOpen(true);
        stop(first);
        cluster.run(SECOND);
        assertThat(second.snapshot().state()).isEqualTo(GroupState.FAULT);
        assertThat(second.snapshot().addressesHeld()).isFalse();
        assertThat(cluster.lan().attached()).isZero();

        host.refuseToOpen(false);
        cluster.run(Duration.ofSeconds(3));
        assertThat(second.snapshot().state()).isEqualTo(GroupState.ACTIVE);
    }

    @Test
    void routersWithDifferentSourceAddressesHaveASocketEachAndListenToOneOnly() {
        SimHost host = cluster.host(1);
        host.addresses(address(1), address(11));
        Candidacy primary = open(host, 1);
        Candidacy named =
                open(host, router(100).id(2).sourceAddress(address(11)).build(), "10.77.1.2");
        Candidacy peer = open(cluster.host(2), router(150).id(1).build(), "10.77.1.1");
        List.of(primary, named, peer).forEach(Candidacy::start);
        cluster.run(SECOND);

        assertThat(cluster.lan().attached()).isEqualTo(3);
        assertThat(primary.snapshot().localAddress()).isEqualTo("10.77.0.1");
        assertThat(named.snapshot().localAddress()).isEqualTo("10.77.0.11");
        assertThat(primary.snapshot().counters().get("rcvdAdvertisements"))
                .isEqualTo(peer.snapshot().counters().get("sentAdvertisements"));
        assertThat(named.snapshot().counters()).containsEntry("vrIdErrors", 0L); // 1 is ours, by the other socket
    }

    @Test
    void anIdIsTakenOncePerInterface() {
        SimHost host = cluster.host(1);
        Candidacy first = open(host, 7);

        assertThatThrownBy(() -> open(host, 7))
                .isInstanceOf(HaException.class)
                .hasMessage("virtual router id 7 on eth0 is in use by the group VI_7 of this process");

        stop(first);
        cluster.run(SECOND);
        open(host, 7).start();
        assertThat(cluster.lan().attached()).isEqualTo(1);
    }

    @Test
    void whatCannotWorkIsRefusedAndNothingStaysOpen() {
        SimHost host = cluster.host(1);
        assertThatThrownBy(() -> open(host, VirtualRouter.on("eth9").id(1).build(), "10.77.1.1"))
                .isInstanceOf(HaException.class)
                .hasMessageContaining("eth9");
        assertThatThrownBy(
                        () -> open(host, router(100).sourceAddress(address(99)).build(), "10.77.1.1"))
                .isInstanceOf(HaException.class)
                .hasMessage("the source address 10.77.0.99 is not on eth0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(host, router(100).build(), "10.77.1.1", "2001:db8::1"))
                .withMessageContaining("must be of one family")
                .withMessageContaining("2001:db8::1/128");
        host.refuseToOpen(true);
        assertThatThrownBy(() -> open(host, 1)).isInstanceOf(HaException.class).hasMessage("socket: EMFILE");
        host.refuseToOpen(false);
        host.addresses();
        cluster.run(SECOND);
        assertThatThrownBy(() -> open(host, 1))
                .isInstanceOf(HaException.class)
                .hasMessage("eth0 has no IPv4 address to advertise from");

        assertThat(cluster.lan().attached()).isZero();
        assertThat(host.watchers()).isZero();
    }

    @Test
    void foreignAndMalformedPacketsAreCountedAndChangeNothing() {
        SimNode node = cluster.start(1, router(100).build());
        cluster.run(SECOND);
        int changes = node.events(GroupEvent.StateChanged.class).size();

        inject("31 34 c8 01 0064 10d7 0a4d0064", 255); // virtual router 52
        inject("31 34 c8 01 0064 10d7 0a4d0064", 255);
        inject("31 34 c8 01 0064 ffff 0a4d0064", 255); // 52, and damaged
        inject("31", 255); // too short to say of which virtual router it is
        inject("", 255);
        inject("31 33 c8 01 0064 10d8 0a4d0064", 64); // ours, but it came over a router
        inject("41 33 c8 01 0064 10d8 0a4d0064", 255);
        cluster.run(SECOND);

        assertThat(node.counter("vrIdErrors")).isEqualTo(2);
        assertThat(node.counter("checksumErrors")).isEqualTo(1);
        assertThat(node.counter("packetLengthErrors")).isEqualTo(2);
        assertThat(node.counter("ipTtlErrors")).isEqualTo(1);
        assertThat(node.counter("versionErrors")).isEqualTo(1);
        assertThat(node.counter("rcvdAdvertisements")).isZero();
        assertThat(node.isActive()).isTrue();
        assertThat(node.events(GroupEvent.StateChanged.class)).hasSize(changes);
        assertThat(node.events(GroupEvent.AdvertisementRejected.class))
                .extracting(GroupEvent.AdvertisementRejected::counter)
                .containsExactly("checksumErrors", "packetLengthErrors", "ipTtlErrors");
        assertThat(node.events(GroupEvent.MismatchHeard.class))
                .extracting(event -> event.mismatch().kind())
                .containsExactly(Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER, Mismatch.Kind.VERSION);
        assertThat(node.snapshot().mismatches())
                .extracting(Mismatch::kind)
                .containsExactlyInAnyOrder(Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER, Mismatch.Kind.VERSION);
    }

    private void inject(String packet, int hopLimit) {
        cluster.lan().inject(HexFormat.of().parseHex(packet.replace(" ", "")), address(2), hopLimit);
    }

    @Test
    void itsOwnAdvertisementsComingBackAreNoContention() {
        SimNode node = cluster.start(1, router(150).build());
        cluster.run(SECOND);
        long sent = node.counter("sentAdvertisements");

        byte[] own = HexFormat.of().parseHex("31339601000a43330a4d0064");
        cluster.lan().inject(own, address(1), 255);
        cluster.run(Duration.ofMillis(1));

        assertThat(node.counter("rcvdAdvertisements")).isZero();
        assertThat(node.counter("sentAdvertisements")).isEqualTo(sent);
        assertThat(node.events(GroupEvent.AdvertisementRejected.class)).isEmpty();
    }

    @Test
    void aLinkThatFlapsReleasesAndListensAgainOnANewSocket() {
        SimNode high = cluster.start(1, router(150).build());
        SimNode low = cluster.start(2, router(100).build());
        cluster.run(SECOND);

        high.host().linkUp(false);
        cluster.run(Duration.ofMillis(1));
        assertThat(high.state()).isEqualTo(GroupState.FAULT);
        assertThat(high.owner().held()).isFalse();
        assertThat(cluster.lan().attached()).isEqualTo(1);
        assertThat(high.lastChange().reason()).isEqualTo(Reason.LINK_DOWN);
        assertThat(high.lastChange().detail()).isEqualTo("eth0 is down");
        assertThat(high.counter("sentPriZeroPackets")).isZero();

        cluster.run(SECOND);
        assertThat(low.isActive()).isTrue();
        high.host().linkUp(true);
        cluster.run(Duration.ofMillis(1));
        assertThat(high.state()).isEqualTo(GroupState.BACKUP);
        assertThat(cluster.lan().attached()).isEqualTo(2);

        cluster.run(SECOND);
        assertThat(cluster.actives()).containsExactly(high);
    }

    @Test
    void aLinkThatIsDownAtTheStartIsAFaultAndNotAnError() {
        SimHost host = cluster.host(1);
        host.linkUp(false);
        host.addresses();
        SimNode node = cluster.start(host, router(150).build());
        cluster.run(SECOND);
        assertThat(node.state()).isEqualTo(GroupState.FAULT);
        assertThat(node.snapshot().localAddress()).isNull();

        host.linkUp(true); // as yet without an address
        cluster.run(Duration.ofSeconds(5));
        assertThat(node.state()).isEqualTo(GroupState.FAULT);
        assertThat(node.snapshot().reason()).isEqualTo("eth0 has no IPv4 address to advertise from");

        host.addresses(address(1));
        cluster.run(SECOND);
        assertThat(node.isActive()).isTrue();
    }

    @Test
    void aSocketThatCannotBeReopenedIsTriedAgain() {
        SimNode node = cluster.start(1, router(150).build());
        cluster.run(SECOND);
        node.host().linkUp(false);
        cluster.run(SECOND);
        node.host().refuseToOpen(true);
        node.host().linkUp(true);
        cluster.run(Duration.ofSeconds(5));
        assertThat(node.state()).isEqualTo(GroupState.FAULT);
        assertThat(node.snapshot().reason()).isEqualTo("socket: EMFILE");

        node.host().refuseToOpen(false);
        cluster.run(Duration.ofSeconds(2));
        assertThat(node.isActive()).isTrue();
    }

    @Test
    void aNewPrimaryAddressIsUsedFromThenOnWithoutALossOfState() {
        SimNode node = cluster.start(1, router(150).build());
        SimNode backup = cluster.start(2, router(100).build());
        cluster.run(SECOND);

        node.host().addresses(address(5));
        cluster.run(SECOND);

        assertThat(cluster.actives()).containsExactly(node);
        assertThat(node.counter("masterTransitions")).isEqualTo(1);
        assertThat(node.snapshot().localAddress()).isEqualTo("10.77.0.5");
        assertThat(backup.snapshot().active())
                .isNotNull()
                .satisfies(it -> assertThat(it.address()).isEqualTo(address(5)));
        assertThat(backup.counter("checksumErrors")).isZero(); // it was packed anew for this source
    }

    @Test
    void anAdvertisementThatCannotBeSentIsReportedOnceAndRenewsNoLease() {
        SimNode node = cluster.start(1, router(150).build());
        cluster.run(SECOND);
        long sent = node.counter("sentAdvertisements");
        node.host().refuseToSend(true);
        cluster.run(SECOND);

        assertThat(node.isActive()).isTrue();
        assertThat(node.counter("sentAdvertisements")).isEqualTo(sent);
        assertThat(node.events(GroupEvent.AdvertisementFailed.class)).hasSize(1);
        assertThat(cluster.answering()).isEmpty(); // by the lease, before a successor speaks

        node.host().refuseToSend(false);
        cluster.run(SECOND);
        assertThat(cluster.answering()).containsExactly(node);
    }

    @Test
    void addressesThatAreRefusedAreTriedAgainAndTheElectionGoesOn() {
        SimHost host = cluster.host(1);
        host.refuseAddresses(true);
        SimNode node = cluster.start(host, router(150).build());
        cluster.run(SECOND);
        assertThat(node.isActive()).isTrue();
        assertThat(node.events(GroupEvent.AddressFailed.class)).hasSize(1);
        assertThat(node.events(GroupEvent.AddressesTaken.class)).isEmpty();

        host.refuseAddresses(false);
        cluster.run(SECOND);
        assertThat(node.events(GroupEvent.AddressesTaken.class)).hasSize(1);
        assertThat(node.owner().calls()).containsExactly("take", "announce", "announce");

        host.refuseAddresses(true);
        node.candidacy().fail("disk: full");
        assertThat(node.state()).isEqualTo(GroupState.FAULT);
        assertThat(node.events(GroupEvent.AddressesReleased.class)).isEmpty();
    }

    @Test
    void theSnapshotTellsTheStory() {
        SimHost host = cluster.host(1);
        Candidacy candidacy = open(host, router(150).build(), "10.77.0.100/24");
        assertThat(candidacy.snapshot().state()).isEqualTo(GroupState.INITIALIZE);
        assertThat(candidacy.snapshot().localAddress()).isEqualTo("10.77.0.1");

        candidacy.start();
        cluster.run(SECOND);
        GroupSnapshot snapshot = candidacy.snapshot();

        assertThat(snapshot.name()).isEqualTo("VI_51");
        assertThat(snapshot.state()).isEqualTo(GroupState.ACTIVE);
        assertThat(snapshot.reason()).isEqualTo("no advertisement for 341 ms");
        assertThat(snapshot.addressesHeld()).isTrue();
        assertThat(snapshot.active()).isNull();
        assertThat(snapshot.counters().keySet())
                .containsExactly(
                        "masterTransitions",
                        "newMasterReason",
                        "sentAdvertisements",
                        "rcvdAdvertisements",
                        "sentPriZeroPackets",
                        "rcvdPriZeroPackets",
                        "ipTtlErrors",
                        "versionErrors",
                        "rcvdInvalidTypePackets",
                        "packetLengthErrors",
                        "checksumErrors",
                        "vrIdErrors",
                        "invalidAuthType",
                        "authTypeMismatch",
                        "authFailures",
                        "advIntervalErrors",
                        "addressListErrors",
                        "unicastErrors",
                        "duplicateOwners",
                        "rcvdPseudoHeaderChecksums",
                        "rcvdMessageOnlyChecksums");
        assertThat(events)
                .extracting(it -> it.getClass().getSimpleName())
                .containsExactly("StateChanged", "StateChanged", "AddressesTaken");

        stop(candidacy);
        cluster.run(SECOND);
        assertThat(candidacy.snapshot().state()).isEqualTo(GroupState.INITIALIZE);
        assertThat(candidacy.snapshot().addressesHeld()).isFalse();
        assertThat(events)
                .extracting(it -> it.getClass().getSimpleName())
                .containsExactly(
                        "StateChanged",
                        "StateChanged",
                        "AddressesTaken",
                        "PriorityZeroSent",
                        "StateChanged",
                        "AddressesReleased");
    }

    @Test
    void aCandidacyThatWasStoppedBeforeItsStartNeverStarts() {
        Candidacy candidacy = open(cluster.host(1), 1);
        stop(candidacy);
        candidacy.start();
        cluster.run(SECOND);

        assertThat(candidacy.snapshot().state()).isEqualTo(GroupState.INITIALIZE);
        assertThat(events).isEmpty();
        assertThat(cluster.lan().attached()).isZero();
    }
}
