package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Group;
import io.ha4j.vrrp.sim.Script.Lease;
import io.ha4j.vrrp.sim.Script.Machine;
import io.ha4j.vrrp.sim.Script.Seat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Makes a script of a seed. */
final class ScriptWriter {
    private static final long MS = 1_000_000;
    private static final List<Fault.Kind> KINDS = Arrays.stream(Fault.Kind.values())
            .filter(kind -> kind != Fault.Kind.RESET)
            .toList();
    private static final int[] SIZES = {2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8};
    private static final long[] V3_INTERVALS_MS = {10, 20, 50, 100, 100, 250, 1000, 1000, 3330, 10_230};
    private static final long[] V2_INTERVALS_MS = {1000, 2000, 5000};
    private static final long DELAY_MAX_NS = 40 * MS; // there and back is less than the 100 ms that a hand-over grants

    private final long seed;
    private final Random random;
    private final Random deaths; // another one, so that scripts are what they were without it
    private final List<Machine> machines = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long shortestNs = Long.MAX_VALUE; // interval
    private long longestNs;
    private long longestDelayNs; // of a start or a preemption
    private long delayNs; // of a packet

    private ScriptWriter(long seed) {
        this.seed = seed;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        deaths = new Random(seed * 0xBF58476D1CE4E5B9L);
    }

    static Script write(long seed) {
        return new ScriptWriter(seed).write();
    }

    private Script write() {
        boolean version2 = random.nextInt(4) == 0;
        long intervalMs = pick(version2 ? V2_INTERVALS_MS : V3_INTERVALS_MS);
        int size = SIZES[random.nextInt(SIZES.length)];
        int segments = random.nextInt(4) == 0 ? 2 : 1;
        int count = segments + (random.nextInt(4) == 0 ? 1 : 0);
        for (int group = 0; group < count; group++) {
            boolean mayBe2 = intervalMs % 1000 == 0;
            boolean is2 = group == 0 ? version2 : mayBe2 && random.nextBoolean();
            groups.add(group(51 + group, group % segments, size, is2 ? 2 : 3, intervalMs));
        }
        delayNs = Math.min(DELAY_MAX_NS, pick(50_000, shortestNs / 100, shortestNs / 20, shortestNs / 5));
        long startsWithinNs = random.nextInt(3) == 0 ? 0 : 5 * longestNs;
        for (int host = 0; host < size; host++) {
            Lease lease = random.nextInt(3) == 0 ? Lease.LIFETIME : Lease.GUARD;
            machines.add(new Machine(lease, startsWithinNs == 0 ? 0 : random.nextLong(startsWithinNs)));
        }
        long endNs = writeFaults(startsWithinNs, size, segments);
        for (Group group : groups) {
            if (group.deathDetection()) {
                faults.add(new Fault(Fault.Kind.RESET, deaths.nextLong(endNs), 0, -1, group.segment(), 0, 0));
            }
        }
        long minDelayNs = random.nextBoolean() ? delayNs : delayNs / 10;
        faults.sort(Comparator.comparingLong(Fault::atNs));
        return new Script(seed, minDelayNs, delayNs, machines, groups, faults, endNs);
    }

    private Group group(int id, int segment, int size, int version, long intervalMs) {
        List<Integer> hosts = new ArrayList<>();
        for (int host = 0; host < size; host++) {
            hosts.add(host);
        }
        Collections.shuffle(hosts, random);
        int seats = id == 51 || random.nextBoolean() ? size : 2 + random.nextInt(size - 1);
        boolean ipv6 = version == 3 && random.nextInt(4) == 0;
        boolean unicast = random.nextInt(4) == 0;
        boolean mixedVersions = !ipv6 && intervalMs % 1000 == 0 && random.nextInt(16) == 0;
        int owners = random.nextInt(8); // of 8: one, two; else none
        boolean delays = random.nextInt(4) == 0;
        boolean mixedIntervals = random.nextInt(6) == 0;
        int preempting = random.nextInt(8); // of 8: none, some, most; else all
        int priorities = random.nextInt(4);
        int base = 1 + random.nextInt(246);
        List<Seat> chosen = new ArrayList<>();
        for (int host : hosts.subList(0, seats)) {
            int priority = switch (priorities) {
                case 0 -> base; // all the same
                case 1 -> base + random.nextInt(size); // hardly different
                case 2 -> random.nextBoolean() ? 1 : 254;
                default -> 1 + random.nextInt(254);
            };
            long intervalNs = intervalMs * MS * (mixedIntervals ? 1 + random.nextInt(3) : 1);
            boolean preempt = preempting > 2 || (preempting > 0 && random.nextInt(3) < preempting);
            long preemptDelayNs = delays && preempt && random.nextBoolean() ? delayNs(intervalNs) : 0;
            long startupDelayNs = delays && random.nextInt(4) == 0 ? delayNs(intervalNs) : 0;
            int versionOfIts = mixedVersions ? 2 + random.nextInt(2) : version;
            Seat seat = new Seat(host, versionOfIts, priority, intervalNs, preempt, preemptDelayNs, startupDelayNs);
            chosen.add(chosen.size() + owners < 2 ? seat.withPriority(255) : seat);
            shortestNs = Math.min(shortestNs, intervalNs);
            longestNs = Math.max(longestNs, intervalNs);
        }
        return new Group(id, segment, ipv6, unicast, deaths.nextInt(3) == 0, chosen);
    }

