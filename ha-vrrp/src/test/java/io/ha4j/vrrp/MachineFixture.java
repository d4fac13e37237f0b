package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.GroupEvent.Reason;
import io.ha4j.Peer;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A state machine with its ports recorded and its clock in the hands of the test. Priority 100, interval 1 s. */
abstract class MachineFixture {
    static final InetAddress LOCAL = ip("10.77.0.5");
    static final long MS = 1_000_000;
    static final long SKEW_NS = 609_375_000;
    static final long DOWN_NS = 3_000 * MS + SKEW_NS;
    static final long START_NS = Long.MAX_VALUE - 1_000 * MS; // a clock may overflow

    /** What went out through the ports, in its order; emptied by each look. */
    final List<String> effects = new ArrayList<>();

    long nowNs = START_NS;

    @Nullable
    Long armedNs;

    boolean sendFails;
    boolean prepares; // before it takes the addresses

    final VrrpStateMachine machine = machine(3, true);

    VrrpStateMachine machine(int version, boolean preempt) {
        return machine(VirtualRouter.on("eth0").id(51).version(version).preempt(preempt));
    }

    VrrpStateMachine machine(VirtualRouter.Builder router) {
        AddressesPort addresses = new AddressesPort() {
            @Override
            public boolean prepare() {
                if (prepares) {
                    effects.add("prepare");
                }
                return !prepares;
            }

            @Override
            public void take() {
                effects.add("take");
            }

            @Override
            public void renew() {
                effects.add("renew");
            }

            @Override
            public void announce() {
                effects.add("announce");
            }

            @Override
            public void release() {
                effects.add("release");
            }
        };
        EventLoop.Timer timer = new EventLoop.Timer() {
            @Override
            public void arm(long deadlineNanos) {
                armedNs = deadlineNanos;
            }

            @Override
            public void cancel() {
                armedNs = null;
            }
        };
        VrrpStateMachine.Observer observer = new VrrpStateMachine.Observer() {
            @Override
            public void stateChanged(State from, State to, Reason reason, @Nullable Peer peer, String detail) {
                effects.add(from + ">" + to + " " + reason);
            }

            @Override
            public void priorityZeroHeard(Peer peer) {
                effects.add("heard 0");
            }

            @Override
            public void wokeLate(long lateNs) {
                effects.add("late by " + lateNs / MS + " ms");
            }

            @Override
            public void lowerPriorityHeard(Peer peer) {
                effects.add("heard lower");
            }
        };
        return new VrrpStateMachine(router.build(), this::send, addresses, timer, observer);
    }

    private boolean send(int priority) {
        effects.add("send " + priority);
        return !sendFails;
    }

    List<String> effects() {
        List<String> seen = List.copyOf(effects);
        effects.clear();
        return seen;
    }

    VrrpStateMachine backup(VrrpStateMachine machine) {
        machine.linkUp(LOCAL, nowNs);
        machine.start(nowNs);
        assertThat(machine.state()).isEqualTo(State.BACKUP);
        effects.clear();
        return machine;
    }

    VrrpStateMachine active(VrrpStateMachine machine) {
        backup(machine);
        expire(machine);
        assertThat(machine.state()).isEqualTo(State.ACTIVE);
        effects.clear();
        return machine;
    }

    VrrpStateMachine handingOver(VrrpStateMachine machine) {
        active(machine).stop(nowNs);
        assertThat(machine.state()).isEqualTo(State.HANDING_OVER);
        effects.clear();
        return machine;
    }

    /** Moves the clock to the deadline, which is then no longer armed. */
    void expire(VrrpStateMachine machine) {
        assertThat(armedNs).as("deadline").isNotNull();
        nowNs = armedNs;
        armedNs = null;
        machine.timerExpired(nowNs);
    }

    void assertArmedIn(long ns) {
        assertThat(armedNs).as("deadline").isNotNull();
        assertThat(armedNs - nowNs).isEqualTo(ns);
    }

    /** Of the next advertisement: not later, and at most 1/32 of an interval of 1 s earlier. */
    void assertAdvertisesIn(long ns) {
        assertThat(armedNs).as("deadline").isNotNull();
        assertThat(armedNs - nowNs).isGreaterThan(ns - 1000 * MS / 32).isLessThanOrEqualTo(ns);
    }

    static Peer peer(int priority) {
        return peer("10.77.0.1", priority, 1000);
    }

    static Peer peer(String address, int priority, long intervalMs) {
        return new Peer(ip(address), 3, priority, Duration.ofMillis(intervalMs));
    }
}
