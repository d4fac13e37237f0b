package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import io.ha4j.GroupState;
import io.ha4j.spi.ElectionProvider;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Plays a {@link Script}: the real engine on machines, segments and a clock that are simulated. */
final class Simulation {
    private final Script script;
    private final VirtualTime time = new VirtualTime();
    private final Network network;
    private final List<Lan> lans = new ArrayList<>();
    private final List<Cohort> cohorts = new ArrayList<>();
    private final List<Computer> computers = new ArrayList<>();
    private final List<Map<Fault.Kind, Integer>> down = new ArrayList<>(); // by host: what keeps it from running
    private final Oracle oracle;
    private final Coverage coverage;
    private final @Nullable Timeline timeline;

    private Simulation(
            Script script, Supplier<ElectionProvider> engine, Coverage coverage, @Nullable Timeline timeline) {
        this.script = script;
        this.coverage = coverage;
        this.timeline = timeline;
        network = new Network(time, script);
        for (int segment = 0; segment < script.segments(); segment++) {
            lans.add(network.lan(segment, tap(segment)));
        }
        for (int host = 0; host < script.machines().size(); host++) {
            Script.Lease lease = script.machines().get(host).lease();
            computers.add(new Computer(host, lease, time, network, lans, engine, this::onEvent));
            down.add(new EnumMap<>(Fault.Kind.class));
        }
        for (Script.Group group : script.groups()) {
            Cohort cohort = new Cohort(group, script.maxDelayNs());
            cohort.members.forEach(
                    member -> computers.get(member.host()).members.add(member));
            cohorts.add(cohort);
        }
        oracle = new Oracle(time, network, script, cohorts, coverage);
    }

    /** The first rule that was broken, or null. */
    static @Nullable Violation play(Script script, Supplier<ElectionProvider> engine, Coverage coverage) {
        return new Simulation(script, engine, coverage, null).play();
    }

    /** The same, with everything that happens written down. */
    static @Nullable Violation play(Script script, Supplier<ElectionProvider> engine, Timeline timeline) {
        return new Simulation(script, engine, new Coverage(), timeline).play();
    }

    private @Nullable Violation play() {
        for (int host = 0; host < computers.size(); host++) {
            Computer computer = computers.get(host);
            if (!computer.members.isEmpty()) {
                coverage.nodes++;
                time.at(script.machines().get(host).startNs(), () -> start(computer, 0));
            }
        }
        for (Fault fault : script.faults()) {
            if (fault.host() < 0 || !computers.get(fault.host()).members.isEmpty()) {
                time.at(fault.atNs(), () -> begin(fault));
                time.at(fault.endNs(), () -> end(fault));
            }
        }
        time.afterEachTask(() -> coverage.tasks++);
        try {
            time.runUntil(() -> oracle.violation() != null, Duration.ofNanos(script.endNs()));
        } catch (RuntimeException e) {
            oracle.violated("nothing is thrown", time.nowNs(), e + " at " + e.getStackTrace()[0]);
        }
        coverage.scenarios++;
        lans.forEach(lan -> coverage.packets += lan.sent());
        return oracle.violation();
    }

    private Lan.Tap tap(int segment) {
        return new Lan.Tap() {
            @Override
            public void sent(SimHost from, byte[] payload) {
                oracle.sent(segment, from.number(), payload);
                if (timeline != null) {
                    timeline.sent(time.nowNs(), from.name(), Heard.of(payload));
                }
            }

            @Override
            public void read(SimHost by, byte[] payload, InetAddress source) {
                oracle.read(segment, by.number(), payload, source);
            }
        };
    }

    private void onEvent(Member member, GroupEvent event) {
        if (event instanceof GroupEvent.StateChanged change) {
            if (change.to() == GroupState.ACTIVE) {
                coverage.takeovers++;
            } else if (change.from() == GroupState.ACTIVE && change.to() == GroupState.BACKUP) {
                coverage.contentions++;
            }
            log(member.name() + ", group " + member.id + ": " + change.from() + " -> " + change.to() + ": "
                    + change.detail());
            oracle.changed(member, change);
        }
    }

    private void log(String line) {
        if (timeline != null) {
            timeline.add(time.nowNs(), line);
        }
    }

    private void start(Computer computer, int priority) {
        if (computer.loop() == null && !computer.members.isEmpty()) {
            disturb(computer);
            log("node" + (computers.indexOf(computer) + 1) + " starts");
            computer.start(priority);
        }
    }

