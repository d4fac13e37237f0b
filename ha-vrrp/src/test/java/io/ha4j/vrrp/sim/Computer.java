package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Candidacy;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.vrrp.sim.Script.Seat;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A machine of a {@link Simulation}, and the process on it, if there is one: all groups in which it has a seat. */
final class Computer {
    /** Is told what the process says. */
    interface Listener {
        void onEvent(Member member, GroupEvent event);
    }

    private final int number;
    private final Script.Lease lease;
    private final VirtualTime time;
    private final Network network;
    private final List<Lan> lans;
    private final Supplier<ElectionProvider> engine;
    private final Listener listener;

    final List<Member> members = new ArrayList<>();
    private final Map<Integer, SimHost> ports = new TreeMap<>(); // of the present process, by segment
    private @Nullable SimLoop loop; // null while no process runs
    private int stopped; // of its groups

    Computer(
            int number,
            Script.Lease lease,
            VirtualTime time,
            Network network,
            List<Lan> lans,
            Supplier<ElectionProvider> engine,
            Listener listener) {
        this.number = number;
        this.lease = lease;
        this.time = time;
        this.network = network;
        this.lans = lans;
        this.engine = engine;
        this.listener = listener;
    }

    @Nullable
    SimLoop loop() {
        return loop;
    }

    /** @param priority in all groups; 0 to leave it as it is */
    void start(int priority) {
        SimLoop fresh = new SimLoop(time, (number + 1) * 0x5DEECE66D3B1A2CFL ^ time.nowNs()); // may well overflow
        loop = fresh;
        stopped = 0;
        ports.clear();
        ElectionProvider provider = engine.get();
        for (Member member : members) {
            if (priority > 0) {
                member.seat = member.seat.withPriority(priority);
            }
            member.basePriority = member.seat.priority();
            member.priorityNs = time.nowNs();
            member.listensUntilNs = time.nowNs() + member.seat.startupDelayNs();
            member.preemptsFromNs = 0;
            member.loop = fresh;
            member.stopping = false;
            member.runsSinceNs = time.nowNs();
            member.wasSuspended = false;
            member.mustListen = false;
            member.advertisedNs = Member.NOT;
            member.takenNs = Member.NOT;
            member.heard = null;
            open(member, provider, ports.computeIfAbsent(member.segment, it -> port(it, fresh)));
        }
    }

    private SimHost port(int segment, SimLoop loop) {
        SimHost port = new SimHost(
                number,
                "node" + (number + 1),
                "eth" + segment,
                lans.get(segment),
                time,
                loop,
                List.of(address(segment, number, false), address(segment, number, true)));
        port.linkUp(network.linkIsUp(segment, number));
        port.refuseToSend(network.refuses(segment, number));
        return port;
    }

    private static VirtualRouter router(Member member) {
        Seat seat = member.seat;
        VirtualRouter.Builder router = VirtualRouter.on("eth" + member.segment)
                .id(member.id)
                .version(seat.version())
                .priority(seat.priority())
                .advertisementInterval(Duration.ofNanos(seat.intervalNs()))
                .preempt(seat.preempt())
                .preemptDelay(Duration.ofNanos(seat.preemptDelayNs()))
                .startupDelay(Duration.ofNanos(seat.startupDelayNs()));
        if (member.group.unicast()) {
            router.unicastPeers(member.group.seats().stream()
                    .filter(other -> other.host() != seat.host())
                    .map(other -> address(member.segment, other.host(), member.group.ipv6()))
                    .toArray(InetAddress[]::new));
        }
        if (member.group.deathDetection()) {
            router.deathDetection(7112, "the secret of group " + member.id);
        }
        return router.build();
    }

    private void open(Member member, ElectionProvider provider, SimHost port) {
        VirtualRouter router = router(member);
        String virtual = member.group.ipv6()
                ? "fe80::1:" + member.id + "/64"
                : "10.77." + member.segment + "." + (100 + member.id) + "/24";
        List<VirtualAddress> addresses = List.of(VirtualAddress.of(virtual));
        // What an earlier process left behind goes: it is the new one's to adopt or remove.
        LeasedAddresses owner = new LeasedAddresses(
                time,
                lease,
                new AddressOwner.Spec(port.name(), router.interfaceName(), addresses, provider.lease(router)));
        member.addresses = owner;
        Candidacy candidacy = provider.open(new Candidacy.Spec(
                port.name(), router, addresses, port.use(), owner, event -> listener.onEvent(member, event)));
        member.candidacy = candidacy;
        if (member.failing > 0) {
            candidacy.fail("check");
        }
        candidacy.start();
    }

    /** SIGTERM. */
    void stop() {
        SimLoop process = loop;
        if (process != null) {
            for (Member member : members) {
                Candidacy candidacy = member.candidacy;
                if (candidacy != null && !member.stopping) {
                    process.execute(() -> {
                        if (member.stopping) {
                            return; // told twice while it did not run
                        }
                        member.stopping = true;
                        member.stopsSinceNs = time.nowNs();
                        candidacy.stop(() -> hasStopped(member, process));
                    });
                }
            }
        }
    }

    private void hasStopped(Member member, SimLoop process) {
        member.candidacy = null;
        stopped++;
        if (stopped == members.size() && loop == process) {
            loop = null;
        }
    }

    /** SIGKILL. */
    void kill() {
        if (loop == null) {
            return;
        }
        loop.crash();
        loop = null;
        ports.values().forEach(SimHost::crash);
        for (Member member : members) {
            member.candidacy = null;
            member.stopping = false;
            member.state = GroupState.INITIALIZE;
            if (member.addresses != null) {
                member.addresses.orphaned();
            }
        }
    }

    /** The link, or what the kernel says to senders, may have changed. */
    void rewire(int segment) {
        SimHost port = ports.get(segment);
        if (port != null && loop != null) {
            boolean up = network.linkIsUp(segment, number);
            if (port.linkIsUp() != up) {
                port.linkUp(up);
            }
            port.refuseToSend(network.refuses(segment, number));
        }
    }

    void check(Member member, boolean fails) {
        Candidacy candidacy = member.candidacy;
        if (candidacy != null && loop != null) {
            loop.execute(fails ? () -> candidacy.fail("check") : candidacy::recover);
        }
    }

    /** @param changed is told in the moment in which the process learns it */
    void prioritise(Member member, int priority, IntConsumer changed) {
        Candidacy candidacy = member.candidacy;
        if (candidacy != null && loop != null) {
            loop.execute(() -> {
                changed.accept(priority);
                candidacy.priority(priority);
            });
        }
    }

    /** Whose address it is, from 0. */
    static int host(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets[octets.length - 1] - 1;
    }

    private static InetAddress address(int segment, int host, boolean ipv6) {
        try {
            return ipv6
                    ? InetAddress.getByAddress(new byte[] {
                        (byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) segment, (byte) (host + 1)
                    })
                    : InetAddress.getByAddress(new byte[] {10, 77, (byte) segment, (byte) (host + 1)});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
