package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.BackendState;
import io.ha4j.BalancerEvent;
import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupState;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.Protocol;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The expected lines are from a run of keepalived 2.2.7, two nodes in namespaces, with -D. */
class KeepalivedLogTest {
    private static final Instant AT = Instant.EPOCH;
    private static final VrrpInstance INSTANCE = new VrrpInstance(
            1,
            "VI_1",
            VirtualRouter.on("eth0").id(51).priority(100).build(),
            List.of(
                    VirtualAddress.of("10.77.0.100/24"),
                    VirtualAddress.of("10.77.0.101").on("eth1")));
    private static final InetSocketAddress SERVER = new InetSocketAddress("10.77.0.100", 80);
    private static final InetSocketAddress BACKEND = new InetSocketAddress("10.77.0.11", 8080);

    private final Peer peer = new Peer(address("10.77.0.1"), 3, 150, Duration.ofSeconds(1));

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(GroupEvent event) {
        return KeepalivedLog.lines(INSTANCE, event).stream()
                .map(KeepalivedLog.Line::text)
                .toList();
    }

    private static List<String> lines(BalancerEvent event) {
        return KeepalivedLog.lines(new VirtualServer.Service(Protocol.TCP, SERVER), event).stream()
                .map(KeepalivedLog.Line::text)
                .toList();
    }

    private static List<String> change(GroupState from, GroupState to, Reason reason, @Nullable Peer peer) {
        return lines(new GroupEvent.StateChanged("VI_1", AT, from, to, reason, peer, "why"));
    }

    @Test
    void start() {
        assertThat(change(GroupState.INITIALIZE, GroupState.BACKUP, Reason.STARTED, null))
                .containsExactly("(VI_1) Entering BACKUP STATE (init)");
        assertThat(change(GroupState.INITIALIZE, GroupState.FAULT, Reason.LINK_DOWN, null))
                .containsExactly("(VI_1) Entering FAULT STATE (init)", "(VI_1) why");
    }

    @Test
    void anOwnerStartsWithoutATimeout() {
        assertThat(change(GroupState.INITIALIZE, GroupState.ACTIVE, Reason.STARTED, null))
                .containsExactly("(VI_1) Entering MASTER STATE");
    }

    @Test
    void aLateWakeUpIsTold() {
        assertThat(change(GroupState.ACTIVE, GroupState.BACKUP, Reason.LATE_WAKE_UP, null))
                .containsExactly("(VI_1) Master was why", "(VI_1) Entering BACKUP STATE");
    }

    @Test
    void takeOver() {
        assertThat(change(GroupState.BACKUP, GroupState.ACTIVE, Reason.NO_ADVERTISEMENT, null))
                .containsExactly("(VI_1) Receive advertisement timeout", "(VI_1) Entering MASTER STATE");
        assertThat(change(GroupState.BACKUP, GroupState.ACTIVE, Reason.PREEMPTED_PEER, peer))
                .containsExactly(
                        "(VI_1) received lower priority (150) advert from 10.77.0.1 - discarding",
                        "(VI_1) Receive advertisement timeout",
                        "(VI_1) Entering MASTER STATE");
        assertThat(lines(new GroupEvent.PriorityZeroReceived("VI_1", AT, address("10.77.0.1"))))
                .containsExactly("(VI_1) Backup received priority 0 advertisement");
        assertThat(lines(new GroupEvent.AddressesTaken("VI_1", AT, INSTANCE.addresses())))
                .containsExactly(
                        "(VI_1) setting VIPs.",
                        "(VI_1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.100",
                        "(VI_1) Sending/queueing gratuitous ARPs on eth1 for 10.77.0.101");
    }