    private void begin(Fault fault) {
        log("*** " + fault);
        disturb(fault);
        coverage.faults.merge(fault.kind(), 1L, Long::sum);
        if (fault.kind() == Fault.Kind.RESET) {
            lans.get(fault.place()).streams().resetAll();
            return;
        }
        if (fault.host() < 0) {
            network.apply(fault, true);
            return;
        }
        Computer computer = computers.get(fault.host());
        SimLoop loop = computer.loop();
        switch (fault.kind()) {
            case CRASH -> {
                count(fault, 1);
                computer.kill();
            }
            case STOP -> {
                count(fault, 1);
                cohorts.forEach(cohort -> cohort.members.stream()
                        .filter(member -> member.host() == fault.host() && !member.stopping)
                        .forEach(member -> oracle.stops(cohort, member)));
                computer.stop();
            }
            case FREEZE -> {
                count(fault, 1);
                if (loop != null) {
                    loop.freeze();
                }
            }
            case SUSPEND -> {
                count(fault, 1);
                if (loop != null && !loop.isSuspended()) {
                    loop.suspend();
                    computer.members.forEach(member -> member.wasSuspended = true);
                }
            }
            case CHECK_FAILS -> check(computer, fault, 1);
            case PRIORITY -> prioritise(computer, fault, true);
            default -> rewire(computer, fault, true);
        }
    }

    private void end(Fault fault) {
        if (fault.kind() == Fault.Kind.RESET) {
            return;
        }
        log("*** over: " + fault);
        disturb(fault);
        if (fault.host() < 0) {
            long lastArrivalNs = time.nowNs() + network.maxDelayNs(fault.place()); // of what is sent before it ends
            network.apply(fault, false);
            if (fault.kind() == Fault.Kind.DELAY) {
                time.at(lastArrivalNs, () -> {
                    disturb(fault);
                    network.settled(fault);
                });
            }
            return;
        }
        Computer computer = computers.get(fault.host());
        SimLoop loop = computer.loop();
        switch (fault.kind()) {
            case CRASH, STOP -> {
                if (count(fault, -1) == 0 && isUp(fault.host())) {
                    computer.kill(); // if it is still stopping
                    start(computer, (int) fault.amount());
                }
            }
            case FREEZE -> {
                if (count(fault, -1) == 0 && loop != null && loop.isFrozen()) {
                    loop.thaw(fault.amount() != 0);
                    awake(computer, loop);
                }
            }
            case SUSPEND -> {
                if (count(fault, -1) == 0 && loop != null && loop.isSuspended()) {
                    boolean clockRan = fault.amount() != 0;
                    long suspendedNs = loop.resume(clockRan);
                    computer.members.forEach(member -> member.wasSuspendedFor(suspendedNs, time.nowNs(), clockRan));
                    awake(computer, loop);
                }
            }
            case CHECK_FAILS -> check(computer, fault, -1);
            case PRIORITY -> prioritise(computer, fault, false);
            default -> rewire(computer, fault, false);
        }
    }

    /** How many faults of this kind its host has now. */
    private int count(Fault fault, int step) {
        return down.get(fault.host()).merge(fault.kind(), step, Integer::sum);
    }

    private boolean isUp(int host) {
        Map<Fault.Kind, Integer> it = down.get(host);
        return it.getOrDefault(Fault.Kind.CRASH, 0) + it.getOrDefault(Fault.Kind.STOP, 0) == 0;
    }

    private void awake(Computer computer, SimLoop loop) {
        if (loop.runs()) {
            computer.members.forEach(member -> member.awayNs = loop.awayNs());
            computer.members.forEach(oracle::awoke);
        }
    }

    private void check(Computer computer, Fault fault, int step) {
        for (Member member : cohorts.get(fault.place()).members) {
            if (member.host() == fault.host()) {
                member.failing += step;
                if (member.failing == (step > 0 ? 1 : 0)) {
                    computer.check(member, step > 0);
                }
            }
        }
    }

    private void prioritise(Computer computer, Fault fault, boolean begins) {
        for (Member member : cohorts.get(fault.place()).members) {
            if (member.host() == fault.host() && !member.seat.isOwner()) {
                computer.prioritise(
                        member,
                        begins ? (int) fault.amount() : member.basePriority,
                        priority -> oracle.priorityChanged(member, priority));
            }
        }
    }

    private void rewire(Computer computer, Fault fault, boolean begins) {
        network.apply(fault, begins);
        computer.rewire(fault.place());
        if (fault.kind() == Fault.Kind.SEND_REFUSED && !begins) {
            computer.members.forEach(member -> member.sendsSinceNs = time.nowNs());
        }
    }

    private void disturb(Fault fault) {
        if (fault.host() >= 0) {
            disturb(computers.get(fault.host()));
        } else if (fault.kind() != Fault.Kind.DUPLICATION
                && fault.kind() != Fault.Kind.RESET) { // which must not matter at all
            cohorts.stream()
                    .filter(cohort -> cohort.group.segment() == fault.place())
                    .forEach(cohort -> cohort.disturb(time.nowNs()));
        }
    }

    private void disturb(Computer computer) {
        cohorts.stream()
                .filter(cohort -> cohort.members.stream().anyMatch(computer.members::contains))
                .forEach(cohort -> cohort.disturb(time.nowNs()));
    }
}