    /** Of a start or a preemption: shorter and longer than a backup waits. */
    private long delayNs(long intervalNs) {
        long delayNs = 1 + random.nextLong(8 * intervalNs);
        longestDelayNs = Math.max(longestDelayNs, delayNs);
        return delayNs;
    }

    /** In a few bursts, with time between them to converge. Returns when all is over. */
    private long writeFaults(long fromNs, int size, int segments) {
        long quietNs = 6 * longestNs + 2 * longestDelayNs + (long) 1e9; // more than Convergence asks for
        long atNs = random.nextBoolean() ? 0 : fromNs + quietNs;
        int bursts = 1 + random.nextInt(3);
        long endNs = atNs;
        for (int burst = 0; burst < bursts; burst++) {
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                Fault fault = fault(atNs, size, segments);
                faults.add(fault);
                endNs = Math.max(endNs, Math.min(fault.endNs(), atNs + 20 * longestNs));
                atNs += gapNs();
            }
            atNs = (random.nextInt(4) == 0 ? atNs : Math.max(atNs, endNs)) + quietNs + gapNs();
        }
        return Math.max(atNs, endNs + quietNs) + longestNs;
    }

    /** Very close, close, and one after the other. */
    private long gapNs() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong(2 * delayNs + 1);
            case 1 -> random.nextLong(longestNs / 4);
            case 2 -> random.nextLong(longestNs);
            default -> random.nextLong(5 * longestNs);
        };
    }

    private long lengthNs() {
        return switch (random.nextInt(5)) {
            case 0 -> 1 + random.nextLong(longestNs / 2);
            case 1 -> 1 + random.nextLong(3 * longestNs);
            case 2 -> 3 * longestNs + random.nextLong(longestNs); // about as long as a backup waits
            case 3 -> random.nextLong(12 * longestNs) + 1;
            default -> random.nextLong(40 * longestNs) + 1;
        };
    }

    private Fault fault(long atNs, int size, int segments) {
        Fault.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        int host = random.nextInt(size);
        int segment = random.nextInt(segments);
        int others = 1 + random.nextInt((1 << size) - 1);
        long lengthNs = lengthNs();
        return switch (kind) {
            case CRASH, STOP -> {
                int priority = random.nextInt(4) == 0 ? 1 + random.nextInt(254) : 0;
                yield new Fault(kind, atNs, lengthNs, host, -1, 0, priority);
            }
            case FREEZE -> new Fault(kind, atNs, lengthNs, host, -1, 0, random.nextInt(2));
            case SUSPEND -> new Fault(kind, atNs, lengthNs, host, -1, 0, random.nextInt(2));
            case PRIORITY ->
                new Fault(kind, atNs, lengthNs, host, random.nextInt(groups.size()), 0, 1 + random.nextInt(254));
            case LINK_DOWN, SEND_REFUSED -> new Fault(kind, atNs, lengthNs, host, segment, 0, 0);
            case CHECK_FAILS -> new Fault(kind, atNs, lengthNs, host, random.nextInt(groups.size()), 0, 0);
            case DEAF, MUTE -> new Fault(kind, atNs, lengthNs, host, segment, others, 0);
            case PARTITION -> new Fault(kind, atNs, lengthNs, -1, segment, others, 0);
            case LOSS, DUPLICATION -> new Fault(kind, atNs, lengthNs, -1, segment, 0, 1 + random.nextInt(700));
            case RESET -> throw new AssertionError(kind);
            case DELAY -> new Fault(kind, atNs, lengthNs, -1, segment, 0, 1 + random.nextLong(4 * longestNs));
        };
    }

    private long pick(long... of) {
        return of[random.nextInt(of.length)];
    }
}