    @Test
    void handOver() {
        assertThat(change(GroupState.ACTIVE, GroupState.BACKUP, Reason.HIGHER_PRIORITY, peer))
                .containsExactly(
                        "(VI_1) Master received advert from 10.77.0.1 with higher priority 150, ours 100",
                        "(VI_1) Entering BACKUP STATE");
        assertThat(change(GroupState.ACTIVE, GroupState.BACKUP, Reason.HIGHER_ADDRESS, peer))
                .containsExactly(
                        "(VI_1) Master received advert from 10.77.0.1 with same priority 150 but higher IP address than ours",
                        "(VI_1) Entering BACKUP STATE");
        assertThat(lines(new GroupEvent.PriorityZeroSent("VI_1", AT))).containsExactly("(VI_1) sent 0 priority");
        assertThat(lines(new GroupEvent.AddressesReleased("VI_1", AT, INSTANCE.addresses())))
                .containsExactly("(VI_1) removing VIPs.");
    }

    @Test
    void faults() {
        assertThat(change(GroupState.ACTIVE, GroupState.FAULT, Reason.LINK_DOWN, null))
                .containsExactly("(VI_1) Entering FAULT STATE", "(VI_1) why");
        assertThat(change(GroupState.FAULT, GroupState.BACKUP, Reason.LINK_UP, null))
                .containsExactly("(VI_1) Entering BACKUP STATE");
    }

    @Test
    void adverts() {
        assertThat(lines(new GroupEvent.LowerPriorityHeard("VI_1", AT, peer)))
                .containsExactly(
                        "(VI_1) Received advert from 10.77.0.1 with lower priority 150, ours 100, forcing new election");
        assertThat(lines(new GroupEvent.AdvertisementRejected(
                        "VI_1", AT, address("10.77.0.1"), "checksumErrors", "checksum 0x1 is not 0x2")))
                .containsExactly("(VI_1) advert from 10.77.0.1 rejected: checksum 0x1 is not 0x2 (checksumErrors)");
        assertThat(lines(new GroupEvent.MismatchHeard(
                        "VI_1",
                        AT,
                        new Mismatch(Mismatch.Kind.VERSION, address("10.77.0.1"), "must be 3, but was 2", AT, AT, 1))))
                .containsExactly("(VI_1) advert from 10.77.0.1, version: must be 3, but was 2");
    }

    @Test
    void checks() {
        assertThat(backend(BackendState.UP, BackendState.DOWN, "connect to 10.77.0.11:8080: ECONNREFUSED"))
                .containsExactly(
                        "TCP connection to [10.77.0.11]:tcp:8080 failed.",
                        "Removing service [10.77.0.11]:tcp:8080 from VS [10.77.0.100]:tcp:80");
        assertThat(backend(BackendState.UP, BackendState.DOWN, "connect to 10.77.0.11:8080: no answer within 1000 ms"))
                .startsWith("TCP connection to [10.77.0.11]:tcp:8080 timeout.");
        assertThat(backend(BackendState.UP, BackendState.DOWN, "GET /: status 500, but expected 200-299"))
                .startsWith("Check of [10.77.0.11]:tcp:8080 failed: GET /: status 500, but expected 200-299");
        assertThat(backend(BackendState.DOWN, BackendState.UP, "GET /: status 200"))
                .startsWith("Check of [10.77.0.11]:tcp:8080 success: GET /: status 200");
        assertThat(backend(BackendState.DOWN, BackendState.UP, "connected"))
                .containsExactly(
                        "TCP connection to [10.77.0.11]:tcp:8080 success.",
                        "Adding service [10.77.0.11]:tcp:8080 to VS [10.77.0.100]:tcp:80");
    }

    @Test
    void drains() {
        assertThat(backend(BackendState.UP, BackendState.DRAINING, ""))
                .containsExactly("Disabling service [10.77.0.11]:tcp:8080 from VS [10.77.0.100]:tcp:80");
        assertThat(backend(BackendState.DRAINING, BackendState.UP, ""))
                .containsExactly("Enabling service [10.77.0.11]:tcp:8080 to VS [10.77.0.100]:tcp:80");
    }

    private static List<String> backend(BackendState from, BackendState to, String detail) {
        return lines(new BalancerEvent.BackendChanged("b", AT, BACKEND, from, to, detail));
    }
}
